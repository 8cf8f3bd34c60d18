/** Which tfjs backend computes: tfjs has one current backend per process, so engines take turns. */
import * as tf from '@tensorflow/tfjs-core';

/**
 * Runs a synchronous function with a backend current, and restores the one before.
 * @param name a registered backend whose factory is synchronous
 */
export function withBackend<T>(name: string, body: () => T): T {
  const engine = tf.engine();
  const before = engine.backendName;
  void engine.setBackend(name); // takes effect at once for a synchronous factory
  try {
    return body();
  } finally {
    if (before) void engine.setBackend(before);
  }
}

/**
 * {@link withBackend} in a tidy scope: all tensors made inside are freed, so the result must not hold any.
 * @param name a registered backend whose factory is synchronous
 */
export function onBackend<T>(name: string, body: () => T): T {
  return withBackend(name, () => {
    const engine = tf.engine();
    engine.startScope(name);
    try {
      return body();
    } finally {
      engine.endScope();
    }
  });
}
