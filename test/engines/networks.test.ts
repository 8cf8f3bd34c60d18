/** ConvNeXt and MLP on every engine: training agrees with the reference, repeats, and does so for several seeds at once. */
import { describe, expect, it, vi } from 'vitest';
import { floatSpec, intSpec, type Engine, type StateValues, type TensorData } from '#lab/engines/engine.ts';
import { createEngine } from '#lab/engines/index.ts';
import { seedsTogether } from '#lab/engines/seeds/program.ts';
import { convnext } from '#lab/models/convnext.ts';
import { mlp } from '#lab/models/mlp.ts';
import { crossEntropy, meanSquaredError } from '#lab/models/ops.ts';
import { endToEnd } from '#lab/steps/stack.ts';
import { initialState, trainingProgram, type Objective } from '#lab/steps/training-program.ts';
import { convnextSchema } from '#shared/config/models/convnext.ts';
import { mlpSchema } from '#shared/config/models/mlp.ts';
import { randomStream } from '#shared/random.ts';
import { optimizerConfig } from './cases.ts';
import { presentEngines } from './present.ts';

vi.setConfig({ testTimeout: 300_000 });

const reference = await createEngine('reference');
const engines = [reference, ...(await presentEngines())];

const optimizer = optimizerConfig({ name: 'adamw', clip_norm: 1, weight_decay: 0.1 });

interface ConvNextCase {
  batch: number;
  image: [number, number];
  hidden_sizes: number[];
}

/** Two answers of three classes for each image. */
function convnextObjective({ batch, image: [height, width], hidden_sizes }: ConvNextCase): Objective {
  const config = { patch_size: 2, hidden_sizes, depths: hidden_sizes.map(() => 1), init_std: 0.2 };
  const spec = convnext.resolve(convnextSchema.parse({ architecture: 'convnext', ...config }), {
    ...{ height, width, channels: 1, outputs: 2, classes: 3 },
  });
  return {
    layout: convnext.layout(spec),
    optimizer,
    inputs: {
      images: floatSpec(batch, height, width, 1),
      labels: intSpec(2 * batch),
      weights: floatSpec(2 * batch),
    },
    loss: (weights, inputs) =>
      crossEntropy(convnext.forward(spec, weights, inputs.images), inputs.labels, inputs.weights),
  };
}

function mlpObjective(batch: number): Objective {
  const config = mlpSchema.parse({ architecture: 'mlp', hidden_size: 16 });
  const spec = mlp.resolve(config, { inputs: 5, outputs: 3 });
  return {
    layout: mlp.layout(spec),
    optimizer,
    inputs: { inputs: floatSpec(batch, 5), targets: floatSpec(batch, 3), weights: floatSpec(batch, 3) },
    loss: (weights, inputs) =>
      meanSquaredError(mlp.forward(spec, weights, inputs.inputs), inputs.targets, inputs.weights),
  };
}

const OBJECTIVES = {
  // Places are more than channels in the first stage, fewer in the second, which an odd row is left out of.
  'ConvNeXt of two stages': convnextObjective({ batch: 3, image: [10, 8], hidden_sizes: [8, 12] }),
  'ConvNeXt on images in tiles': convnextObjective({ batch: 2, image: [36, 6], hidden_sizes: [4] }),
  MLP: mlpObjective(6),
};

type Batch = Record<string, TensorData>;

/** Random numbers; every third weight is 0. */
function batchOf({ inputs }: Objective, seed: number): Batch {
  const random = randomStream(seed, 'batch');
  const value = (name: string, i: number) => {
    if (name === 'labels') return random.int(3);
    return name === 'weights' ? i % 3 : random.normal();
  };
  const entries = Object.entries(inputs).map(([name, { shape, dtype }]) => {
    const length = shape.reduce((product, n) => product * n, 1);
    const values = Array.from({ length }, (_, i) => value(name, i));
    return [name, dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values)] as const;
  });
  return { ...Object.fromEntries(entries), lr: Float32Array.of(3e-3) };
}

const STEPS = 20;

async function train(engine: Engine, objective: Objective, seed = 0, steps = STEPS) {
  const program = await engine.compile(trainingProgram(objective));
  const state = engine.createState(initialState(objective.layout, optimizer, seed));
  const [losses, norms]: number[][] = [[], []];
  for (let i = 0; i < steps; i++) {
    const { loss, grad_norm } = await program.run(state, batchOf(objective, 10 * seed + (i % 3)));
    losses.push(loss[0]);
    norms.push(grad_norm[0]);
  }
  program.dispose();
  return { losses, norms, parameters: await state.read('parameters') };
}

function expectClose(actual: number[], expected: number[], tolerance: number): void {
  expected.forEach((value, i) => expect(Math.abs(actual[i] - value)).toBeLessThan(tolerance));
}

/** A software device takes seconds to compile a case's shaders. */
const casesOf = ({ id }: Engine) => Object.entries(OBJECTIVES).slice(0, id === 'onnx-webgpu' ? 1 : 3);
/** The same, and what several seeds do with a convolution is tested in convolution.test.ts. */
const togetherOf = ({ id }: Engine) => Object.entries(OBJECTIVES).slice(id === 'onnx-webgpu' ? 2 : 0);

describe.each(engines)('$id', (engine) => {
  it.each(casesOf(engine))('trains as the reference does, and repeats: %s', async (_name, objective) => {
    const expected = await train(reference, objective);
    const actual = await train(engine, objective);
    expectClose(actual.losses, expected.losses, 1e-4);
    expectClose(actual.norms, expected.norms, 1e-3);
    expect(Math.min(...actual.losses.slice(-3))).toBeLessThan(actual.losses[0]);
    expect(await train(engine, objective)).toEqual(actual);
  });

  it.each(togetherOf(engine))('three seeds together train as alone: %s', async (_name, objective) => {
    const seeds = [0, 1, 2];
    const starts = seeds.map((seed) => initialState(objective.layout, optimizer, seed));
    const stacked: StateValues = Object.fromEntries(
      Object.entries(starts[0]).map(([name, { spec }]) => [
        name,
        {
          spec: { ...spec, shape: [seeds.length, ...spec.shape] },
          data: endToEnd(starts.map((one) => one[name].data)),
        },
      ]),
    );
    const program = await engine.compile(seedsTogether(trainingProgram(objective), seeds.length));
    const state = engine.createState(stacked);
    const losses: number[][] = [];
    for (let i = 0; i < 8; i++) {
      const batches = seeds.map((seed) => batchOf(objective, 10 * seed + (i % 3)));
      const names = Object.keys(batches[0]);
      const all = Object.fromEntries(
        names.map((name) => [name, endToEnd(batches.map((one) => one[name]))] as const),
      );
      losses.push([...(await program.run(state, all)).loss]);
    }
    program.dispose();
    for (const seed of seeds) {
      const alone = await train(engine, objective, seed, losses.length);
      expectClose(
        losses.map((row) => row[seed]),
        alone.losses,
        1e-4,
      );
    }
  });
});

it('any number of threads computes the same bits', async () => {
  // More places and channels than ONNX Runtime leaves to one thread.
  const objective = convnextObjective({ batch: 24, image: [28, 28], hidden_sizes: [32, 48] });
  const runs = [];
  for (const threads of [1, 2, 3, 7])
    runs.push(await train(await createEngine('onnx', { threads }), objective, 0, 3));
  for (const run of runs.slice(1)) expect(run).toEqual(runs[0]);
});
