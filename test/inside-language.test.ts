/** What is found inside language models, against a computation text by text with all logits. */
import { describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { createEngine } from '#lab/engines/index.ts';
import { floatSpec, intSpec } from '#lab/engines/engine.ts';
import { textModel } from '#lab/models/registry.ts';
import { residualAfter } from '#lab/models/watch.ts';
import { layoutsOf, weightsIn, weightSpecs } from '#lab/steps/training-program.ts';
import { buildTask } from './build-task.ts';
import type { LanguageTask } from '#lab/tasks/language/task.ts';
import { readText, textInputs } from '#lab/tasks/language/inputs.ts';
import { analyse } from '#lab/analysis/index.ts';
import { startOf, withWeights } from '#lab/analysis/given.ts';
import { wholeWeights } from '#lab/analysis/whole-weights.ts';
import { analysisParamsSchema } from '#shared/analysis.ts';
import { pretrainedConfig, tinyPretrained, tinyT5 } from './tiny-pretrained.ts';

const engine = await createEngine('onnx');
const WORLD = `
dataset: { kind: world, n_entities: 60, n_attributes: 3, n_values: 4 }
model: { architecture: gpt2, d_model: 16, n_layers: 2, n_heads: 2 }
training: { stage0: null }
evaluation: { tests: [questions, association] }
`;

/** Log-likelihoods of all tokens at every place of a text, by layer as a lens reads it. */
async function logLikelihoods(task: LanguageTask, parameters: Float32Array, tokens: number[]) {
  const { model } = task;
  const layouts = layoutsOf(model);
  const shape = { batch: 1, length: tokens.length, targets: tokens.length };
  const { hidden, head, lens } = textModel(model);
  const program = await engine.compile({
    name: 'logits',
    state: weightSpecs(layouts),
    inputs: { ...textInputs(shape), zero: intSpec(1) },
    body(state, inputs) {
      const weights = weightsIn(layouts, state);
      const { weight } = head(model, weights);
      const outputs: Record<string, tf.Tensor> = {};
      const logits = (rows: tf.Tensor) => tf.matMul(rows, weight, false, true);
      outputs['last'] = logits(
        hidden(model, weights, readText(inputs, shape), (name, rows) => {
          outputs[name] = logits(lens(model, weights, rows));
        }),
      );
      return { outputs, next: {} };
    },
  });
  const state = engine.createState({
    parameters: { spec: floatSpec(parameters.length), data: parameters },
    ...task.frozenState(),
  });
  const found = await program.run(state, {
    tokens: Int32Array.from(tokens),
    positions: Int32Array.from(tokens, (_, i) => i),
    zero: new Int32Array(1),
  });
  program.dispose();
  state.dispose();
  return (layer: string, place: number) => {
    const row = found[layer].subarray(
      place * model.vocab_size,
      (place + 1) * model.vocab_size,
    ) as Float32Array;
    const most = Math.max(...row);
    const total = Math.log(row.reduce((sum, logit) => sum + Math.exp(logit - most), 0)) + most;
    return Float64Array.from(row, (logit) => logit - total);
  };
}

const given = (task: LanguageTask, parameters: Float32Array, epoch = 1) => ({
  ...{ task, engine, told: () => Promise.resolve() },
  checkpoints: [{ at: { stage: 'stage2' as const, epoch }, read: () => parameters }],
});

describe('entropy of answers', () => {
  it('is that of greedy answers, token by token', async () => {
    const task = await buildTask(WORLD);
    const parameters = startOf(task);
    const found = await analyse({ kind: 'entropy', stage: null }, given(task, parameters));
    if (found.kind !== 'entropy') throw new Error(found.kind);
    const asked = task.corpus.tests.filter(({ test, subset }) => test === 'association' && subset === 'q');
    expect(found.subsets.q).toHaveLength(asked.length);
    for (const [i, question] of asked.slice(0, 4).entries()) {
      const { ids } = task.tokenizer.encode(question.prompt);
      const at = await logLikelihoods(task, parameters, ids);
      // The name of an entity is one word.
      expect(found.subsets.q![i]).toBeCloseTo(-Math.max(...at('last', ids.length - 1)), 3);
    }
  });

  it('goes on as long as a pre-trained model does, and no longer than 50 tokens', async () => {
    const task = await buildTask(
      pretrainedConfig(tinyPretrained()).replace('tests: [questions]', 'tests: [association]'),
    );
    const parameters = startOf(task);
    const found = await analyse({ kind: 'entropy', stage: null }, given(task, parameters));
    if (found.kind !== 'entropy') throw new Error(found.kind);
    const question = task.corpus.tests.find(({ subset }) => subset === 'd1consis')!;
    const tokens = task.tokenizer.encode(question.prompt).ids.slice();
    const losses: number[] = [];
    for (let k = 0; k < 50; k++) {
      const row = (await logLikelihoods(task, parameters, tokens))('last', tokens.length - 1);
      const next = row.indexOf(Math.max(...row));
      losses.push(-row[next]);
      tokens.push(next);
      if (next === task.tokenizer.eosId || task.tokenizer.decode(next).includes('\n')) break;
    }
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    expect(found.subsets.d1consis![0]).toBeCloseTo(mean, 3);
  });
});

describe('an encoder and a decoder', () => {
  it('is probed where it reads questions, and its answers are looked for where it writes them', async () => {
    const world = 'n_entities: 40, n_attributes: 3';
    const task = await buildTask(
      pretrainedConfig(tinyT5()).replace(world, 'n_entities: 160, n_attributes: 2'),
    );
    const all = given(task, startOf(task));
    const probes = await analyse(analysisParamsSchema.parse({ kind: 'probes' }), all);
    if (probes.kind !== 'probes') throw new Error(probes.kind);
    expect(probes.layers).toEqual([
      'encoder.0.hook_resid_pre',
      'encoder.0.hook_resid_post',
      'encoder.1.hook_resid_post',
    ]);
    const aliases = probes.tokens.filter(({ role }) => role === 'alias');
    expect(probes.why).toMatch(new RegExp(`length of alias \\(${aliases.length} tokens`));
    expect(probes.tokens.at(-1)).toEqual({ text: '</s>', role: 'same' });
    // An encoder reads both ways: only the vectors of shared tokens are alike before it.
    expect(probes.accuracy[0].at(-1)).toBe(0.5);
    const { layers } = await withWeights({ task, engine }, startOf(task), (state) =>
      task.inside().lens!(3, { engine, state }),
    );
    expect(layers).toEqual(['decoder.0.hook_resid_pre', 'decoder.0.hook_resid_post']);
    const entropy = await analyse({ kind: 'entropy', stage: null }, all);
    if (entropy.kind !== 'entropy') throw new Error(entropy.kind);
    expect(entropy.subsets.d1consis!.every((nats) => nats > 0)).toBe(true);
  });
});

describe('where knowledge moved', () => {
  it('ranks the right answer by layer as all logits do', async () => {
    const task = await buildTask(WORLD);
    const parameters = startOf(task);
    const { layers, rows } = await withWeights({ task, engine }, parameters, (state) =>
      task.inside().lens!(1000, { engine, state }),
    );
    expect(layers.at(-1)).toBe(residualAfter('blocks', 1));
    const asked = task.corpus.tests.filter(
      ({ test, subset }) => test === 'questions' && subset === 'd1consis',
    );
    expect(rows.filter(({ subset }) => subset === 'd1consis')).toHaveLength(asked.length);
    // Questions are drawn in an order of their own: the ranks are the same ones.
    const expected = await Promise.all(
      asked.map(async ({ prompt, golds }) => {
        const { ids } = task.tokenizer.encode(prompt);
        const [gold] = task.tokenizer.encode([{ role: 'value', text: golds[0], target: true }]).ids;
        const at = await logLikelihoods(task, parameters, ids);
        return layers.map((layer) => {
          const row = at(layer, ids.length - 1);
          return 1 + row.filter((logit) => logit > row[gold]).length;
        });
      }),
    );
    const sorted = (ranks: number[][]) => ranks.map((each) => each.join()).toSorted();
    expect(sorted(rows.filter(({ subset }) => subset === 'd1consis').map(({ ranks }) => ranks))).toEqual(
      sorted(expected),
    );
  });

  it('measures distances, shares and cosines of moves', async () => {
    const task = await buildTask(WORLD);
    const start = startOf(task);
    const along = start.map((_, i) => (i % 7) - 3);
    const first = start.map((value, i) => value + along[i]);
    const second = first.map((value, i) => value - 2 * along[i]);
    const checkpoints = (['stage1', 'stage2'] as const).map((stage, i) => ({
      at: { stage, epoch: 1 },
      read: () => [first, second][i],
    }));
    const found = await analyse(
      { kind: 'moves', most: 0 },
      { task, engine, checkpoints, told: () => Promise.resolve() },
    );
    if (found.kind !== 'moves') throw new Error(found.kind);
    const total = (stage: number) =>
      Math.sqrt(found.parts.reduce((sum, { moves }) => sum + moves[stage].norm ** 2, 0));
    const size = Math.sqrt(along.reduce((sum, value) => sum + value * value, 0));
    expect([total(0) / size, total(1) / size].map((ratio) => ratio.toFixed(4))).toEqual(['1.0000', '2.0000']);
    for (const { moves } of found.parts) {
      expect(moves[0].cosine).toBeNull();
      expect(moves[1].cosine).toBeCloseTo(-1, 4);
    }
  });

  it('adds low-rank matrices to the weights they stand beside; what is frozen does not move', async () => {
    const lora = pretrainedConfig(tinyPretrained()).replace(
      'micro_batch: 5 }',
      'micro_batch: 5, lora: { rank: 2, alpha: 6, targets: [out] } }',
    );
    const task = await buildTask(lora);
    const start = startOf(task);
    const moved = start.map((value) => value + 0.5);
    const found = [...wholeWeights(task, [start, moved])].map(({ name, values }) => ({
      name,
      moves: values[0].some((value, i) => value !== values[1][i]),
    }));
    expect(found.filter(({ moves }) => moves).map(({ name }) => name)).toEqual([
      'layers.0.attention.out.weight',
      'layers.1.attention.out.weight',
    ]);
    const { points } = (await analyse({ kind: 'gradients', stage: null, most: 2 }, given(task, start))) as {
      points: { subsets: object }[];
    };
    expect(Object.keys(points[0].subsets)).toContain('d1consis');
  });
});
