/**
 * What the place of a file says about the run in it. The authors' folders (src/experiment_pipeline.py):
 * `first_stage_s3`, `second_stage_s3` (of three stages), `s3_s2stage1`, `cpt20_s3_s2stage1`, and `s3` where there is
 * one stage.
 */
import type { SeriesKind } from '#shared/series-kinds.ts';
import type { StageId } from '#shared/records.ts';

/** A run of the source, or a stage of it. */
export interface Unit {
  /** How it is told from others. */
  name: string;
  seed: number | null;
  seed_stage2: number | null;
  /** Epoch of the first stage whose weights it begins with. */
  from_epoch: number | null;
  stage: StageId | null;
  /** Why these. */
  why: string;
}

type Named = Omit<Unit, 'name' | 'why'>;
const NOTHING: Named = { seed: null, seed_stage2: null, from_epoch: null, stage: null };

const FOLDERS: readonly [RegExp, (numbers: number[]) => Partial<Named>][] = [
  [/^first_stage_s(\d+)$/, ([seed]) => ({ seed, stage: 'stage1' })],
  [/^second_stage_s(\d+)$/, ([seed]) => ({ seed, stage: 'stage1_qa' })],
  [/^s(\d+)_s2stage(\d+)$/, ([seed, seed_stage2]) => ({ seed, seed_stage2, stage: 'stage2' })],
  [
    /^cpt(\d+)_s(\d+)_s2stage(\d+)$/,
    ([from_epoch, seed, seed_stage2]) => ({ seed, seed_stage2, from_epoch, stage: 'stage2' }),
  ],
  [/^s(\d+)$/, ([seed]) => ({ seed })],
];
/** The folder that Hugging Face's Trainer logs into: `runs/Nov29_10-20-54_host`. */
const TRAINER_LOGS = /(^|\/)runs\/[A-Z][a-z]{2}\d{2}_\d{2}-\d{2}-\d{2}_[^/]*$/;
const SEED = /(?:^|[^a-z])(?:seed|s)[-_= ]?(\d{1,10})(?![a-z\d])/i;
const STAGE = /(?:^|[^a-z\d])(?:stage[-_ ]?([012])|(first|second)[-_ ]stage)(?![a-z\d])/i;

/** @param name below what is imported, with that folder's own name before it */
export function unitOf(name: string, kind: SeriesKind): Unit {
  const parts = name.split('/');
  const folder = parts.findLastIndex((part) => FOLDERS.some(([pattern]) => pattern.test(part)));
  if (folder >= 0) {
    const [pattern, read] = FOLDERS.find(([each]) => each.test(parts[folder]))!;
    const numbers = pattern.exec(parts[folder])!.slice(1).map(Number);
    const why = `the folder ${parts[folder]} is named as in the authors’ code`;
    return { name: parts.slice(0, folder + 1).join('/'), ...NOTHING, ...read(numbers), why };
  }
  const whole = kind === 'parquet' ? ofParts(parts) : ALONE.includes(kind) ? name : folderOf(parts);
  return { name: whole, ...NOTHING, ...saidBy(whole) };
}

/** Files that are a run each, unless their cells say otherwise. */
const ALONE: readonly SeriesKind[] = ['csv', 'credence-csv', 'json-lines'];

/** Parts of the history of one run, as W&B numbers them: `ENTITY_PROJECT_RUN_0.runhistory.parquet`. */
const HISTORY_PART = /_\d+\.runhistory\.parquet$/i;
/** Parts in a folder of their own: `0000.parquet`, as in the artefact of a history, `part-0.parquet`. */
const NUMBERED = /^(part-)?\d+\.(parquet|pq)$/i;

/** The run that a Parquet file is of, or is a part of. */
function ofParts(parts: readonly string[]): string {
  if (NUMBERED.test(parts.at(-1)!)) return folderOf(parts);
  return parts.join('/').replace(HISTORY_PART, '');
}

/** Files of one folder are of one run: event files of a trainer that was started again, and its state. */
function folderOf(parts: readonly string[]): string {
  const folder = parts.slice(0, -1).join('/').replace(TRAINER_LOGS, '');
  return folder === '' ? parts.at(-1)! : folder;
}

/** Seed and stage that any other name says. */
export function saidBy(name: string): Partial<Named> & { why: string } {
  const parts = name.split('/').reverse();
  const seed = parts.map((part) => SEED.exec(part)?.[1]).find((found) => found !== undefined);
  const stages = parts.map((part) => STAGE.exec(part)).find((found) => found !== null);
  const number = stages?.[1] ?? { first: '1', second: '2' }[stages?.[2]?.toLowerCase() ?? ''];
  return {
    seed: seed === undefined ? null : Number(seed),
    stage: number === undefined ? null : (`stage${number}` as StageId),
    why: seed === undefined && number === undefined ? 'its name says neither' : 'by its name',
  };
}
