/** The order in which an epoch goes through the examples of a stage. */
import type { ExperimentConfig, StageConfig } from '#shared/config.ts';
import { randomStream } from '#shared/random.ts';
import type { StageId } from '#shared/records.ts';

export type OrderOptions = Pick<StageConfig, 'batch_size' | 'definition_repeats'>;

/** `seed` is the run's, `epoch` counts from 0 within the stage. */
export type EpochOptions = OrderOptions &
  Partial<Pick<ExperimentConfig['training'], 'sampler'>> & { seed: number; stage: StageId; epoch: number };

interface Kind {
  kind: string;
}

/** What an epoch passes in one step. */
export interface Turn {
  /** Index of the example. */
  example: number;
  /** Number of this copy of it within an epoch, from 0: what is drawn for it follows from this. */
  copy: number;
}

/** Examples in one epoch: definitions count `definition_repeats` times. */
export function epochSize(examples: readonly Kind[], { definition_repeats = 1 }: OrderOptions): number {
  return examples.reduce((sum, { kind }) => sum + (kind === 'definition' ? definition_repeats : 1), 0);
}

/** Rows of every batch of a stage; small stages get fewer than `batch_size`. */
export function batchRows(examples: readonly Kind[], options: OrderOptions): number {
  return Math.max(1, Math.min(options.batch_size, epochSize(examples, options)));
}

/** Optimiser steps in one epoch. */
export function stepsPerEpoch(examples: readonly Kind[], options: OrderOptions): number {
  return Math.ceil(epochSize(examples, options) / batchRows(examples, options));
}

/**
 * Every example once (definitions `definition_repeats` times), cut into batches; the last may be short. Shuffled by a
 * random stream of the epoch's own, so that resuming at an epoch is exact, or with the `deterministic` sampler by one
 * stream for all epochs, which then have the same order.
 */
export function* epochTurns(examples: readonly Kind[], options: EpochOptions): Generator<Turn[]> {
  const epoch = options.sampler === 'deterministic' ? [] : [options.epoch];
  const random = randomStream(options.seed, 'batches', options.stage, ...epoch);
  const { definition_repeats = 1 } = options;
  const copies = examples.flatMap(({ kind }, example) =>
    Array.from({ length: kind === 'definition' ? definition_repeats : 1 }, () => example),
  );
  const order = random.shuffle(copies.map((example, copy): Turn => ({ example, copy })));
  const rows = batchRows(examples, options);
  for (let start = 0; start < order.length; start += rows) yield order.slice(start, start + rows);
}
