/** Low-rank matrices beside the weights, and weights that stay as they are, against PEFT and PyTorch (lora.py). */
import { describe, expect, it } from 'vitest';
import { blocksOf } from '#lab/engines/blocks/cut.ts';
import { BlocksEngine } from '#lab/engines/blocks/engine.ts';
import { floatSpec, type Engine } from '#lab/engines/engine.ts';
import { createEngine } from '#lab/engines/index.ts';
import { initialParameters, parameterCount, vectorSpec } from '#lab/models/layout.ts';
import { adapterConfig, adapterWeights } from '#lab/models/pretrained/adapter.ts';
import { readPretrained } from '#lab/models/pretrained/weights.ts';
import { frozenLayout, parameterLayout, tuned } from '#lab/models/registry.ts';
import type { TextSpec } from '#lab/models/text-model.ts';
import type { Tuning } from '#lab/models/tuning.ts';
import { alone } from '#lab/steps/steps.ts';
import { initialOptimizerState } from '#lab/steps/training-program.ts';
import { languageStep } from '#lab/tasks/language/step.ts';
import { optimizerConfig } from '../engines/cases.ts';
import { readGolden, relativeError, valuesOf, type GoldenArrays } from './models.ts';
import { encoderInputs, goldenPretrained, sourceOf } from './pretrained.ts';

interface GoldenRun {
  losses: number[];
  grad_norms: number[];
}

interface GoldenLora {
  lr: number;
  rank: number;
  alpha: number;
  models: Record<
    string,
    { lora: GoldenRun & { before: GoldenArrays; after: GoldenArrays }; frozen: GoldenRun }
  >;
}

const { lr, rank, alpha, models } = readGolden<GoldenLora>('lora');
const engines = [await createEngine('reference'), await createEngine('onnx')];
const optimizer = optimizerConfig({ name: 'adamw', beta2: 0.99, eps: 1e-6, weight_decay: 0.1, clip_norm: 1 });
const ALL: Tuning = { frozen_layers: null, lora: { rank, alpha, targets: ['qkv', 'out', 'mlp'] } };

/** Where each value of PEFT's arrays lies in our flat vector. */
function places(spec: TextSpec): Map<string, Float32Array> {
  const count = parameterCount(parameterLayout(spec));
  const indices = Float32Array.from({ length: count }, (_, i) => i);
  return new Map(adapterWeights(spec, indices).map(({ name, data }) => [name, data()]));
}

/** Five steps on the golden batch, in parts of two texts where `inParts`. */
async function trained(
  engine: Engine,
  name: string,
  { spec, start, inParts }: { spec: TextSpec; start: Float32Array; inParts: boolean },
) {
  const { golden } = goldenPretrained(name);
  const [batch, length] = [golden.tokens.length, golden.tokens[0].length];
  const input = golden.inputs?.[0].length ?? 0;
  const shape = { batch, length, targets: batch * (length - 1), input };
  const read = encoderInputs(golden, [...golden.tokens.keys()]);
  const cells = golden.tokens.flatMap((_, row) =>
    Array.from({ length: length - 1 }, (_, i) => row * length + i),
  );
  const step = languageStep({ model: spec, optimizer, shape, microBatch: inParts ? 2 : null });
  const still = frozenLayout(spec);
  const data = readPretrained(spec, sourceOf(golden.weights), still);
  const steps = alone(engine);
  const gradient = { spec: floatSpec(start.length), data: new Float32Array(start.length) };
  const state = steps.createState({
    parameters: { spec: floatSpec(start.length), data: start },
    frozen: { spec: floatSpec(data.length), data },
    ...initialOptimizerState(parameterLayout(spec), optimizer),
    ...(inParts && { gradient }),
  });
  const running = steps.step(step);
  const [losses, norms]: number[][] = [[], []];
  for (let i = 0; i < 5; i++) {
    const tokens = {
      tokens: Int32Array.from(golden.tokens.flat()),
      positions: Int32Array.from(cells),
      labels: Int32Array.from(golden.tokens.flatMap((row) => row.slice(1))),
      weights: new Float32Array(cells.length).fill(1),
      ...(input > 0 && { input: { tokens: read.input, ends: read.input_ends } }),
    };
    const { loss, grad_norm } = await running.run(state, tokens, { lr: Float32Array.of(lr) });
    losses.push(loss[0]);
    norms.push(grad_norm[0]);
  }
  expect(await state.read('frozen'), 'what is frozen').toEqual(data);
  const parameters = (await state.read('parameters')) as Float32Array;
  running.dispose();
  state.dispose();
  return { losses, norms, parameters };
}

describe.each(engines)('$id', (engine) => {
  it.each(Object.keys(models))('%s: five steps of low-rank matrices', async (name) => {
    const { before, losses, grad_norms, after } = models[name].lora;
    const spec = tuned(goldenPretrained(name).model, ALL);
    const at = places(spec);
    expect([...at.keys()].toSorted()).toEqual(Object.keys(before).toSorted());
    const start = new Float32Array(parameterCount(parameterLayout(spec)));
    for (const [key, indices] of at) valuesOf(before[key]).forEach((value, i) => (start[indices[i]] = value));
    const ours = await trained(engine, name, { spec, start, inParts: name === 'llama' });
    expect(relativeError(ours.losses, losses)).toBeLessThan(1e-4);
    expect(relativeError(ours.norms, grad_norms)).toBeLessThan(1e-4);
    for (const { name: key, shape, data } of adapterWeights(spec, ours.parameters)) {
      expect(shape).toEqual(after[key].shape);
      expect(relativeError(data(), valuesOf(after[key])), key).toBeLessThan(1e-3);
    }
  });

  it.each(Object.keys(models))('%s: five steps above a block that stays as it is', async (name) => {
    const { losses, grad_norms } = models[name].frozen;
    const { golden, model } = goldenPretrained(name);
    const spec = tuned(model, { frozen_layers: 1, lora: null });
    const start = readPretrained(spec, sourceOf(golden.weights), parameterLayout(spec));
    const ours = await trained(engine, name, { spec, start, inParts: false });
    expect(relativeError(ours.losses, losses)).toBeLessThan(1e-4);
    expect(relativeError(ours.norms, grad_norms)).toBeLessThan(1e-4);
  });
});

describe.each(engines)('$id: in blocks, the same bits', (engine) => {
  it.each([
    ['llama', ALL, true],
    ['gpt2', { frozen_layers: 1, lora: null }, false],
  ] as const)('%s %o', async (name, tuning, inParts) => {
    const { golden, model } = goldenPretrained(name);
    const spec = tuned(model, tuning);
    const layout = parameterLayout(spec);
    const start = tuning.lora
      ? initialParameters(layout, 1)
      : readPretrained(spec, sourceOf(golden.weights), layout);
    const whole = await trained(engine, name, { spec, start, inParts });
    const limit = 2500; // bytes
    expect(blocksOf(vectorSpec(layout), limit).length).toBeGreaterThan(1);
    expect(blocksOf(vectorSpec(frozenLayout(spec)), limit).length).toBeGreaterThan(1);
    expect(await trained(new BlocksEngine(engine, limit), name, { spec, start, inParts })).toEqual(whole);
  });
});

describe('what is trained', () => {
  const { model } = goldenPretrained('llama');

  it('begins as PEFT begins it: A uniform within 1/√inputs, B at 0', () => {
    const layout = parameterLayout(tuned(model, ALL));
    const initial = (part: string) => layout.find(({ name }) => name === `layers.0.${part}`)?.initial;
    expect([initial('mlp.out.lora_a'), initial('mlp.out.lora_b')]).toEqual([
      { uniform: 1 / Math.sqrt(24) },
      'zeros',
    ]);
  });

  it('is what was chosen: layers of the targets, in blocks that are not frozen', () => {
    const spec = tuned(model, { frozen_layers: 1, lora: { rank, alpha, targets: ['out'] } });
    expect(parameterLayout(spec).map(({ name }) => name)).toEqual([
      'layers.1.attention.out.lora_a',
      'layers.1.attention.out.lora_b',
    ]);
    expect(adapterConfig(spec, 'base')).toMatchObject({
      ...{ base_model_name_or_path: 'base', r: rank, lora_alpha: alpha, fan_in_fan_out: false },
      target_modules: ['model.layers.1.self_attn.o_proj'],
    });
    expect(parameterCount(frozenLayout(spec))).toBe(goldenPretrained('llama').parameters.length);
  });

  it('of a T5 are blocks of both of its stacks, and layers that look at the input', () => {
    const { model } = goldenPretrained('t5');
    const spec = tuned(model, { frozen_layers: 1, lora: { rank, alpha, targets: ['out'] } });
    expect(adapterConfig(spec, 'base')).toMatchObject({
      task_type: 'SEQ_2_SEQ_LM',
      target_modules: [
        'encoder.block.1.layer.0.SelfAttention.o',
        'decoder.block.1.layer.0.SelfAttention.o',
        'decoder.block.1.layer.1.EncDecAttention.o',
      ],
    });
  });

  it('is refused where no block is left', () => {
    expect(() => tuned(model, { frozen_layers: 3, lora: null })).toThrow(
      'pretrained.frozen_layers is 3 and the model has 2 blocks; choose at most 2',
    );
    expect(() => tuned(model, { ...ALL, frozen_layers: 2 })).toThrow(/lora needs one of them.* at most 1$/);
  });
});
