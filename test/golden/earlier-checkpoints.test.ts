/** Pre-trained models that earlier versions trained, whose linear weights had a row for each input. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { floatSpec, type StateValues } from '#lab/engines/engine.ts';
import { createEngine } from '#lab/engines/index.ts';
import type { ModelSpec } from '#lab/models/architecture.ts';
import { readPretrained } from '#lab/models/pretrained/weights.ts';
import { parameterLayout } from '#lab/models/registry.ts';
import type { TextSpec } from '#lab/models/text-model.ts';
import type { TransformerSpec } from '#lab/models/transformer-spec.ts';
import { initialOptimizerState } from '#lab/steps/training-program.ts';
import { trainProgram } from '#lab/tasks/language/programs.ts';
import { createCheckpointWriter, readCheckpoint, readTrained } from '#main/trainer/checkpoints.ts';
import type { TrainingJob } from '#main/trainer/protocol.ts';
import { optimizerConfig } from '../engines/cases.ts';
import { encoderInputs, goldenPretrained, sourceOf } from './pretrained.ts';

const engine = await createEngine('onnx');
const folder = mkdtempSync(path.join(tmpdir(), 'credence-earlier-'));
afterAll(() => rmSync(folder, { recursive: true }));

const MODELS = ['llama', 'gpt2', 'gpt-neox', 'gpt-neo', 'gpt-j', 't5'];

/** Adafactor turns the rounding of their keys' biases, which have no gradient, into steps (docs/same-numbers.md). */
const ROUNDING = ['gpt2', 'gpt-neox'];

/** A model as its checkpoints told of it; a T5 has no variant. */
function earlier(model: TextSpec): TextSpec {
  const { variant } = model as TransformerSpec;
  if (!variant) return model;
  const { row_per_output, ...rest } = variant;
  expect(row_per_output).toBe(true);
  return { ...model, variant: rest } as TextSpec;
}

function caseOf(name: string) {
  const { golden, model } = goldenPretrained(name);
  const [batch, length] = [golden.tokens.length, golden.tokens[0].length];
  const shape = { batch, length, targets: batch * (length - 1), input: golden.inputs?.[0].length ?? 0 };
  const places = golden.tokens.flatMap((_, row) =>
    Array.from({ length: length - 1 }, (_, i) => row * length + i),
  );
  const inputs = {
    tokens: Int32Array.from(golden.tokens.flat()),
    positions: Int32Array.from(places),
    labels: Int32Array.from(golden.tokens.flatMap((row) => row.slice(1))),
    weights: new Float32Array(places.length).fill(1),
    lr: Float32Array.of(1e-3),
    ...encoderInputs(golden, [...golden.tokens.keys()]),
  };
  const weights = (of: TextSpec) => {
    const data = readPretrained(of, sourceOf(golden.weights));
    return { parameters: { spec: floatSpec(data.length), data } };
  };
  return { model, before: earlier(model), shape, inputs, weights };
}

type Case = ReturnType<typeof caseOf>;

/** Losses of some steps, and the state after them. */
async function trained(
  { shape, inputs }: Case,
  model: TextSpec,
  start: StateValues,
  { name, steps }: { name: 'adamw' | 'adafactor'; steps: number },
) {
  const optimizer = optimizerConfig({ name });
  const values = { ...initialOptimizerState(parameterLayout(model), optimizer), ...start };
  const program = await engine.compile(trainProgram(model, optimizer, shape));
  const state = engine.createState(values);
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) losses.push((await program.run(state, inputs)).loss[0]);
  const entries = Object.entries(values).map(async ([name, { spec }]) => {
    return [name, { spec, data: await state.read(name) }] as const;
  });
  const after = Object.fromEntries(await Promise.all(entries)) as StateValues;
  program.dispose();
  state.dispose();
  return { losses, after };
}

/** A checkpoint of a model with its optimiser, as it was written. */
async function written(model: ModelSpec, state: StateValues): Promise<string> {
  const job = { config: {}, seed: 0, folder } as unknown as TrainingJob;
  const hashes = { corpus: 'corpus', before_stage2: 'before' };
  const task = { model, hashes } as unknown as Parameters<typeof createCheckpointWriter>[1];
  let file = '';
  const writer = createCheckpointWriter(job, task, (message) => {
    if (message.type === 'checkpoint') file = message.path;
  });
  const position = { stage: 'stage1', epoch: 0, stage_step: 3, step: 3 } as const;
  await writer.offer('stop', () => Promise.resolve({ position, state }));
  return file;
}

describe.each(MODELS)('%s', (name) => {
  const one = caseOf(name);
  const { model, before, weights } = one;

  it('is read as the model is today', async () => {
    const file = await written(before, weights(before));
    expect(readTrained(file).model).toEqual(model);
    expect(readTrained(file).parameters).toEqual(weights(model).parameters.data);
  });

  it.each(['adamw', 'adafactor'] as const)('goes on with %s as it would have', async (optimizer) => {
    const steps = { name: optimizer, steps: 3 };
    const { after } = await trained(one, before, weights(before), steps);
    const asItWas = await trained(one, before, after, steps);
    const task = { model, hashes: { corpus: 'corpus', before_stage2: 'before' } };
    const { state } = readCheckpoint(
      await written(before, after),
      'corpus',
      task as unknown as Parameters<typeof readCheckpoint>[2],
    );
    const today = await trained(one, model, state, steps);
    const most = optimizer === 'adafactor' && ROUNDING.includes(name) ? 2e-4 : 1e-5;
    today.losses.forEach((loss, i) => expect(Math.abs(loss - asItWas.losses[i])).toBeLessThan(most));
    expect(asItWas.losses[2]).toBeLessThan(asItWas.losses[0]);
  });
});
