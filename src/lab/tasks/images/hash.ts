/** Proves that two runs of the task train and test on the same. */
import { createHash } from 'node:crypto';
import type { ByClass } from '../../datasets/digits/bank.ts';
import type { ImageData, ImageStage, Scene } from './data.ts';

/**
 * SHA-256 (hex) over everything a run trains and tests on, in order: digits and their division, sizes, tags, who is
 * assigned what, each example and each test. Which digits an epoch draws follows from that and the seed.
 */
export function imagesHash(data: ImageData): string {
  return hashOf(canonicalRecords(data));
}

/** The same over what training before stage 2 depends on: equal for all stage-2 splits of a seed. */
export function imagesBeforeStage2Hash(data: ImageData): string {
  const before = data.stages.filter(({ id }) => id !== 'stage2');
  return hashOf([...drawingRecords(data), ...stageRecords(data, before)]);
}

function hashOf(records: Iterable<unknown[]>): string {
  const hash = createHash('sha256');
  for (const record of records) hash.update(`${JSON.stringify(record)}\n`);
  return hash.digest('hex');
}

function* canonicalRecords(data: ImageData): Generator<unknown[]> {
  const { assignment, tests, testImages, split } = data;
  yield* drawingRecords(data);
  yield [assignment.tags.reliable, assignment.tags.unreliable, assignment.tags.fresh];
  for (const { subset, digits, letters, tag, defines, heldOut } of assignment.aliases)
    yield [subset, digits, letters, tag, defines, heldOut];
  yield* stageRecords(data, data.stages);
  yield [testImages, indexHash(split.evaluation)];
  for (const { test, subset, ...scene } of tests) yield [test, subset, ...sceneRecord(data, scene)];
}

/** What a training picture depends on besides its scene. */
function* drawingRecords({ digitHash, split, shape, letters }: ImageData): Generator<unknown[]> {
  yield [digitHash, indexHash(split.training), shape, letters];
}

function* stageRecords(data: ImageData, stages: readonly ImageStage[]): Generator<unknown[]> {
  for (const { id, examples } of stages)
    for (const { kind, subset, ...scene } of examples) yield [id, kind, subset, ...sceneRecord(data, scene)];
}

function sceneRecord({ assignment }: ImageData, { alias, tag, cell, labels }: Scene): unknown[] {
  return [assignment.aliases[alias].digits.join(''), tag, cell, labels];
}

function indexHash(part: ByClass): string {
  const hash = createHash('sha256');
  for (const digits of part) hash.update(`${digits.join()}\n`);
  return hash.digest('hex');
}
