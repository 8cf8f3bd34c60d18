/** Training batches of fixed shape, in an order that depends on seed, stage and epoch alone. */
import type { LanguageConfig, TextStageConfig } from '#shared/config.ts';
import { randomStream } from '#shared/random.ts';
import type { StageId } from '#shared/records.ts';
import { emptyBatch, setInput, setPosition, type Batch, type BatchShape } from './batch.ts';
import type { Document } from './document.ts';
import { joined, partAt, type Joined } from './joined.ts';
import type { Reading } from './reading.ts';

/** The documents of one stage as token ids, end to end. */
export interface EncodedDocuments {
  count: number;
  /** Document `i` is `ids[offsets[i] .. offsets[i + 1]]`. */
  offsets: Int32Array;
  ids: Int32Array;
  targets: Uint8Array;
  /** What an encoder reads of each; nothing without one. */
  inputs: Joined;
  /** Tokens of each that others look at, where documents are filled up; null where they are whole. */
  seen: Int32Array | null;
  /** 1 where the document is a definition, which `definition_repeats` repeats. */
  definitions: Uint8Array;
  padId: number;
}

export type BatchOptions = Pick<TextStageConfig, 'batch_size' | 'definition_repeats'> &
  Pick<LanguageConfig['training'], 'loss'>;

/** `seed` is the run's, `epoch` counts from 0 within the stage. */
type EpochOptions = BatchOptions &
  Partial<Pick<LanguageConfig['training'], 'sampler'>> & { seed: number; stage: StageId; epoch: number };

/** Encodes documents once; epochs draw from the result. */
export function encodeDocuments(
  documents: readonly Document[],
  { document, tokenizer }: Reading,
): EncodedDocuments {
  const texts = documents.map(({ parts }) => document(parts));
  const { ids, offsets } = joined(texts.map(({ ids }) => ids));
  return {
    count: documents.length,
    offsets,
    ids,
    targets: Uint8Array.from(joined(texts.map(({ targets }) => targets)).ids),
    seen: texts.some(({ seen }) => seen !== undefined)
      ? Int32Array.from(texts, ({ seen = 0 }) => seen)
      : null,
    inputs: joined(texts.map(({ input }) => input)),
    definitions: Uint8Array.from(documents, ({ kind }) => (kind === 'definition' ? 1 : 0)),
    padId: tokenizer.padId,
  };
}

/** Shape of every batch of a stage; small stages get fewer rows than `batch_size`. */
export function batchShape(encoded: EncodedDocuments, options: BatchOptions): BatchShape {
  let length = 1;
  let perRow = 1;
  for (let i = 0; i < encoded.count; i++) {
    length = Math.max(length, encoded.offsets[i + 1] - encoded.offsets[i] - 1);
    perRow = Math.max(perRow, lossPositions(encoded, i, options.loss).length);
  }
  const rows = Math.max(1, Math.min(options.batch_size, epochSize(encoded, options)));
  return {
    rows,
    length,
    positions: rows * perRow,
    input: encoded.inputs.longest,
    ...(encoded.seen && { filled: true }),
  };
}

/** Optimiser steps in one epoch. */
export function stepsPerEpoch(encoded: EncodedDocuments, options: BatchOptions): number {
  return Math.ceil(epochSize(encoded, options) / options.batch_size);
}

/**
 * The batches of one epoch: every document once (definitions `definition_repeats` times), shuffled by a
 * random stream of the epoch's own, so that resuming at an epoch is exact, or with the `deterministic` sampler
 * by one stream for all epochs, which then have the same order. The last batch is filled with rows of
 * weight 0, so that no document is dropped.
 */
export function* epochBatches(encoded: EncodedDocuments, options: EpochOptions): Generator<Batch> {
  const shape = batchShape(encoded, options);
  const epoch = options.sampler === 'deterministic' ? [] : [options.epoch];
  const random = randomStream(options.seed, 'batches', options.stage, ...epoch);
  const order = random.shuffle(epochDocuments(encoded, options.definition_repeats));
  for (let start = 0; start < order.length; start += shape.rows)
    yield trainingBatch(encoded, order.slice(start, start + shape.rows), shape, options.loss);
}

function epochDocuments(encoded: EncodedDocuments, repeats: number): number[] {
  return Array.from({ length: encoded.count }, (_, i) => i).flatMap((i) =>
    encoded.definitions[i] ? Array.from({ length: repeats }, () => i) : [i],
  );
}

function epochSize({ count, definitions }: EncodedDocuments, options: BatchOptions): number {
  const nDefinitions = definitions.reduce((a, b) => a + b, 0);
  return count + nDefinitions * (options.definition_repeats - 1);
}

/** Positions within document `i` whose next token counts in the loss. */
function lossPositions(
  { offsets, targets }: EncodedDocuments,
  i: number,
  loss: BatchOptions['loss'],
): number[] {
  const positions: number[] = [];
  for (let at = offsets[i]; at < offsets[i + 1] - 1; at++)
    if (loss === 'all' || targets[at + 1]) positions.push(at - offsets[i]);
  return positions;
}

/** A batch of some documents. */
export function trainingBatch(
  encoded: EncodedDocuments,
  documents: number[],
  shape: BatchShape,
  loss: BatchOptions['loss'],
): Batch {
  const { ids, offsets, padId } = encoded;
  const batch = emptyBatch(shape, padId);
  let slot = 0;
  documents.forEach((document, row) => {
    const start = offsets[document];
    batch.tokens.set(ids.subarray(start, offsets[document + 1] - 1), row * shape.length);
    if (batch.ends && encoded.seen) batch.ends[row] = encoded.seen[document] - 1;
    setInput(batch, row, partAt(encoded.inputs, document));
    for (const position of lossPositions(encoded, document, loss))
      setPosition(batch, slot++, row * shape.length + position, ids[start + position + 1]);
  });
  return batch;
}
