import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { floatSpec, intSpec, type Program } from '#lab/engines/engine.ts';
import { createEngine } from '#lab/engines/index.ts';
import { randomStream } from '#shared/random.ts';
import { valueAndGradients } from './autodiff.ts';
import { headAnswers, headLoss } from './head.ts';

const [P, D, V] = [7, 5, 11];
const random = randomStream(3, 'head');
const normal = (size: number) => Float32Array.from({ length: size }, () => random.normal());
const inputs = {
  hidden: normal(P * D),
  weight: normal(V * D),
  bias: normal(V),
  labels: Int32Array.from({ length: P }, () => random.int(V)),
  weights: Float32Array.of(1, 0, 2, 1, 0, 0, 0.5),
};

/** Loss, gradients and answers, with so many logits at once. */
const program = (most: number): Program => ({
  name: 'head',
  state: {},
  inputs: {
    hidden: floatSpec(P, D),
    weight: floatSpec(V, D),
    bias: floatSpec(V),
    labels: intSpec(P),
    weights: floatSpec(P),
  },
  body(_state, { hidden, weight, bias, labels, weights }) {
    const loss = (h: tf.Tensor, w: tf.Tensor, b: tf.Tensor) =>
      tf.mul(headLoss({ weight: w, bias: b }, h, { labels, weights }, most), 3);
    const { value, gradients } = valueAndGradients(loss, [hidden, weight, bias]);
    const [dHidden, dWeight, dBias] = gradients;
    const answers = headAnswers({ weight, bias }, hidden, labels, most);
    return { outputs: { value, dHidden, dWeight, dBias, ...answers }, next: {} };
  },
});

describe.each(['onnx', 'reference'] as const)('%s', (id) => {
  it.each([V, 2 * V + 1, 6 * V])(
    'parts of %i logits: loss, gradients and answers of the whole',
    async (most) => {
      const engine = await createEngine(id);
      const run = async (limit: number) =>
        (await engine.compile(program(limit))).run(engine.createState({}), inputs);
      const [whole, parts] = [await run(P * V), await run(most)];
      for (const [name, expected] of Object.entries(whole)) {
        expect(parts[name]).toHaveLength(expected.length);
        expected.forEach((value, i) => expect(parts[name][i], name).toBeCloseTo(value, 5));
      }
    },
  );
});
