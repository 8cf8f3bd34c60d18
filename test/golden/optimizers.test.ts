/** Ten optimiser steps against PyTorch's AdamW and Hugging Face's Adafactor (optimizers.py). */
import { describe, expect, it } from 'vitest';
import type { Engine } from '#lab/engines/engine.ts';
import { createEngine } from '#lab/engines/index.ts';
import { learningRate } from '#lab/optimizers/schedule.ts';
import { trainProgram } from '#lab/tasks/language/programs.ts';
import { initialOptimizerState } from '#lab/steps/training-program.ts';
import { parameterLayout } from '#lab/models/registry.ts';
import type { OptimizerConfig } from '#shared/config.ts';
import { languageSchema } from '#shared/config/language.ts';
import {
  flatVector,
  goldenModel,
  readGolden,
  relativeError,
  type GoldenArrays,
  type GoldenModel,
} from './models.ts';

interface GoldenRun {
  model: string;
  optimizer: Partial<OptimizerConfig>;
  lr: number;
  warmup_steps: number;
  rates: number[];
  losses: number[];
  grad_norms: number[];
  weights: GoldenArrays;
}

const TOLERANCE = 1e-4;

const { cases } = readGolden<{ cases: GoldenRun[] }>('optimizers');

async function train(engine: Engine, run: GoldenRun, golden: GoldenModel) {
  const { model, layout } = goldenModel(golden);
  const { optimizer } = languageSchema.parse({ training: { optimizer: run.optimizer } }).training;
  const data = flatVector(golden.weights, model, layout);
  const parameters = { spec: { shape: [data.length], dtype: 'float32' as const }, data };
  const state = engine.createState({
    parameters,
    ...initialOptimizerState(parameterLayout(model), optimizer),
  });
  const tokens = Int32Array.from(golden.tokens.flat());
  const shape = { batch: golden.tokens.length, length: golden.tokens[0].length, targets: tokens.length };
  const program = await engine.compile(trainProgram(model, optimizer, shape));
  const [losses, norms]: number[][] = [[], []];
  for (const rate of run.rates) {
    const outputs = await program.run(state, {
      tokens,
      positions: tokens.map((_, i) => i),
      labels: Int32Array.from(golden.labels.flat()),
      weights: new Float32Array(tokens.length).fill(1),
      lr: Float32Array.of(rate),
    });
    losses.push(outputs.loss[0]);
    norms.push(outputs.grad_norm[0]);
  }
  return { losses, norms, parameters: await state.read('parameters') };
}

/**
 * Without rotary positions the gradient of a key's bias is zero but for rounding, which Adafactor scales up
 * to the size of the others: those values are noise in PyTorch too.
 */
function isNoise(run: GoldenRun, name: string): boolean {
  return run.optimizer.name === 'adafactor' && run.model === 'gpt2' && name.endsWith('.qkv.bias');
}

describe.each(cases)('$optimizer.name on $model', (run) => {
  const golden = readGolden<GoldenModel>(`models-${run.model}`);
  const { model, layout } = goldenModel(golden);

  it.each(['onnx', 'reference'] as const)('ten clipped steps on %s', async (id) => {
    const { losses, norms, parameters } = await train(await createEngine(id), run, golden);
    expect(relativeError(losses, run.losses)).toBeLessThan(TOLERANCE);
    expect(relativeError(norms, run.grad_norms)).toBeLessThan(TOLERANCE);
    const expected = flatVector(run.weights, model, layout);
    for (const entry of layout.filter(({ name }) => !isNoise(run, name))) {
      const range = [entry.offset, entry.offset + entry.size];
      const error = relativeError(parameters.subarray(...range), expected.subarray(...range));
      expect(error, entry.name).toBeLessThan(TOLERANCE);
    }
  });

  it('follows the same schedule', () => {
    const stage = { lr: run.lr, warmup_steps: run.warmup_steps, schedule: 'linear' as const };
    const rates = run.rates.map((_, step) => learningRate(stage, step, run.rates.length));
    expect(relativeError(rates, run.rates)).toBeLessThan(1e-12);
  });
});

describe('the constant schedule', () => {
  it('holds the peak after the warm-up', () => {
    const stage = { lr: 2, warmup_steps: 4, schedule: 'constant' as const };
    expect([0, 1, 3, 4, 5, 99].map((step) => learningRate(stage, step, 100))).toEqual([0, 0.5, 1.5, 2, 2, 2]);
  });
});
