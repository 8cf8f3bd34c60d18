/** Several seeds in one graph (engines/seeds/, training/cohort.ts) compute what separate runs do, within rounding. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { loadTask } from '#lab/tasks/index.ts';
import type { Engine, StateValues } from '#lab/engines/engine.ts';
import { createEngine } from '#lab/engines/index.ts';
import { seedsTogether } from '#lab/engines/seeds/program.ts';
import { Cohort } from '#lab/steps/cohort.ts';
import { evaluationProgram, trainProgram } from '#lab/tasks/language/programs.ts';
import { initialState } from '#lab/steps/training-program.ts';
import { parameterLayout } from '#lab/models/registry.ts';
import { endToEnd, partOf } from '#lab/steps/stack.ts';
import type { TrainingListener } from '#lab/training/listener.ts';
import { train } from '#lab/training/train.ts';
import type { LanguageConfig, ModelConfig } from '#shared/config.ts';
import { languageSchema } from '#shared/config/language.ts';
import type { Evaluation } from '#shared/progress.ts';
import { TINY as TINY_EXPERIMENT } from '../credence.ts';
import { optimizerConfig, randomBatch, TINY, tinyModel, type Batch } from './cases.ts';
import { presentEngines } from './present.ts';

vi.setConfig({ testTimeout: 300_000 });

const SEEDS = [0, 1, 2];
const STEPS = 20;
const reference = await createEngine('reference');
const engines = [reference, ...(await presentEngines())];
const onnx = engines.find(({ id }) => id === 'onnx')!;

/** For whole experiments, or more than a layer. */
const tooSlow = new Set<string>(['reference', 'onnx-webgpu']);

// Where all of a head is rotated no gradient is only rounding (conformance.test.ts).
const CASES = [
  { name: 'gpt2, AdamW', model: { architecture: 'gpt2' }, optimizer: { name: 'adamw' } },
  {
    name: 'gpt-neox, Adafactor, slower embedding',
    model: { architecture: 'gpt-neox', rotary_fraction: 1 },
    optimizer: { name: 'adafactor', embedding_lr_multiplier: 0.1, weight_decay: 0.1 },
  },
] as const;

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) expect(Math.abs(actual[i] - expected[i])).toBeLessThan(tolerance);
}

function stacked(values: StateValues[]): StateValues {
  const names = Object.entries(values[0]);
  return Object.fromEntries(
    names.map(([name, { spec }]) => [
      name,
      {
        spec: { ...spec, shape: [values.length, ...spec.shape] },
        data: endToEnd(values.map((one) => one[name].data)),
      },
    ]),
  );
}

const stackedBatch = (batches: Batch[]): Batch =>
  Object.fromEntries(
    Object.keys(batches[0]).map((name) => [name, endToEnd(batches.map((one) => one[name]))]),
  );

/**
 * Where a layer is slow there is one, as each computes the same; a software device takes long to compile a case's
 * shaders, so it gets one, and only together.
 */
const casesOf = ({ id }: Engine) => {
  const layers = tooSlow.has(id) ? { n_layers: 1 } : {};
  const cases = CASES.map(({ model, ...rest }) => ({ ...rest, model: { ...model, ...layers } }));
  return id === 'onnx-webgpu' ? cases.slice(1) : cases;
};

describe.each(engines)('$id', (engine) => {
  it.each(casesOf(engine))(
    '20 training steps and an evaluation of three seeds: $name',
    async ({ model: fields, optimizer: chosen }) => {
      const [model, optimizer] = [tinyModel(fields as Partial<ModelConfig>), optimizerConfig(chosen)];
      const starts = SEEDS.map((seed) => initialState(parameterLayout(model), optimizer, seed));
      const batchOf = (seed: number, step: number) => randomBatch(model, TINY, 10 * seed + (step % 3));
      const step = trainProgram(model, optimizer, TINY);
      const ask = evaluationProgram(model, TINY);
      const before = tf.memory().numTensors;
      const together = await engine.compile(seedsTogether(step, SEEDS.length));
      const askTogether = await engine.compile(seedsTogether(ask, SEEDS.length));
      const state = engine.createState(stacked(starts));
      const rows = [];
      for (let i = 0; i < STEPS; i++)
        rows.push(await together.run(state, stackedBatch(SEEDS.map((seed) => batchOf(seed, i)))));
      const answers = await askTogether.run(state, stackedBatch(SEEDS.map((seed) => batchOf(seed, 0))));
      const single = engine.id === 'onnx-webgpu' ? onnx : engine;
      const alone = await single.compile(step);
      const askAlone = await single.compile(ask);
      for (const seed of SEEDS) {
        const one = single.createState(starts[seed]);
        for (let i = 0; i < STEPS; i++) {
          const { loss, grad_norm } = await alone.run(one, batchOf(seed, i));
          expectClose([rows[i].loss[seed]], loss, 1e-4);
          expectClose([rows[i].grad_norm[seed]], grad_norm, 1e-3);
        }
        const expected = await askAlone.run(one, batchOf(seed, 0));
        expectClose(partOf(answers.losses, seed, SEEDS.length), expected.losses, 1e-4);
        expect(partOf(answers.predictions, seed, SEEDS.length)).toEqual(expected.predictions);
        one.dispose();
      }
      state.dispose();
      [together, askTogether, alone, askAlone].forEach((program) => program.dispose());
      expect(tf.memory().numTensors).toBe(before);
    },
  );
});

/** What a whole run leaves: its evaluations and the weights after each stage. */
interface Left {
  evaluations: Evaluation[];
  weights: Float32Array[];
  outcome: string;
}

const tiny = (changes: object = {}): LanguageConfig =>
  languageSchema.parse({ ...(parse(TINY_EXPERIMENT) as object), seeds: [1, 2, 3], ...changes });

async function prepared(config: LanguageConfig, seed: number, engine: Engine) {
  return { task: await loadTask(config, seed), engine };
}

/** Keeps what a run leaves. @param stopAt the question "go on?" that is answered no, counted from 1 */
function keeper(stopAt = Infinity): { left: Left; listener: TrainingListener } {
  const left: Left = { evaluations: [], weights: [], outcome: '' };
  const ignore = () => {};
  let asked = 0;
  return {
    left,
    listener: {
      planned: ignore,
      stage: ignore,
      progress: ignore,
      evaluation: (evaluation) => void left.evaluations.push(evaluation),
      async savePoint(moment, read) {
        if (moment === 'stage') left.weights.push((await read()).state.parameters.data as Float32Array);
      },
      next: () => Promise.resolve(++asked === stopAt ? 'cancel' : 'go'),
    },
  };
}

const alone = new Map<string, Promise<Left>>();

/** Trained once for all tests, which only look at it. */
function trainedAlone(config: LanguageConfig, seed: number, engine: Engine): Promise<Left> {
  const key = JSON.stringify([engine.id, seed, config]);
  const left = alone.get(key) ?? trainAlone(config, seed, engine);
  alone.set(key, left);
  return left;
}

async function trainAlone(config: LanguageConfig, seed: number, engine: Engine): Promise<Left> {
  const { left, listener } = keeper();
  left.outcome = await train(await prepared(config, seed, engine), listener);
  return left;
}

/** @param stops when each run is stopped, if it is */
async function trainedTogether(configs: LanguageConfig[], engine: Engine, stops: number[] = []) {
  const cohort = new Cohort(engine, configs.length);
  return Promise.all(
    configs.map(async (config, i) => {
      const { left, listener } = keeper(stops[i]);
      const steps = cohort.member(i);
      try {
        left.outcome = await train({ ...(await prepared(config, i + 1, engine)), steps }, listener);
      } catch (error) {
        left.outcome = (error as Error).message;
      } finally {
        steps.leave();
      }
      return left;
    }),
  );
}

function expectSame(actual: Left, expected: Left): void {
  expect(actual.outcome).toBe('done');
  expect(actual.evaluations.length).toBe(expected.evaluations.length);
  actual.evaluations.forEach(({ metrics, ...at }, i) => {
    const { metrics: wanted, ...place } = expected.evaluations[i];
    expect(at).toEqual(place);
    expect(metrics.map(({ subset, test, count }) => [subset, test, count])).toEqual(
      wanted.map(({ subset, test, count }) => [subset, test, count]),
    );
    expectClose(
      metrics.map(({ loss }) => loss!),
      wanted.map(({ loss }) => loss!),
      1e-3,
    );
    // An answer may turn where two tokens are as likely: one of a subset's at most.
    metrics.forEach((metric, j) =>
      expect(Math.abs(metric.exact_match! - wanted[j].exact_match!) * metric.count!).toBeLessThan(1.5),
    );
  });
  expect(actual.weights.length).toBe(expected.weights.length);
}

/** Root of the mean squared difference: one weight's gradient may be rounding alone, all of them are not. */
function distance(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0) / a.length);
}

describe.each(engines.filter(({ id }) => !tooSlow.has(id)))('a whole experiment on $id', (engine) => {
  it('of three seeds ends as separate runs do', async () => {
    const config = tiny();
    const together = await trainedTogether([config, config, config], engine);
    for (const [i, left] of together.entries()) {
      const alone = await trainedAlone(config, i + 1, engine);
      expectSame(left, alone);
      left.weights.forEach((weights, at) => expect(distance(weights, alone.weights[at])).toBeLessThan(1e-4));
    }
  });
});

describe('in a cohort', () => {
  it('a run that stops leaves the others as they would be without it', async () => {
    const config = tiny();
    const [first, stopped, third] = await trainedTogether([config, config, config], onnx, [Infinity, 12]);
    expect(stopped.outcome).toBe('cancelled');
    expectSame(first, await trainedAlone(config, 1, onnx));
    expectSame(third, await trainedAlone(config, 3, onnx));
  });

  it('a run that diverges fails alone, with the cause', async () => {
    const config = tiny();
    const stage1 = { ...config.training.stage1!, lr: 1e30 };
    const bad = { ...config, training: { ...config.training, stage1 } };
    const [first, failed] = await trainedTogether([config, bad], onnx);
    expect(failed.outcome).toMatch(/training\.stage1\.lr: 1e\+30 made the loss/);
    expectSame(first, await trainedAlone(config, 1, onnx));
  });

  it('runs of other shapes train side by side', async () => {
    const config = tiny();
    const wide = tiny({ model: { ...config.model, d_model: 24 } });
    const longer = tiny({
      training: { ...config.training, stage2: { ...config.training.stage2, epochs: 4 } },
    });
    const configs = [config, wide, longer];
    const together = await trainedTogether(configs, onnx);
    for (const [i, left] of together.entries()) expectSame(left, await trainedAlone(configs[i], i + 1, onnx));
  });

  it('the same runs give the same bits again', async () => {
    const config = tiny();
    const [first, second] = [
      await trainedTogether([config, config], onnx),
      await trainedTogether([config, config], onnx),
    ];
    expect(second).toEqual(first);
  });

  it('where the engine fails, every run does, with the cause', async () => {
    const broken: Engine = {
      ...{ id: 'reference', createState: (values: StateValues) => reference.createState(values) },
      compile: async (program) => ({
        ...(await reference.compile(program)),
        run: () => Promise.reject(new Error('the device was lost')),
      }),
      dispose: () => {},
    };
    const lefts = await trainedTogether([tiny(), tiny()], broken);
    expect(lefts.map(({ outcome }) => outcome)).toEqual(['the device was lost', 'the device was lost']);
  });
});
