/** Tiny models and batches that the engine tests share. */
import type { Engine, EngineState, StateValues, TensorData } from '#lab/engines/engine.ts';
import type { BatchShape } from '#lab/tasks/language/inputs.ts';
import { trainProgram } from '#lab/tasks/language/programs.ts';
import { initialState } from '#lab/steps/training-program.ts';
import { parameterLayout } from '#lab/models/registry.ts';
import { resolveModel } from '#lab/models/registry.ts';
import type { TransformerSpec } from '#lab/models/transformer-spec.ts';
import type { ModelConfig, OptimizerConfig } from '#shared/config.ts';
import { languageSchema } from '#shared/config/language.ts';
import { randomStream } from '#shared/random.ts';

export const TINY: BatchShape = { batch: 4, length: 5, targets: 6 };
export const TINY_TEXT = { vocab_size: 24, n_ctx: 6 };

/** A resolved model of width 16, two layers and two heads, with some fields replaced. */
export function tinyModel(fields: Partial<ModelConfig>, text = TINY_TEXT): TransformerSpec {
  const model = { d_model: 16, n_layers: 2, n_heads: 2, init_std: 0.2, ...fields };
  return resolveModel(languageSchema.parse({ model }).model, text) as TransformerSpec;
}

export function optimizerConfig(fields: Partial<OptimizerConfig>): OptimizerConfig {
  return languageSchema.parse({ training: { optimizer: fields } }).training.optimizer;
}

export type Batch = Record<string, TensorData>;

/** A batch of random tokens; the last target has weight 0, as where a batch is filled up. */
export function randomBatch(model: TransformerSpec, shape: BatchShape, seed: number, lr = 1e-3): Batch {
  const random = randomStream(seed, 'batch');
  const tokens = (length: number) => Int32Array.from({ length }, () => random.int(model.vocab_size));
  const all = Array.from({ length: shape.batch * shape.length }, (_, i) => i);
  const positions = random.shuffle(all).slice(0, shape.targets);
  return {
    tokens: tokens(shape.batch * shape.length),
    positions: Int32Array.from(positions.sort((a, b) => a - b)),
    labels: tokens(shape.targets),
    weights: Float32Array.from(positions, (_, i) => (i === shape.targets - 1 ? 0 : 1 + (i % 2))),
    lr: Float32Array.of(lr),
  };
}

/** A training run: what each step put out, and the state it ended with. */
export interface Run {
  losses: number[];
  gradNorms: number[];
  state: EngineState;
}

export interface Setup {
  model: TransformerSpec;
  optimizer: OptimizerConfig;
  shape?: BatchShape;
  lr?: number;
}

/** Trains on random batches numbered from `from`; starts anew unless values are given. */
export async function train(
  engine: Engine,
  { model, optimizer, shape = TINY, lr }: Setup,
  steps: number,
  from = 0,
  values: StateValues = initialState(parameterLayout(model), optimizer, 7),
): Promise<Run> {
  const program = await engine.compile(trainProgram(model, optimizer, shape));
  const run: Run = { losses: [], gradNorms: [], state: engine.createState(values) };
  for (let i = from; i < from + steps; i++) {
    const outputs = await program.run(run.state, randomBatch(model, shape, i % 3, lr));
    run.losses.push(outputs.loss[0]);
    run.gradNorms.push(outputs.grad_norm[0]);
  }
  program.dispose();
  return run;
}

/** Reads every entry of a state, to restore it elsewhere. */
export async function snapshot(state: EngineState, like: StateValues): Promise<StateValues> {
  const entries = Object.entries(like).map(
    async ([name, { spec }]) => [name, { spec, data: await state.read(name) }] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}
