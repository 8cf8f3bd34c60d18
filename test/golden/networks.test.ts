/** ConvNeXt and MLP against PyTorch, with Hugging Face's ConvNeXt V2 (networks.py). */
import { describe, expect, it } from 'vitest';
import { floatSpec, type Program } from '#lab/engines/engine.ts';
import { createEngine } from '#lab/engines/index.ts';
import { parameterCount, unflatten, type ParameterLayout } from '#lab/models/layout.ts';
import { flatten } from '#lab/optimizers/optimizer.ts';
import { initialState, lossAndGradients, trainingProgram } from '#lab/steps/training-program.ts';
import { readGolden, relativeError, valuesOf } from './models.ts';
import { batchOf, flatNetwork, networkOf, type GoldenNetwork, type Network } from './networks.ts';

const TOLERANCE = 2e-5;
const AFTER_STEPS = 1e-4;

/** A program that puts out outputs, loss and the flat gradient. */
function gradientProgram(network: Network): Program {
  return {
    name: 'gradients',
    state: { parameters: floatSpec(parameterCount(network.layout)) },
    inputs: network.inputs,
    body({ parameters }, inputs) {
      const { loss, gradients } = lossAndGradients(network, { parameters }, inputs, null);
      const outputs = network.outputs(unflatten(network.layout, parameters), inputs);
      return { outputs: { outputs, loss, gradient: flatten(gradients) }, next: {} };
    },
  };
}

function expectWeights(layout: ParameterLayout, actual: Float32Array, expected: Float32Array, most: number) {
  for (const { name, offset, size } of layout) {
    const range = [offset, offset + size];
    const error = relativeError(actual.subarray(...range), expected.subarray(...range));
    expect(error, name).toBeLessThan(most);
  }
}

describe.each(['convnext-block', 'convnext-stages', 'mlp'])('%s', (name) => {
  const golden = readGolden<GoldenNetwork>(name);
  const network = networkOf(golden);
  const { layout } = network;
  const start = initialState(layout, network.optimizer, 0);
  const values = () => ({
    ...start,
    parameters: { ...start.parameters, data: flatNetwork(golden.weights, layout) },
  });

  it.each(['onnx', 'reference'] as const)('outputs, loss and gradients on %s', async (id) => {
    const engine = await createEngine(id);
    const program = await engine.compile(gradientProgram(network));
    const { outputs, loss, gradient } = await program.run(engine.createState(values()), batchOf(golden));
    expect(relativeError(outputs, valuesOf(golden.outputs))).toBeLessThan(TOLERANCE);
    expect(loss[0]).toBeCloseTo(golden.loss, 5);
    expectWeights(layout, gradient as Float32Array, flatNetwork(golden.gradients, layout), TOLERANCE);
  });

  it.each(['onnx', 'reference'] as const)('ten clipped steps of AdamW on %s', async (id) => {
    const engine = await createEngine(id);
    const program = await engine.compile(trainingProgram(network));
    const state = engine.createState(values());
    const [losses, norms]: number[][] = [[], []];
    for (const rate of golden.steps.rates) {
      const outputs = await program.run(state, { ...batchOf(golden), lr: Float32Array.of(rate) });
      losses.push(outputs.loss[0]);
      norms.push(outputs.grad_norm[0]);
    }
    expect(relativeError(losses, golden.steps.losses)).toBeLessThan(AFTER_STEPS);
    expect(relativeError(norms, golden.steps.grad_norms)).toBeLessThan(AFTER_STEPS);
    const parameters = (await state.read('parameters')) as Float32Array;
    expectWeights(layout, parameters, flatNetwork(golden.steps.weights, layout), AFTER_STEPS);
  });
});
