/** Where the weights of a run go: beside the database. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { RunRecord } from '#shared/records.ts';

type Placed = Pick<RunRecord, 'experiment' | 'seed' | 'seed_stage2' | 'stage1_epoch'>;

/** Makes the folder where it is not there. */
export function weightsFolder(database: string, run: Placed): string {
  const { seed, seed_stage2, stage1_epoch } = run;
  const name = [
    `seed-${seed}`,
    ...(seed_stage2 === null ? [] : [`stage2-seed-${seed_stage2}`]),
    ...(stage1_epoch === null ? [] : [`epoch-${stage1_epoch}`]),
  ].join('-');
  const folder = path.join(path.dirname(database), 'weights', `experiment-${run.experiment}`, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}
