/** State vectors in blocks, as for a device whose buffers are small: nothing that is computed changes. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { exampleProgram } from '#lab/analysis/gradients.ts';
import { BlocksEngine } from '#lab/engines/blocks/engine.ts';
import { blocksOf } from '#lab/engines/blocks/cut.ts';
import { floatSpec, type Engine, type EngineState, type StateValues } from '#lab/engines/engine.ts';
import { createEngine } from '#lab/engines/index.ts';
import { seedsTogether } from '#lab/engines/seeds/program.ts';
import { vectorSpec } from '#lab/models/layout.ts';
import { parameterLayout } from '#lab/models/registry.ts';
import { Cohort } from '#lab/steps/cohort.ts';
import { alone, scratchOf, type Steps } from '#lab/steps/steps.ts';
import { initialState } from '#lab/steps/training-program.ts';
import { evaluationProgram, languageObjective, trainProgram } from '#lab/tasks/language/programs.ts';
import type { OptimizerConfig } from '#shared/config.ts';
import type { Precision } from '#shared/engines.ts';
import { optimizerConfig, randomBatch, snapshot, TINY, tinyModel, train } from './cases.ts';
import { halfProductsEngine } from './half-products.ts';
import { presentEngines } from './present.ts';

vi.setConfig({ testTimeout: 300_000 });

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

/** Everything a run of some steps gives, and the state that it ends with. */
async function trained(engine: Engine, optimizer: OptimizerConfig, precision: Precision = 'float32') {
  const values = initialState(layout, optimizer, 7, precision);
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

describe.each([reference, onnx])('$id: the same bits as whole', (engine) => {
  it.each(Object.keys(OPTIMIZERS))('%s', async (name) => {
    const optimizer = optimizerConfig(OPTIMIZERS[name]);
    const whole = await trained(engine, optimizer);
    expect(await trained(inBlocks(engine), optimizer)).toEqual(whole);
    // As small as can be: each weight is a block.
    expect(await trained(inBlocks(engine, 4), optimizer)).toEqual(whole);
  });
});
