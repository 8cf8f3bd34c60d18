/**
 * Mixed precision against float32. Float16 products are computed by an engine of this machine whose device has them,
 * and imitated in plain JavaScript (half-products.ts), so that the rest is tested everywhere.
 */
import { describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { loadTask } from '#lab/tasks/index.ts';
import type { Engine, EngineState, StateValues } from '#lab/engines/engine.ts';
import { createEngine, describeEngine, engineCandidates } from '#lab/engines/index.ts';
import { seedsTogether } from '#lab/engines/seeds/program.ts';
import { initialLossScale } from '#lab/optimizers/loss-scale.ts';
import { evaluationProgram, trainProgram } from '#lab/tasks/language/programs.ts';
import { initialState } from '#lab/steps/training-program.ts';
import { parameterLayout } from '#lab/models/registry.ts';
import { endToEnd, partOf } from '#lab/steps/stack.ts';
import type { TrainingListener, TrainingSnapshot } from '#lab/training/listener.ts';
import { train } from '#lab/training/train.ts';
import type { ModelConfig, OptimizerConfig } from '#shared/config.ts';
import { languageSchema } from '#shared/config/language.ts';
import { MIXED_ENGINES, type Precision } from '#shared/engines.ts';
import type { MetricRecord } from '#shared/records.ts';
import { TINY as TINY_EXPERIMENT } from '../credence.ts';
import { optimizerConfig, randomBatch, snapshot, TINY, tinyModel } from './cases.ts';
import { halfProductsEngine, inFloat32 } from './half-products.ts';
import { presentEngines } from './present.ts';

vi.setConfig({ testTimeout: 600_000 }); // a software GPU compiles its shaders slowly

const reference = await createEngine('reference');
const onnx = await createEngine('onnx');
const devices: Engine[] = [];
for (const engine of await presentEngines())
  if ((await describeEngine(engine.id)).mixed) devices.push(engine);
const imitation = halfProductsEngine();
const half = [
  { name: 'imitated', engine: imitation },
  ...devices.map((engine) => ({ name: engine.id, engine })),
];

interface Case {
  name: string;
  model: Partial<ModelConfig>;
  optimizer: Partial<OptimizerConfig>;
}

// Where all of a head is rotated no gradient is only rounding (conformance.test.ts).
const CASES: Case[] = [
  { name: 'gpt2, AdamW', model: { architecture: 'gpt2' }, optimizer: { name: 'adamw', weight_decay: 0.1 } },
  {
    name: 'gpt-neox, Adafactor',
    model: { architecture: 'gpt-neox', rotary_fraction: 1 },
    optimizer: { name: 'adafactor', clip_norm: 0.5 },
  },
];
const resolved = ({ model, optimizer }: Case) => ({
  model: tinyModel(model),
  optimizer: optimizerConfig(optimizer),
});

/** Losses, norms and loss scales of steps from a state, which is left as they leave it. */
async function steps(
  engine: Engine,
  { model, optimizer }: ReturnType<typeof resolved>,
  precision: Precision,
  { count = 20, from = 0, values = initialState(parameterLayout(model), optimizer, 7, precision) } = {},
) {
  const program = await engine.compile(trainProgram(model, optimizer, TINY, precision));
  const state = engine.createState(values);
  const [losses, norms, scales]: number[][] = [[], [], []];
  for (let i = from; i < from + count; i++) {
    const outputs = await program.run(state, randomBatch(model, TINY, i % 3));
    losses.push(outputs.loss[0]);
    norms.push(outputs.grad_norm[0]);
    scales.push(outputs.loss_scale?.[0] ?? 1);
  }
  program.dispose();
  return { losses, norms, scales, state };
}

const read = (state: EngineState, like: StateValues) => snapshot(state, like);

it.each(CASES)('scaling the loss changes no bit where products are float32: $name', async (one) => {
  const setup = resolved(one);
  const plain = await steps(reference, setup, 'float32');
  const scaled = await steps(inFloat32(reference), setup, 'mixed');
  expect(scaled.losses).toEqual(plain.losses);
  expect(scaled.norms).toEqual(plain.norms);
  expect(new Set(scaled.scales)).toEqual(new Set([2 ** 13]));
  const like = initialState(parameterLayout(setup.model), setup.optimizer, 7);
  expect(await read(scaled.state, like)).toEqual(await read(plain.state, like));
});

/**
 * Rounding to float16 (11 bits) errs by at most u = 2^-11 of a value. The head's product has three roundings, of its
 * operands and its own, so that a logit errs by about 3 u of its size; those of the products before are of random sign
 * and add less. A loss moves by no more than its logits, up to 2.5 here: 7.5 u. (0.0012, 2.5 u, was measured.)
 */
const TOLERANCE = 8 * 2 ** -11;

describe.each(half)('$name', ({ engine }) => {
  it.each(CASES)('20 losses agree with float32, and some rounding shows: $name', async (one) => {
    const setup = resolved(one);
    const expected = await steps(reference, setup, 'float32');
    const actual = await steps(engine, setup, 'mixed');
    const errors = actual.losses.map((loss, i) => Math.abs(loss - expected.losses[i]));
    expect(Math.max(...errors)).toBeLessThan(TOLERANCE);
    expect(Math.max(...errors)).toBeGreaterThan(2 ** -15);
    actual.norms.forEach((norm, i) => expect(Math.abs(norm / expected.norms[i] - 1)).toBeLessThan(0.01));
    expect(actual.losses[18]).toBeLessThan(actual.losses[0]);
  });

  it('evaluates in the same precision', async () => {
    const { model, optimizer } = resolved(CASES[0]);
    const ask = async (one: Engine, precision: Precision) => {
      const program = await one.compile(evaluationProgram(model, TINY, precision));
      const state = one.createState(initialState(parameterLayout(model), optimizer, 7, precision));
      const { losses } = await program.run(state, randomBatch(model, TINY, 0));
      program.dispose();
      return [...losses];
    };
    const [exact, rounded] = [await ask(reference, 'float32'), await ask(engine, 'mixed')];
    rounded.forEach((loss, i) => expect(Math.abs(loss - exact[i])).toBeLessThan(TOLERANCE));
    expect(rounded).not.toEqual(exact);
  });

  it('repeats bit for bit, and goes on identically from a saved state', async () => {
    const setup = resolved(CASES[0]);
    const like = initialState(parameterLayout(setup.model), setup.optimizer, 7, 'mixed');
    const [whole, again] = [await steps(engine, setup, 'mixed'), await steps(engine, setup, 'mixed')];
    expect(again.losses).toEqual(whole.losses);
    const begun = await steps(engine, setup, 'mixed', { count: 8 });
    const values = await read(begun.state, like);
    expect(Object.keys(values)).toEqual(expect.arrayContaining(['loss_scale', 'loss_scale_steps']));
    const rest = await steps(engine, setup, 'mixed', { count: 12, from: 8, values });
    expect([...begun.losses, ...rest.losses]).toEqual(whole.losses);
    expect(await read(rest.state, like)).toEqual(await read(whole.state, like));
  });

  it.each(CASES)('a step whose gradients overflow changes nothing but the scale: $name', async (one) => {
    const setup = resolved(one);
    const start = initialState(parameterLayout(setup.model), setup.optimizer, 7, 'mixed');
    const { state } = await steps(engine, setup, 'mixed', { count: 2 });
    const before = await read(state, start);
    before.loss_scale.data = Float32Array.of(2 ** 24); // gradients beyond 2^-8 overflow
    const skipped = await steps(engine, setup, 'mixed', { count: 1, values: before });
    expect(skipped.norms[0]).not.toSatisfy(Number.isFinite);
    expect(skipped.losses[0]).toSatisfy(Number.isFinite);
    const { loss_scale, loss_scale_steps, ...rest } = await read(skipped.state, start);
    expect(loss_scale.data[0]).toBe(2 ** 23);
    expect(loss_scale_steps.data[0]).toBe(0);
    expect({ ...before, ...rest }).toEqual(before);

    const values = await read(skipped.state, start);
    const after = await steps(engine, setup, 'mixed', { count: 20, values });
    expect(after.scales.at(-1)).toBeLessThan(2 ** 23);
    expect(after.norms.at(-1)).toSatisfy(Number.isFinite);
    expect(after.losses.every(Number.isFinite)).toBe(true);
    expect(after.losses.at(-1)).toBeLessThan(after.losses[0]);
  });

  it('doubles the scale after 2000 steps without overflow', async () => {
    const setup = resolved(CASES[0]);
    const values = initialState(parameterLayout(setup.model), setup.optimizer, 7, 'mixed');
    values.loss_scale_steps.data = Float32Array.of(1998);
    const { scales, state } = await steps(engine, setup, 'mixed', { count: 3, values });
    expect(scales).toEqual([2 ** 13, 2 ** 14, 2 ** 14]);
    expect([...(await state.read('loss_scale_steps'))]).toEqual([1]);
  });

  it('of seeds together one that overflows is skipped alone', async () => {
    const { model, optimizer } = resolved(CASES[0]);
    const seeds = [1, 2].map((seed) => initialState(parameterLayout(model), optimizer, seed, 'mixed'));
    seeds[0].loss_scale.data = Float32Array.of(2 ** 24);
    const stacked: StateValues = Object.fromEntries(
      Object.entries(seeds[0]).map(([name, { spec, data }]) => [
        name,
        { spec: { ...spec, shape: [2, ...spec.shape] }, data: endToEnd([data, seeds[1][name].data]) },
      ]),
    );
    const program = await engine.compile(seedsTogether(trainProgram(model, optimizer, TINY, 'mixed'), 2));
    const state = engine.createState(stacked);
    const batch = randomBatch(model, TINY, 0);
    const both = Object.entries(batch).map(([name, data]) => [name, endToEnd([data, data])]);
    const { loss_scale } = await program.run(state, Object.fromEntries(both));
    expect([...loss_scale]).toEqual([2 ** 23, 2 ** 13]);
    const parameters = await state.read('parameters');
    expect(partOf(parameters, 0, 2)).toEqual(seeds[0].parameters.data);
    expect(partOf(parameters, 1, 2)).not.toEqual(seeds[1].parameters.data);
    expect(parameters.every(Number.isFinite)).toBe(true);
    program.dispose();
  });
});

describe('a whole run', () => {
  const config = (precision: Precision) =>
    languageSchema.parse({
      ...(parse(TINY_EXPERIMENT) as object),
      ...{ engine: 'auto', precision, seeds: [1] },
      dataset: { kind: 'world', n_entities: 60, n_attributes: 2, n_values: 4 },
    });

  interface Options {
    seed?: number;
    /** The question "go on?" that is answered no, counted from 1. */
    stopAt?: number;
    from?: TrainingSnapshot | null;
  }

  /** The evaluations of a run, where it stopped, and what it ended with. */
  async function run(
    engine: Engine,
    precision: Precision,
    { seed = 1, stopAt = Infinity, from = null }: Options = {},
  ) {
    const metrics: MetricRecord[][] = [];
    const saved: { stop?: TrainingSnapshot; stage?: TrainingSnapshot } = {};
    const ignore = () => {};
    let asked = 0;
    const listener: TrainingListener = {
      ...{ planned: ignore, stage: ignore, progress: ignore },
      evaluation: (evaluation) => void metrics.push(evaluation.metrics),
      async savePoint(moment, read) {
        if (moment === 'stop' || moment === 'stage') saved[moment] = await read();
      },
      next: () => Promise.resolve(++asked === stopAt ? 'cancel' : 'go'),
    };
    const chosen = config(precision);
    await train({ task: await loadTask(chosen, seed), engine }, listener, from);
    return { metrics, stopped: saved.stop, end: saved.stage };
  }

  /** Mean difference of all test losses. */
  function distance(a: MetricRecord[][], b: MetricRecord[][]): number {
    const [left, right] = [a, b].map((metrics) => metrics.flat().map(({ loss }) => loss!));
    return left.reduce((sum, loss, i) => sum + Math.abs(loss - right[i]), 0) / left.length;
  }

  it('differs from one of float32 by far less than seeds do, and goes on identically after a stop', async () => {
    const exact = await run(onnx, 'float32');
    const otherSeed = await run(onnx, 'float32', { seed: 2 });
    const mixed = await run(imitation, 'mixed');
    expect(mixed.metrics.length).toBe(exact.metrics.length);
    expect(distance(mixed.metrics, exact.metrics)).toBeGreaterThan(0);
    const noise = distance(otherSeed.metrics, exact.metrics);
    expect(distance(mixed.metrics, exact.metrics)).toBeLessThan(noise / 10);

    const { stopped } = await run(imitation, 'mixed', { stopAt: 9 });
    const resumed = await run(imitation, 'mixed', { from: stopped! });
    expect(resumed.end).toEqual(mixed.end);
    expect(resumed.metrics).toEqual(mixed.metrics.slice(-resumed.metrics.length));
  });

  it.each([
    ['whose activations overflow', 1000, 2 ** 13, 'the loss NaN at step 5 of stage1'],
    ['whose loss scale has fallen below 1', 1, 0.5, 'gradients too large for float16 at step 5 of stage1'],
  ])('%s ends, and says what to do', async (_, factor, lossScale, made) => {
    const { stopped } = await run(onnx, 'float32', { stopAt: 9 });
    const { position, state } = stopped!;
    const scale = initialLossScale();
    scale.loss_scale.data = Float32Array.of(lossScale);
    const data = state.parameters.data.map((weight) => weight * factor) as Float32Array;
    const from = { position, state: { ...state, ...scale, parameters: { ...state.parameters, data } } };
    await expect(run(imitation, 'mixed', { from })).rejects.toMatchObject({
      code: 'training.diverged',
      message: `training.stage1.lr: 0.001 made ${made}; lower it or raise training.stage1.warmup_steps, or set precision: float32`,
    });
  });
});

describe('engines that compute in float32 only', () => {
  it.each(['onnx', 'reference', 'auto'] as const)('%s says so, and what to do', async (id) => {
    await expect(createEngine(id, { precision: 'mixed' })).rejects.toMatchObject({
      code: 'engine.precision',
      message: expect.stringMatching(
        /^precision: mixed does not work on the \w+ engine: it computes in float32 only; set precision: float32/,
      ),
    });
  });

  it.each(['onnx', 'onnx-coreml', 'tensorflow', 'reference'] as const)('the config refuses %s', (engine) => {
    const { error } = languageSchema.safeParse({ engine, precision: 'mixed' });
    expect(error?.issues).toMatchObject([
      { path: ['precision'], message: expect.stringContaining(`"float32" where engine is "${engine}"`) },
    ]);
    expect(languageSchema.safeParse({ engine }).success).toBe(true);
  });

  it('compile no program of mixed precision', async () => {
    const { model, optimizer } = resolved(CASES[0]);
    for (const engine of [reference, onnx])
      await expect(engine.compile(trainProgram(model, optimizer, TINY, 'mixed'))).rejects.toThrow(
        /mixed precision; the \w+ engine computes in float32 only/,
      );
  });

  it('are described as such, and not among what auto chooses from', async () => {
    const { mixed, mixed_reason } = await describeEngine('onnx');
    expect({ mixed, mixed_reason }).toEqual({ mixed: false, mixed_reason: 'it computes in float32 only' });
    engineCandidates('mixed').forEach(({ id }) => expect(MIXED_ENGINES).toContain(id));
    expect(engineCandidates('float32').map(({ id }) => id)).toContain('onnx');
  });
});
