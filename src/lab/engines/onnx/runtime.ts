/** ONNX Runtime, the one way to it: what it would send away is turned off first. */
import './no-telemetry.ts';

export { env, InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node';
