/** The reference engine: every step computed by tfjs's plain JavaScript backend. Slow, for tests. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { EagerEngine } from './eager.ts';
import type { Engine } from './engine.ts';

tf.enableProdMode(); // the backend advises against itself otherwise

/** Device and version, for people. */
export function referenceDetail(): string {
  return `plain JavaScript, for tests; TensorFlow.js ${tf.version_core}`;
}

/** The engine that defines what the others must compute. */
export function referenceEngine(): Engine {
  return new EagerEngine('reference', 'cpu');
}
