/** What a machine can multiply: the bound that training steps are held against. */
import * as tf from '@tensorflow/tfjs-core';
import type { Engine, Program } from './engine.ts';

/** Side of the matrices: large enough that a product is bound by arithmetic. */
const SIDE = 1024;
const PRODUCTS = 4;
const ROUNDS = 7;

/** Several products in a row, so that handing over the result counts little. */
const products = (side: number): Program => ({
  name: 'products',
  state: {},
  inputs: { x: { shape: [side, side], dtype: 'float32' } },
  body: (_state, { x }) => {
    let y = x as tf.Tensor2D;
    for (let i = 0; i < PRODUCTS; i++) y = tf.matMul(y, x as tf.Tensor2D);
    return { outputs: { y }, next: {} };
  },
});

/**
 * Measures it in about half a second; on a software GPU that takes minutes, which products of a smaller side tell.
 * @returns float32 multiplications and additions a second of products of square matrices, with the engine's threads
 */
export async function matmulPeak(engine: Engine, side = SIDE): Promise<number> {
  const program = await engine.compile(products(side));
  const state = engine.createState({});
  const x = new Float32Array(side * side).fill(1 / side);
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await program.run(state, { x });
    rates.push((PRODUCTS * 2 * side ** 3) / ((performance.now() - start) / 1000));
  }
  state.dispose();
  program.dispose();
  // What else the machine does can only make it slower.
  return Math.max(...rates);
}
