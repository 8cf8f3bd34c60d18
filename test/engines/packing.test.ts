/** Packed batches (corpus/packing.ts) compute what plain ones do, on every engine. */
import { describe, expect, it } from 'vitest';
import type { Batch } from '#lab/corpus/batch.ts';
import type { Engine } from '#lab/engines/engine.ts';
import { createEngine } from '#lab/engines/index.ts';
import type { TransformerSpec } from '#lab/models/transformer-spec.ts';
import type { BatchShape } from '#lab/tasks/language/inputs.ts';
import { languageStep, plainArrays } from '#lab/tasks/language/step.ts';
import { stepOn } from '#lab/steps/steps.ts';
import { evaluationProgram, trainProgram } from '#lab/tasks/language/programs.ts';
import { initialState } from '#lab/steps/training-program.ts';
import { parameterLayout } from '#lab/models/registry.ts';
import type { ModelConfig } from '#shared/config.ts';
import { randomStream } from '#shared/random.ts';
import { optimizerConfig, tinyModel } from './cases.ts';

const MODELS: Record<string, Partial<ModelConfig>> = {
  gpt2: { architecture: 'gpt2' },
  'gpt2, one layer': { architecture: 'gpt2', n_layers: 1 },
  'gpt-neox': { architecture: 'gpt-neox' },
  'gpt-neox, one layer': { architecture: 'gpt-neox', n_layers: 1 },
  'gpt-neox, sequential residual': { parallel_residual: false },
};

const SHAPES: Record<string, BatchShape> = {
  'a target per text': { batch: 24, length: 5, targets: 24 },
  'fewer targets than texts': { batch: 24, length: 5, targets: 9 },
  'more targets than texts': { batch: 24, length: 5, targets: 60 },
};

const optimizer = optimizerConfig({ name: 'adamw' });
const reference = await createEngine('reference');
const onnx = await createEngine('onnx');

/** Texts of few different tokens, so that many begin alike; or all different, so that none do. */
function batchOf(shape: BatchShape, seed: number, tokens: number): Batch {
  const random = randomStream(seed, 'packing');
  const cells = Array.from({ length: shape.batch * shape.length }, (_, i) => i);
  const draw = (length: number, below: number) => Int32Array.from({ length }, () => random.int(below));
  return {
    tokens: draw(cells.length, tokens),
    positions: Int32Array.from(random.shuffle(cells).slice(0, shape.targets)),
    labels: draw(shape.targets, tokens),
    weights: Float32Array.from({ length: shape.targets }, (_, i) => (i % 4 === 3 ? 0 : 1 + (i % 2))),
  };
}

const lr = Float32Array.of(1e-3);

async function plainLosses(model: TransformerSpec, shape: BatchShape, batches: Batch[]): Promise<number[]> {
  const program = await reference.compile(trainProgram(model, optimizer, shape));
  const state = reference.createState(initialState(parameterLayout(model), optimizer, 1));
  const losses = [];
  for (const batch of batches) losses.push((await program.run(state, { ...plainArrays(batch), lr })).loss[0]);
  return losses;
}

async function packedLosses(engine: Engine, model: TransformerSpec, shape: BatchShape, batches: Batch[]) {
  const program = stepOn(engine, languageStep({ model, optimizer, shape }));
  const state = engine.createState(initialState(parameterLayout(model), optimizer, 1));
  const losses = [];
  for (const batch of batches) losses.push((await program.run(state, batch, { lr })).loss[0]);
  program.dispose();
  return losses;
}

function expectClose(actual: number[], expected: number[], tolerance: number): void {
  expected.forEach((value, i) => expect(Math.abs(actual[i] - value)).toBeLessThan(tolerance));
}

describe.each(Object.entries(MODELS))('%s', (_name, fields) => {
  const model = tinyModel(fields, { vocab_size: 200, n_ctx: 6 });
  const cases = Object.entries(SHAPES).flatMap(([name, shape]) =>
    [3, 200].map((tokens) => [`${name}, ${tokens} tokens`, shape, tokens] as const),
  );

  it.each(cases)('trains on packed batches as on plain ones: %s', async (_case, shape, tokens) => {
    const batches = Array.from({ length: 3 }, (_, seed) => batchOf(shape, seed, tokens));
    const expected = await plainLosses(model, shape, batches);
    expectClose(await packedLosses(reference, model, shape, batches), expected, 1e-5);
    expectClose(await packedLosses(onnx, model, shape, batches), expected, 1e-4);
  });

  it.each(cases)('evaluates packed batches as plain ones: %s', async (_case, shape, tokens) => {
    const batch = { ...batchOf(shape, 9, tokens), weights: new Float32Array(shape.targets).fill(1) };
    const state = onnx.createState(initialState(parameterLayout(model), optimizer, 2));
    const plain = await onnx.compile(evaluationProgram(model, shape));
    const packed = stepOn(onnx, languageStep({ model, optimizer: null, shape }));
    const { tokens: read, positions, labels } = batch;
    const expected = await plain.run(state, { tokens: read, positions, labels });
    const actual = await packed.run(state, batch);
    expect(actual.predictions).toEqual(expected.predictions);
    expectClose([...actual.losses], [...expected.losses], 1e-5);
  });
});
