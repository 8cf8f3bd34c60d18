import { describe, expect, it } from 'vitest';
import type { TensorData } from '../../engines/engine.ts';
import { createEngine } from '../../engines/index.ts';
import { languageSchema } from '#shared/config/language.ts';
import { evaluationProgram, trainProgram } from './programs.ts';
import { initialState } from '../../steps/training-program.ts';
import { parameterLayout, resolveModel } from '../../models/registry.ts';

const config = languageSchema.parse({
  model: { d_model: 16, n_layers: 2, n_heads: 2, tied_head: true },
  training: { optimizer: { name: 'adamw' } },
});
const { optimizer } = config.training;
const model = resolveModel(config.model, { vocab_size: 12, n_ctx: 3 });
const shape = { batch: 4, length: 3, targets: 5 };
const engine = await createEngine('onnx');
const training = await engine.compile(trainProgram(model, optimizer, shape));
const evaluation = await engine.compile(evaluationProgram(model, shape));

/** Four documents whose last token is to be learned; the fifth target fills up the batch. */
const batch: Record<string, TensorData> = {
  tokens: Int32Array.of(1, 2, 3, 4, 5, 3, 6, 7, 3, 8, 9, 3),
  positions: Int32Array.of(2, 5, 8, 11, 0),
  labels: Int32Array.of(10, 11, 10, 0, 0),
  weights: Float32Array.of(1, 1, 1, 1, 0),
  lr: Float32Array.of(1e-2),
};

function fresh() {
  return engine.createState(initialState(parameterLayout(model), optimizer, 0));
}

function evaluate(state: ReturnType<typeof fresh>, inputs = batch) {
  const { tokens, positions, labels } = inputs;
  return evaluation.run(state, { tokens, positions, labels });
}

describe('training', () => {
  it('learns what it is shown', async () => {
    const state = fresh();
    const losses = [];
    for (let step = 0; step < 60; step++) losses.push((await training.run(state, batch)).loss[0]);
    expect(losses[0]).toBeGreaterThan(2);
    expect(losses.at(-1)).toBeLessThan(0.1);
    const { predictions } = await evaluate(state);
    expect([...predictions.slice(0, 4)]).toEqual([10, 11, 10, 0]);
  });

  it('does not count positions of weight 0, whatever they hold', async () => {
    const [one, other] = [fresh(), fresh()];
    const { loss } = await training.run(one, batch);
    const changed = { ...batch, labels: Int32Array.of(10, 11, 10, 0, 7) };
    expect((await training.run(other, changed)).loss).toEqual(loss);
    expect(await other.read('parameters')).toEqual(await one.read('parameters'));
  });

  it('weighs positions', async () => {
    const state = fresh();
    const { losses } = await evaluate(state);
    const weights = Float32Array.of(3, 1, 0, 0, 0);
    const { loss } = await training.run(state, { ...batch, weights });
    expect(loss[0]).toBeCloseTo((3 * losses[0] + losses[1]) / 4, 5);
  });

  it('counts a position twice where it is asked for twice', async () => {
    const [once, twice] = [fresh(), fresh()];
    const weights = Float32Array.of(2, 1, 1, 1, 0);
    await training.run(once, { ...batch, weights });
    const positions = Int32Array.of(2, 5, 8, 11, 2);
    const labels = Int32Array.of(10, 11, 10, 0, 10);
    await training.run(twice, { ...batch, positions, labels, weights: Float32Array.of(1, 1, 1, 1, 1) });
    const [a, b] = [await once.read('parameters'), await twice.read('parameters')];
    a.forEach((value, i) => expect(b[i]).toBeCloseTo(value, 3));
  });

  it('does nothing at a learning rate of 0', async () => {
    const state = fresh();
    const before = await state.read('parameters');
    await training.run(state, { ...batch, lr: Float32Array.of(0) });
    expect(await state.read('parameters')).toEqual(before);
  });
});

describe('evaluation', () => {
  it('leaves the state alone', async () => {
    const state = fresh();
    const before = await state.read('parameters');
    await evaluate(state);
    expect(await state.read('parameters')).toEqual(before);
  });

  it('sees no later token: a prediction does not depend on what follows', async () => {
    const state = fresh();
    const positions = Int32Array.of(0, 1, 3, 4, 6);
    const { losses } = await evaluate(state, { ...batch, positions });
    const tokens = batch.tokens.map((token, i) => (i % 3 === 2 ? 11 - token : token)) as Int32Array;
    const later = await evaluate(state, { ...batch, positions, tokens });
    expect(later.losses).toEqual(losses);
  });

  it('knows order: the same tokens in another order give other losses', async () => {
    const state = fresh();
    const { losses } = await evaluate(state);
    const tokens = Int32Array.of(2, 1, 3, 5, 4, 3, 7, 6, 3, 9, 8, 3);
    const swapped = await evaluate(state, { ...batch, tokens });
    expect(swapped.losses.slice(0, 4)).not.toEqual(losses.slice(0, 4));
  });
});
