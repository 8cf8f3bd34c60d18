/** What every engine must do; `reference` says what the numbers are. */
import { execFileSync } from 'node:child_process';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Engine } from '#lab/engines/engine.ts';
import { createEngine } from '#lab/engines/index.ts';
import { evaluationProgram } from '#lab/tasks/language/programs.ts';
import { initialState } from '#lab/steps/training-program.ts';
import { parameterLayout } from '#lab/models/registry.ts';
import type { ModelConfig, OptimizerConfig } from '#shared/config.ts';
import { randomStream } from '#shared/random.ts';
import { optimizerConfig, randomBatch, snapshot, TINY, tinyModel, train } from './cases.ts';
import { presentEngines } from './present.ts';

vi.setConfig({ testTimeout: 300_000 }); // a software GPU is slow to start, more so beside other tests

const reference = await createEngine('reference');
const present = await presentEngines();

const MODELS: Record<string, Partial<ModelConfig>> = {
  'gpt2, tied head': { architecture: 'gpt2' },
  'gpt2, untied head': { architecture: 'gpt2', tied_head: false },
  'gpt2, parallel residual': { architecture: 'gpt2', parallel_residual: true },
  'gpt-neox, untied head': { architecture: 'gpt-neox' },
  'gpt-neox, tied head': { architecture: 'gpt-neox', tied_head: true },
  'gpt-neox, all of each head rotated': { architecture: 'gpt-neox', rotary_fraction: 1 },
  'gpt-neox, half of each head rotated, one layer': { rotary_fraction: 0.5, n_layers: 1 },
  'gpt-neox, sequential residual, narrow MLP': { parallel_residual: false, d_mlp: 24 },
};

const OPTIMIZERS: Record<string, Partial<OptimizerConfig>> = {
  'AdamW, clipped': { name: 'adamw', clip_norm: 0.5 },
  'AdamW, not clipped, decay': { name: 'adamw', clip_norm: null, weight_decay: 0.1, beta2: 0.99 },
  'AdamW, slower embedding': { name: 'adamw', embedding_lr_multiplier: 0.1, weight_decay: 0.1 },
  'Adafactor, clipped': { name: 'adafactor', clip_norm: 0.5 },
  'Adafactor, not clipped, decay': { name: 'adafactor', clip_norm: null, weight_decay: 0.1 },
  'Adafactor, slower embedding, tight limit': {
    name: 'adafactor',
    embedding_lr_multiplier: 0.1,
    clip_threshold: 0.5,
  },
};

function expectClose(actual: number[], expected: number[], tolerance: number): void {
  expect(actual.every(Number.isFinite)).toBe(true);
  expected.forEach((value, i) => expect(Math.abs(actual[i] - value)).toBeLessThan(tolerance));
}

it('has at least the engine that works everywhere', () => {
  expect(present.map(({ id }) => id)).toContain('onnx');
});

/**
 * A key's bias adds the same to all scores of a query where the key is not rotated, so that its gradient is zero
 * but for rounding. Adafactor divides that noise by its own size, and limits a weight's update by the root mean
 * square of all its elements: through it the noise reaches the biases of queries and values, at about half the
 * learning rate. Where all of a head is rotated no gradient is noise: engines then agree within 1e-6.
 */
const NO_NOISE: Partial<ModelConfig> = { rotary_fraction: 1 };
/** An optimiser works weight by weight: a second layer would only cost a software GPU half a minute more. */
const ONE_LAYER: Partial<ModelConfig> = { n_layers: 1 };

/**
 * What a software GPU computes of the cases: it takes ten seconds to compile one, and its graphs are those of
 * `onnx`, so that it is here for the kernels, each of which one of these has.
 */
const ON_SOFTWARE = [
  'gpt2, tied head',
  'gpt-neox, half of each head rotated, one layer',
  'AdamW, not clipped, decay',
  'Adafactor, clipped, no noise',
];
/** Further layers have the same kernels, each of which is compiled anew. */
const sizedFor = (engine: Engine, model: Partial<ModelConfig>) =>
  isSoftware(engine) ? { ...model, ...ONE_LAYER } : model;
const isSoftware = ({ id }: Engine) => id === 'onnx-webgpu' && process.env['CREDENCE_TEST_VULKAN'];

describe.each(present)('$id: 20 training steps agree with the reference', (engine) => {
  const cases = [
    ...Object.entries(MODELS).map(([name, model]) => ({
      ...{ name, model, lr: 1e-3 },
      optimizer: { name: 'adamw' } as const,
    })),
    ...Object.entries(OPTIMIZERS).flatMap(([name, optimizer]) => {
      if (optimizer.name === 'adamw') return [{ name, model: ONE_LAYER, optimizer, lr: 1e-3 }];
      return [
        { name: `${name}, no noise`, model: { ...NO_NOISE, ...ONE_LAYER }, optimizer, lr: 1e-3 },
        { name: `${name}, noise in the key biases`, model: ONE_LAYER, optimizer, lr: 1e-4 },
      ];
    }),
  ];
  const chosen = isSoftware(engine) ? cases.filter(({ name }) => ON_SOFTWARE.includes(name)) : cases;
  it.each(chosen)('$name', async ({ model, optimizer, lr }) => {
    const setup = { model: tinyModel(sizedFor(engine, model)), optimizer: optimizerConfig(optimizer), lr };
    const expected = await train(reference, setup, 20);
    const actual = await train(engine, setup, 20);
    expectClose(actual.losses, expected.losses, 1e-4);
    expectClose(actual.gradNorms, expected.gradNorms, 1e-3);
    expect(Math.min(...expected.losses.slice(-3))).toBeLessThan(expected.losses[0]);
    [expected, actual].forEach(({ state }) => state.dispose());
  });
});

describe.each(present)('$id: an evaluation agrees with the reference', (engine) => {
  const chosen = Object.entries(MODELS).filter(([name]) => !isSoftware(engine) || ON_SOFTWARE.includes(name));
  it.each(chosen)('%s', async (_name, fields) => {
    const model = tinyModel(sizedFor(engine, fields));
    const { tokens, positions, labels } = randomBatch(model, TINY, 0);
    const results = [];
    for (const one of [reference, engine]) {
      const state = one.createState(initialState(parameterLayout(model), optimizerConfig({}), 3));
      const program = await one.compile(evaluationProgram(model, TINY));
      results.push(await program.run(state, { tokens, positions, labels }));
      state.dispose();
    }
    const [expected, actual] = results;
    expect(actual.predictions).toEqual(expected.predictions);
    expectClose([...actual.losses], [...expected.losses], 1e-5);
  });
});

describe.each([...present, reference])('$id', (engine) => {
  const setup = {
    model: tinyModel(sizedFor(engine, {})),
    optimizer: optimizerConfig({ name: 'adafactor' }),
  };

  it('repeats bit for bit', async () => {
    const [first, second] = [await train(engine, setup, 5), await train(engine, setup, 5)];
    expect(second.losses).toEqual(first.losses);
    expect(await second.state.read('parameters')).toEqual(await first.state.read('parameters'));
  });

  it.each(['adamw', 'adafactor'] as const)('continues identically from a saved %s state', async (name) => {
    const saving = { ...setup, optimizer: optimizerConfig({ name }) };
    const whole = await train(engine, saving, 8);
    const half = await train(engine, saving, 4);
    const saved = await snapshot(
      half.state,
      initialState(parameterLayout(saving.model), saving.optimizer, 0),
    );
    const rest = await train(engine, saving, 4, 4, saved);
    expect(rest.losses).toEqual(whole.losses.slice(4));
    expect(await rest.state.read('parameters')).toEqual(await whole.state.read('parameters'));
  });

  it('adds up many rows at one place and loses none', () => expectSums(engine, 32));

  it('does not touch the values a state was made from', async () => {
    const values = initialState(parameterLayout(setup.model), setup.optimizer, 7);
    const before = values.parameters.data.slice();
    await train(engine, setup, 2, 0, values);
    expect(values.parameters.data).toEqual(before);
  });

  it('names the entries a state has when asked for another', async () => {
    const state = engine.createState(initialState(parameterLayout(setup.model), setup.optimizer, 7));
    await expect(async () => state.read('momentum')).rejects.toThrow(/momentum.*parameters/);
  });

  it('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const { state } = await train(engine, setup, 2);
    state.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

/** Many rows that are added up at one place: what a race between threads would lose shows. */
async function expectSums(engine: Engine, width: number): Promise<void> {
  const count = 20_000;
  const program = await engine.compile({
    name: 'sums',
    state: { table: { shape: [3, width], dtype: 'float32' } },
    inputs: {
      rows: { shape: [count, width], dtype: 'float32' },
      places: { shape: [count], dtype: 'int32' },
    },
    body: ({ table }, { rows, places }) => {
      const sums = tf.unsortedSegmentSum(rows, places as tf.Tensor1D, 3);
      return { outputs: { sums, more: tf.add(table, sums) }, next: {} };
    },
  });
  const spec = { shape: [3, width], dtype: 'float32' as const };
  const state = engine.createState({ table: { spec, data: new Float32Array(3 * width).fill(2) } });
  const rows = new Float32Array(count * width).fill(1);
  const { sums, more } = await program.run(state, { rows, places: new Int32Array(count).fill(1) });
  const expected = (others: number, at: number) =>
    Float32Array.from({ length: 3 * width }, (_, i) => (Math.floor(i / width) === 1 ? at : others));
  expect(sums).toEqual(expected(0, count));
  expect(more).toEqual(expected(2, count + 2));
  program.dispose();
  state.dispose();
}

interface ProductShape {
  rows: number;
  columns: number;
  terms: number;
  ta: boolean;
  tb: boolean;
}

/** A product, and the product plus a vector, of the same made-up numbers on any engine. */
async function productsOn(engine: Engine, { rows, columns, terms, ta, tb }: ProductShape) {
  const random = randomStream(0, 'products');
  const numbers = (n: number) => Float32Array.from({ length: n }, () => random.float() - 0.5);
  const spec = (...shape: number[]) => ({ shape, dtype: 'float32' as const });
  const program = await engine.compile({
    name: 'products',
    state: {},
    inputs: {
      a: ta ? spec(terms, rows) : spec(rows, terms),
      b: tb ? spec(columns, terms) : spec(terms, columns),
      bias: spec(columns),
    },
    body: (_state, { a, b, bias }) => {
      const product = tf.matMul(a, b, ta, tb);
      return { outputs: { product, sum: tf.add(product, bias) }, next: {} };
    },
  });
  const inputs = { a: numbers(rows * terms), b: numbers(terms * columns), bias: numbers(columns) };
  const results = await program.run(engine.createState({}), inputs);
  program.dispose();
  return results;
}

describe('threads', () => {
  const onThreads = (threads: number) => createEngine('onnx', { threads });

  // The larger shape adds up more rows than ONNX Runtime leaves to one thread; the narrow model has products whose
  // columns it would share out.
  it.each([
    { batch: 64, d_model: 64 },
    { batch: 1024, d_model: 64 },
    { batch: 40, d_model: 128 },
  ])(
    'any number of them computes the same bits: $batch texts, d_model $d_model',
    async ({ batch, d_model }) => {
      const model = tinyModel({ d_model, n_heads: 4 }, { vocab_size: 600, n_ctx: 8 });
      const shape = { batch, length: 8, targets: 2 * batch };
      const setup = { model, optimizer: optimizerConfig({ name: 'adamw' }), shape };
      const one = await train(await onThreads(1), setup, 5);
      for (const threads of [2, 3, 7]) {
        const more = await train(await onThreads(threads), setup, 5);
        expect(more.losses).toEqual(one.losses);
        expect(more.gradNorms).toEqual(one.gradNorms);
        expect(await more.state.read('parameters')).toEqual(await one.state.read('parameters'));
      }
    },
  );

  it('matrix products have the same bits at any number of threads', async () => {
    const engines = await Promise.all([1, 2, 3, 8].map(onThreads));
    const size = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 700 }));
    const shapes = fc.record({ rows: size, columns: size, terms: size, ta: fc.boolean(), tb: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const [one, ...more] = await Promise.all(engines.map((engine) => productsOn(engine, shape)));
        for (const other of more) expect(other).toEqual(one);
      }),
      {
        numRuns: 60,
        // Few rows or columns, more columns than rows, one column whose rows do not divide evenly.
        examples: [
          [{ rows: 80, columns: 384, terms: 256, ta: false, tb: false }],
          [{ rows: 64, columns: 66, terms: 200, ta: false, tb: true }],
          [{ rows: 512, columns: 1, terms: 700, ta: false, tb: false }],
          [{ rows: 1, columns: 700, terms: 384, ta: true, tb: true }],
        ],
      },
    );
  });

  it.each([2, 4])('%i add up many rows at one place and lose none', async (threads) => {
    await expectSums(await onThreads(threads), 256);
  });
});

/** The weights that TensorFlow ends with in a process of its own, whose first engine sets the threads. */
function tensorFlowWeights(threads: number): string {
  const script = `
    import { createHash } from 'node:crypto';
    const { createEngine } = await import('#lab/engines/index.ts');
    const { optimizerConfig, tinyModel, train } = await import('#test/engines/cases.ts');
    const engine = await createEngine('tensorflow', { threads: ${threads} });
    const model = tinyModel({ d_model: 64, n_heads: 4 }, { vocab_size: 600, n_ctx: 8 });
    const setup = { model, optimizer: optimizerConfig({}), shape: { batch: 64, length: 8, targets: 128 } };
    const { state } = await train(engine, setup, 5);
    console.log(createHash('sha256').update(await state.read('parameters')).digest('hex'));`;
  const args = ['--input-type=module', '-e', script];
  return execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

it.runIf(present.some(({ id }) => id === 'tensorflow'))(
  'tensorflow: one and two threads compute the same bits',
  () => {
    expect(tensorFlowWeights(2)).toBe(tensorFlowWeights(1));
  },
);
