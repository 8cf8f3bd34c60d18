/**
 * ONNX Runtime 1.29 and later reports what it runs to Microsoft, with an identifier of the machine, and keeps what it
 * could not send in the user's cache folder, unless this is set before it is loaded. Worker threads have an environment
 * of their own that the library does not read: the program sets it on its main thread as well.
 */
process.env['ORT_DISABLE_TELEMETRY'] = '1';
