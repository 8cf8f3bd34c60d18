/**
 * @tensorflow/tfjs-node asks for all of TensorFlow.js: layers, converters, data and WebGL, 220 MB unpacked. Its kernels
 * need the core, which is what they get in src/lab/engines/tensorflow/engine.ts even where the whole is installed.
 */
'use strict';

module.exports = require('@tensorflow/tfjs-core');
