/** What is measured: training steps of models of the sizes people run here. */
import { resolveModel, type ResolvedModel } from '#lab/models/resolve.ts';
import { trainProgram, type BatchShape } from '#lab/training/programs.ts';
import type { Program, TensorData } from '#lab/engines/engine.ts';
import { experimentSchema, type ModelConfig, type OptimizerConfig } from '#shared/config.ts';
import { randomStream } from '#shared/random.ts';

export interface Shape {
  name: string;
  vocab_size: number;
  model: Partial<ModelConfig>;
  optimizer: OptimizerConfig['name'];
  batch: BatchShape;
}

export const SHAPES: Shape[] = [
  {
    name: 'pocket',
    vocab_size: 2500,
    model: { d_model: 128, n_layers: 2, n_heads: 4, tied_head: true },
    optimizer: 'adamw',
    batch: { batch: 128, length: 4, targets: 128 },
  },
  {
    name: 'pocket-wide',
    vocab_size: 2500,
    model: { d_model: 256, n_layers: 2, n_heads: 4, tied_head: true },
    optimizer: 'adamw',
    batch: { batch: 128, length: 4, targets: 128 },
  },
  {
    name: 'set-inclusion',
    vocab_size: 200,
    model: { d_model: 256, n_layers: 4, n_heads: 4 },
    optimizer: 'adafactor',
    batch: { batch: 256, length: 12, targets: 256 },
  },
];

export interface Work {
  model: ResolvedModel;
  optimizer: OptimizerConfig;
  program: Program;
  /** The same batch for every engine and step. */
  inputs: Record<string, TensorData>;
}

/** One target at the end of each document. */
function inputsOf({ vocab_size, batch: { batch, length, targets } }: Shape): Record<string, TensorData> {
  const random = randomStream(0, 'bench');
  const tokens = (n: number) => Int32Array.from({ length: n }, () => random.int(vocab_size));
  return {
    tokens: tokens(batch * length),
    positions: Int32Array.from({ length: targets }, (_, i) => (i + 1) * length - 1),
    labels: tokens(targets),
    weights: new Float32Array(targets).fill(1),
    lr: Float32Array.of(1e-4),
  };
}

export function workOf(shape: Shape): Work {
  const { model: fields, vocab_size, batch } = shape;
  const config = experimentSchema.parse({
    model: fields,
    training: { optimizer: { name: shape.optimizer } },
  });
  const { optimizer } = config.training;
  const model = resolveModel(config.model, { vocab_size, n_ctx: batch.length });
  return { model, optimizer, program: trainProgram(model, optimizer, batch), inputs: inputsOf(shape) };
}
