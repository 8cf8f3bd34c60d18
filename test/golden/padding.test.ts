/** Texts whose padding counts in the loss, from a reading to training steps, against transformers (padding.py). */
import { describe, expect, it } from 'vitest';
import { batchShape, encodeDocuments, epochBatches } from '#lab/corpus/batches.ts';
import type { Document } from '#lab/corpus/document.ts';
import { filledTexts, type Reading } from '#lab/corpus/reading.ts';
import { floatSpec } from '#lab/engines/engine.ts';
import { createEngine } from '#lab/engines/index.ts';
import { alone } from '#lab/steps/steps.ts';
import { initialState } from '#lab/steps/training-program.ts';
import { languageStep } from '#lab/tasks/language/step.ts';
import { optimizerConfig } from '../engines/cases.ts';
import { readGolden, relativeError } from './models.ts';
import { goldenPretrained } from './pretrained.ts';

interface GoldenPadding {
  lr: number;
  pad: number;
  block_size: number;
  label_block_size: number;
  models: Record<string, { texts: number[][]; losses: number[]; grad_norms: number[] }>;
}

const golden = readGolden<GoldenPadding>('padding');
const engines = [await createEngine('reference'), await createEngine('onnx')];
const optimizer = optimizerConfig({ name: 'adamw', beta2: 0.99, eps: 1e-6, weight_decay: 0.1, clip_norm: 1 });
const options = { batch_size: 3, definition_repeats: 1, loss: 'all' } as const;

/** Reads document i of the golden texts as its tokens. */
function readingOf(name: string): Reading {
  const { texts } = golden.models[name];
  const { model, golden: pretrained } = goldenPretrained(name);
  const { inputs, input_lengths = [] } = pretrained;
  const before = model.architecture === 't5' ? [model.start_id] : [];
  return {
    tokenizer: { padId: golden.pad },
    document([{ text }]: { text: string }[]) {
      const ids = [...before, ...texts[Number(text)]];
      const input = inputs?.[Number(text)].slice(0, input_lengths[Number(text)]) ?? [];
      return { input, ids, targets: ids.map(() => 0) };
    },
  } as unknown as Reading;
}

const documents = [0, 1, 2].map((i): Document => ({
  ...{ kind: 'qa', subset: null, entity: i },
  parts: [{ role: 'text', text: String(i) }],
}));

async function trained(engine: (typeof engines)[number], name: string, microBatch: number | null) {
  const { model, parameters } = goldenPretrained(name);
  const encoded = encodeDocuments(documents, filledTexts(readingOf(name), golden));
  const { rows, length, positions, input, filled } = batchShape(encoded, options);
  const shape = { batch: rows, length, targets: positions, input, ...(filled && { filled }) };
  const [batch] = [...epochBatches(encoded, { ...options, seed: 0, stage: 'stage1', epoch: 0 })];
  const steps = alone(engine);
  const gradient = { spec: floatSpec(parameters.length), data: new Float32Array(parameters.length) };
  const start = initialState(goldenPretrained(name).layout, optimizer, 0, 'float32', parameters);
  const state = steps.createState({ ...start, ...(microBatch && { gradient }) });
  const running = steps.step(languageStep({ model, optimizer, shape, microBatch }));
  const [losses, norms]: number[][] = [[], []];
  while (losses.length < golden.models[name].losses.length) {
    const { loss, grad_norm } = await running.run(state, batch, { lr: Float32Array.of(golden.lr) });
    losses.push(loss[0]);
    norms.push(grad_norm[0]);
  }
  running.dispose();
  state.dispose();
  return { losses, norms };
}

describe.each(engines)('$id', (engine) => {
  it.each(Object.keys(golden.models))('%s: steps on texts that are filled up', async (name) => {
    const { losses, grad_norms } = golden.models[name];
    const ours = await trained(engine, name, name === 'gpt-neo' || name === 't5' ? 2 : null);
    expect(relativeError(ours.losses, losses)).toBeLessThan(1e-4);
    expect(relativeError(ours.norms, grad_norms)).toBeLessThan(1e-4);
  });
});

it('a text that does not fit is refused, not cut', () => {
  const reading = filledTexts(readingOf('llama'), { block_size: 11, label_block_size: 4 });
  expect(() => encodeDocuments(documents, reading)).toThrow(
    /^pretrained.block_size: is 11, and a text has 12 tokens; texts are never cut here: raise it/,
  );
});

it('an answer of as many tokens as fit has its place after the token that a decoder begins with', () => {
  const { offsets, seen } = encodeDocuments(documents, filledTexts(readingOf('t5'), golden));
  expect([...offsets]).toEqual([0, 6, 12, 18]);
  expect(seen).toBeNull();
  const small = filledTexts(readingOf('t5'), { ...golden, label_block_size: 4 });
  expect(() => encodeDocuments(documents, small)).toThrow(
    /^pretrained.label_block_size: is 4, and a text has 5/,
  );
});
