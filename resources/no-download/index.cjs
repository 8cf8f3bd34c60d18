/**
 * The install script of onnxruntime-node asks NuGet for CUDA libraries at every `npm ci`, and fails where it cannot
 * be reached. npm 11 leaves the script out (`allowScripts`); npm 10 runs it, and it calls `bootstrap()` first. Asked
 * for by its flag, as docs/engines.md tells for CUDA, the download goes on.
 */
'use strict';

const { process } = globalThis;

exports.bootstrap = () => {
  const flag = '--onnxruntime-node-install';
  const asked =
    process.argv.some((word) => word.startsWith(flag)) || 'ONNXRUNTIME_NODE_INSTALL' in process.env;
  if (!asked) process.exit(0);
};
