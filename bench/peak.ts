/** How much of what the machine can multiply a training step uses. */
import * as tf from '@tensorflow/tfjs-core';
import type { Program } from '#lab/engines/engine.ts';
import { createEngine } from '#lab/engines/index.ts';
import { traceProgram } from '#lab/engines/onnx/trace.ts';
import type { Work } from './work.ts';

/** Side of the matrices: large enough that a product is bound by arithmetic. */
const SIDE = 1024;
const PRODUCTS = 4;
const ROUNDS = 7;

/** Several products in a row, so that handing over the result counts little. */
const products: Program = {
  name: 'products',
  state: {},
  inputs: { x: { shape: [SIDE, SIDE], dtype: 'float32' } },
  body: (_state, { x }) => {
    let y = x as tf.Tensor2D;
    for (let i = 0; i < PRODUCTS; i++) y = tf.matMul(y, x as tf.Tensor2D);
    return { outputs: { y }, next: {} };
  },
};

/** @returns multiplications and additions a second of products of 1024 × 1024 matrices, over so many threads */
export async function matmulPeak(threads: number): Promise<number> {
  const engine = await createEngine('onnx', { threads });
  const program = await engine.compile(products);
  const state = engine.createState({});
  const x = new Float32Array(SIDE * SIDE).fill(1 / SIDE);
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await program.run(state, { x });
    rates.push((PRODUCTS * 2 * SIDE ** 3) / ((performance.now() - start) / 1000));
  }
  program.dispose();
  // What else the machine does can only make it slower.
  return Math.max(...rates);
}

/** Multiplications and additions of the matrix products of a step as Credence traces it, mean over batches. */
export function productFlops(work: Work): number {
  const known = new Map<string, number>();
  const flops = work.batches.map((_, index) => {
    const { key, program } = work.ready(index);
    const traced = known.get(key) ?? traceProgram(program()).productFlops;
    known.set(key, traced);
    return traced;
  });
  return flops.reduce((sum, each) => sum + each, 0) / flops.length;
}
