/** State vectors in blocks, as for a device whose buffers are small: nothing that is computed changes. */
import { describe, expect, it, vi } from 'vitest';
import { exampleProgram } from '#lab/analysis/gradients.ts';
import { blocksOf } from '#lab/engines/blocks/cut.ts';
import { BlocksEngine } from '#lab/engines/blocks/engine.ts';
import { floatSpec, type Engine, type Program, type StateValues } from '#lab/engines/engine.ts';
import { createEngine } from '#lab/engines/index.ts';
import { vectorSpec } from '#lab/models/layout.ts';
import { mlp } from '#lab/models/mlp.ts';
import { meanSquaredError } from '#lab/models/ops.ts';
import { parameterLayout } from '#lab/models/registry.ts';
import { Cohort } from '#lab/steps/cohort.ts';
import { endToEnd } from '#lab/steps/stack.ts';
import { alone, scratchOf, type Arrays, type Steps, type StepSpec } from '#lab/steps/steps.ts';
import {
  accumulationProgram,
  gradientSpecs,
  initialState,
  SHARE,
  trainingProgram,
  updateProgram,
  type Objective,
} from '#lab/steps/training-program.ts';
import { evaluationProgram, languageObjective, trainProgram } from '#lab/tasks/language/programs.ts';
import type { OptimizerConfig } from '#shared/config.ts';
import { mlpSchema } from '#shared/config/models/mlp.ts';
import type { Precision } from '#shared/engines.ts';
import { randomStream } from '#shared/random.ts';
import { optimizerConfig, randomBatch, snapshot, TINY, tinyModel, train } from './cases.ts';
import { halfProductsEngine } from './half-products.ts';
import { presentEngines } from './present.ts';

vi.setConfig({ testTimeout: 300_000 }); // a software GPU is slow to start

/** Bytes: above the embedding of the tiny model, far below the vector of all its weights. */
const LIMIT = 6000;
const model = tinyModel({ n_layers: 1 });
const layout = parameterLayout(model);

const OPTIMIZERS: Record<string, Partial<OptimizerConfig>> = {
  'AdamW, clipped, decay, slower embedding': {
    ...{ name: 'adamw', clip_norm: 0.5, weight_decay: 0.1, embedding_lr_multiplier: 0.1 },
  },
  'AdamW, not clipped': { name: 'adamw', clip_norm: null },
  'Adafactor, clipped, decay': { name: 'adafactor', clip_norm: 0.5, weight_decay: 0.1 },
};

const [reference, onnx] = [await createEngine('reference'), await createEngine('onnx')];
const inBlocks = (engine: Engine, limit = LIMIT) => new BlocksEngine(engine, limit);

it('is a model of several blocks', () => {
  expect(blocksOf(vectorSpec(layout), LIMIT).length).toBeGreaterThan(2);
});

/** Everything that some steps and an evaluation give, and the state that they end with. */
async function trained(
  engine: Engine,
  optimizer: OptimizerConfig,
  precision: Precision = 'float32',
  values = initialState(layout, optimizer, 7, precision),
) {
  const [program, ask] = [trainProgram(model, optimizer, TINY, precision), evaluationProgram(model, TINY)];
  const [step, evaluation] = [await engine.compile(program), await engine.compile(ask)];
  const state = engine.createState(values);
  const outputs = [];
  for (let i = 0; i < 5; i++) outputs.push(await step.run(state, randomBatch(model, TINY, i % 3, 1e-2)));
  outputs.push(await evaluation.run(state, randomBatch(model, TINY, 0)));
  const left = await snapshot(state, values);
  state.dispose();
  [step, evaluation].forEach((one) => one.dispose());
  return { outputs, left };
}

it('are no limit where the processor trains: nothing is said of them, and a large weight is not tried', async () => {
  const optimizer = optimizerConfig({});
  const blocks = new BlocksEngine(onnx, 4, false);
  expect(blocks.bufferLimit).toBeUndefined();
  expect(await trained(blocks, optimizer)).toEqual(await trained(onnx, optimizer));
  expect((await createEngine('onnx', { training: true })).bufferLimit).toBeUndefined();
});

describe.each([reference, onnx])('$id: the same bits as whole', (engine) => {
  it.each(Object.keys(OPTIMIZERS))('%s', async (name) => {
    const optimizer = optimizerConfig(OPTIMIZERS[name]);
    const whole = await trained(engine, optimizer);
    expect(await trained(inBlocks(engine), optimizer)).toEqual(whole);
    // As small as can be: each weight is a block.
    expect(await trained(inBlocks(engine, 4), optimizer)).toEqual(whole);
  });
});

describe('the same bits as whole', () => {
  it.each([2 ** 13, 2 ** 24])('in mixed precision, from a loss scale of %d', async (scale) => {
    const engine = halfProductsEngine();
    const optimizer = optimizerConfig(OPTIMIZERS['Adafactor, clipped, decay']);
    const values = () => {
      const start = initialState(layout, optimizer, 7, 'mixed');
      start.loss_scale.data = Float32Array.of(scale);
      return start;
    };
    const whole = await trained(engine, optimizer, 'mixed', values());
    expect(whole.outputs[0].grad_norm[0] === Infinity || Number.isNaN(whole.outputs[0].grad_norm[0])).toBe(
      scale === 2 ** 24,
    );
    expect(await trained(inBlocks(engine), optimizer, 'mixed', values())).toEqual(whole);
  });

  it('where a run goes on under another limit, or none', async () => {
    const optimizer = optimizerConfig(OPTIMIZERS['AdamW, clipped, decay, slower embedding']);
    const start = initialState(layout, optimizer, 7);
    const setup = { model, optimizer };
    let values: StateValues = start;
    for (const [i, engine] of [inBlocks(onnx), inBlocks(onnx, 500), onnx].entries()) {
      const { state } = await train(engine, setup, 2, 2 * i, values);
      values = await snapshot(state, start);
    }
    expect(values).toEqual(await snapshot((await train(onnx, setup, 6)).state, start));
  });

  it('of seeds together', async () => {
    const optimizer = optimizerConfig(OPTIMIZERS['Adafactor, clipped, decay']);
    const step: StepSpec<Arrays> = {
      ...{ key: 'step', trains: true },
      pack: (batches) => ({ size: null, inputs: [...batches] }),
      program: () => trainProgram(model, optimizer, TINY),
    };
    const weights = async (engine: Engine) => {
      const cohort = new Cohort(engine, 3);
      const member = async (seed: number) => {
        const steps = cohort.member(seed);
        const state = steps.createState(initialState(layout, optimizer, seed));
        const running = steps.step(step);
        for (let i = 0; i < 3; i++) await running.run(state, randomBatch(model, TINY, 3 * seed + i));
        const left = await state.read('parameters');
        steps.leave();
        return left;
      };
      return Promise.all([0, 1, 2].map(member));
    };
    expect(await weights(inBlocks(onnx))).toEqual(await weights(onnx));
  });

  it('of the gradient of one example', async () => {
    const optimizer = optimizerConfig({});
    const program = exampleProgram(languageObjective(model, optimizer, TINY, 'float32'));
    const batch = randomBatch(model, TINY, 0);
    const gradient = async (engine: Engine) => {
      const state = engine.createState(initialState(layout, optimizer, 7));
      return Object.values(await (await engine.compile(program)).run(state, batch));
    };
    const blocks = await gradient(inBlocks(onnx));
    expect(blocks.length).toBeGreaterThan(2);
    expect([endToEnd(blocks)]).toEqual(await gradient(onnx));
  });
});

/** A network so small that a software GPU compiles its steps at once. */
function tinyObjective(optimizer: OptimizerConfig): Objective {
  const config = mlpSchema.parse({ architecture: 'mlp', hidden_size: 16 });
  const spec = mlp.resolve(config, { inputs: 5, outputs: 3 });
  return {
    ...{ layout: mlp.layout(spec), optimizer },
    inputs: { inputs: floatSpec(4, 5), targets: floatSpec(4, 3), weights: floatSpec(4, 3) },
    loss: (weights, inputs) =>
      meanSquaredError(mlp.forward(spec, weights, inputs.inputs), inputs.targets, inputs.weights),
  };
}

function tinyBatch(seed: number): Arrays {
  const random = randomStream(seed, 'blocks');
  const normal = (length: number) => Float32Array.from({ length }, () => random.normal());
  return { inputs: normal(20), targets: normal(12), weights: new Float32Array(12).fill(1) };
}

/** Steps of two parts each, or of one. */
function tinyStep(objective: Objective, parts: number): StepSpec<Arrays> {
  const step = {
    ...{ key: 'tiny', trains: true },
    pack: (batches: readonly Arrays[]) => ({ size: null, inputs: [...batches] }),
  };
  if (parts === 1) return { ...step, program: () => trainingProgram(objective) };
  const inputs = { [SHARE]: Float32Array.of(1 / parts) };
  return {
    ...step,
    program: () => accumulationProgram(objective),
    accumulation: {
      scratch: gradientSpecs(objective.layout),
      parts: (batch) => Array.from({ length: parts }, () => ({ part: batch, inputs })),
      update: updateProgram(objective),
    },
  };
}

async function tinyRun(steps: Steps, optimizer: OptimizerConfig, parts: number) {
  const objective = tinyObjective(optimizer);
  const spec = tinyStep(objective, parts);
  const running = steps.step(spec);
  const start = initialState(objective.layout, optimizer, 3);
  const state = steps.createState({ ...start, ...scratchOf(spec) });
  const losses: number[] = [];
  for (let i = 0; i < 4; i++) {
    const { loss } = await running.run(state, tinyBatch(i), { lr: Float32Array.of(1e-2) });
    losses.push(loss[0]);
  }
  const left = [losses, ...Object.values(await snapshot(state, start)).map(({ data }) => [...data])];
  running.dispose();
  state.dispose();
  return left;
}

/** Bytes: some weights of the tiny network are blocks alone. */
const TINY_LIMIT = 240;
const engines = [reference, ...(await presentEngines())];

describe.each(engines)('$id: a step in parts, or whole', (engine) => {
  it.each([
    ['adamw', 2],
    ['adafactor', 1],
  ] as const)('%s, %d', async (name, parts) => {
    const optimizer = optimizerConfig({ name, clip_norm: 0.5, weight_decay: 0.1 });
    const exact = ['reference', 'onnx'].includes(engine.id);
    const whole = await tinyRun(alone(exact ? engine : reference), optimizer, parts);
    const blocks = await tinyRun(alone(inBlocks(engine, TINY_LIMIT)), optimizer, parts);
    if (exact) expect(blocks).toEqual(whole);
    whole.flat().forEach((value, i) => expect(Math.abs(blocks.flat()[i] - value)).toBeLessThan(1e-5));
  });
});

describe('a weight larger than what every device has', () => {
  /** Gives no buffer above so many bytes. */
  const device = (most: number) => {
    const tried: number[] = [];
    const engine: Engine = {
      ...{ id: 'onnx-webgpu', createState: (values) => onnx.createState(values), dispose: () => {} },
      async compile(program: Program) {
        const compiled = await onnx.compile(program);
        if (program.name !== 'fill') return compiled;
        const run = async (...given: Parameters<typeof compiled.run>) => {
          const outputs = await compiled.run(...given);
          const bytes = (await given[0].read('filled')).byteLength;
          tried.push(bytes);
          if (bytes > most) throw new Error('Invalid Buffer');
          return outputs;
        };
        return { ...compiled, run, dispose: () => compiled.dispose() };
      },
    };
    return { engine, tried };
  };
  const program = () => trainProgram(model, optimizerConfig({}), TINY);

  it('is tried once, and trained with where it fits', async () => {
    const { engine, tried } = device(1e6);
    const blocks = inBlocks(engine, 1000);
    await blocks.compile(program());
    await blocks.compile(evaluationProgram(model, TINY));
    expect(tried).toEqual([4 * Math.max(...layout.map(({ size }) => size))]);
  });

  it('is refused before the first step, with its size', async () => {
    await expect(inBlocks(device(2000).engine, 1000).compile(program())).rejects.toThrow(
      /^engine: onnx-webgpu: the largest weight of this model takes a buffer of 4\.1 kB, .* choose engine: onnx/,
    );
  });
});
