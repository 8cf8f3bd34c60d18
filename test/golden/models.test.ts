/** Logits, loss and gradients against PyTorch with Hugging Face's models (models.py). */
import type * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { Program } from '#lab/engines/engine.ts';
import { createEngine } from '#lab/engines/index.ts';
import { valueAndGradients } from '#lab/models/autodiff.ts';
import { parameterCount } from '#lab/models/layout.ts';
import { crossEntropy } from '#lab/models/ops.ts';
import { plainSequences, plainTargets } from '#lab/models/sequences.ts';
import { unflatten } from '#lab/models/layout.ts';
import { logitsAt } from '#lab/models/transformer.ts';
import { flatten } from '#lab/optimizers/optimizer.ts';
import { flatVector, goldenModel, readGolden, relativeError, valuesOf, type GoldenModel } from './models.ts';

const TOLERANCE = 1e-5;

/** A program that puts out logits at all positions, loss and the flat gradient. */
function gradientProgram(golden: GoldenModel): Program {
  const { model, layout } = goldenModel(golden);
  const [batch, length] = [golden.tokens.length, golden.tokens[0].length];
  const count = batch * length;
  const int32 = (...shape: number[]) => ({ shape, dtype: 'int32' as const });
  return {
    name: 'gradients',
    state: { parameters: { shape: [parameterCount(layout)], dtype: 'float32' } },
    inputs: {
      tokens: int32(batch, length),
      positions: int32(count),
      labels: int32(count),
      weights: { shape: [count], dtype: 'float32' },
    },
    body({ parameters }, { tokens, positions, labels, weights }) {
      const logits = (given: tf.Tensor[]) => {
        const named = Object.fromEntries(layout.map(({ name }, i) => [name, given[i]]));
        const texts = plainSequences(tokens as tf.Tensor2D);
        return logitsAt(model, named, texts, plainTargets(positions as tf.Tensor1D));
      };
      const values = Object.values(unflatten(layout, parameters));
      const loss = (...given: tf.Tensor[]) => crossEntropy(logits(given), labels, weights);
      const { value, gradients } = valueAndGradients(loss, values);
      return { outputs: { logits: logits(values), loss: value, gradient: flatten(gradients) }, next: {} };
    },
  };
}

async function compute(engineId: 'onnx' | 'reference', golden: GoldenModel) {
  const { model, layout } = goldenModel(golden);
  const engine = await createEngine(engineId);
  const data = flatVector(golden.weights, model, layout);
  const state = engine.createState({
    parameters: { spec: { shape: [data.length], dtype: 'float32' }, data },
  });
  const program = await engine.compile(gradientProgram(golden));
  const tokens = Int32Array.from(golden.tokens.flat());
  return program.run(state, {
    tokens,
    positions: tokens.map((_, i) => i),
    labels: Int32Array.from(golden.labels.flat()),
    weights: new Float32Array(tokens.length).fill(1),
  });
}

describe.each(['gpt2', 'neox', 'neox-sequential'])('%s', (name) => {
  const golden = readGolden<GoldenModel>(`models-${name}`);
  const { model, layout } = goldenModel(golden);

  it.each(['onnx', 'reference'] as const)('logits, loss and gradients on %s', async (engine) => {
    const { logits, loss, gradient } = await compute(engine, golden);
    expect(relativeError(logits, valuesOf(golden.logits))).toBeLessThan(TOLERANCE);
    expect(loss[0]).toBeCloseTo(golden.loss, 5);
    const expected = flatVector(golden.gradients, model, layout);
    for (const entry of layout) {
      const range = [entry.offset, entry.offset + entry.size];
      const error = relativeError(gradient.subarray(...range), expected.subarray(...range));
      expect(error, entry.name).toBeLessThan(TOLERANCE);
    }
  });
});
