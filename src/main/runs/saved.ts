/** Where a run can go on from, and how that is said. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { stageText, type CheckpointRecord, type RunRecord } from '#shared/records.ts';
import type { History } from '../history/history.ts';
import { isResumable, PREVIOUS_FILE, ROLLING_FILE } from '../trainer/checkpoint-files.ts';

type Resumed = Pick<RunRecord, 'id' | 'stage1_epoch'>;

/** The newest checkpoint whose file is there, with its absolute path; null where the run would start anew. */
function resumePoint(history: History, run: Resumed): CheckpointRecord | null {
  return resumePoints(history, run)[0] ?? null;
}

/** Every checkpoint that a run can go on from and whose file is there, with its absolute path, the newest first. */
export function resumePoints(history: History, { id, stage1_epoch }: Resumed): CheckpointRecord[] {
  // A crash may fall between deleting a rolling checkpoint, or putting it aside, and saying so: what is there counts.
  return history
    .checkpointsOf(id)
    .map((file) => ({ ...file, path: path.resolve(path.dirname(history.path), file.path) }))
    .flatMap((file) => (path.basename(file.path) === ROLLING_FILE ? [file, beforeRolling(file)] : [file]))
    .filter((file) => isResumable(file.path, stage1_epoch) && existsSync(file.path));
}

/** Where it was, only its file knows. */
function beforeRolling(file: CheckpointRecord): CheckpointRecord {
  return { ...file, path: path.join(path.dirname(file.path), PREVIOUS_FILE) };
}

/** What is saved of a run that stopped, for example `saved after stage 1, epoch 5, step 729, in /…/last.safetensors`. */
export function savedText(history: History, run: RunRecord): string {
  if (history.getRun(run.id).started_at === null) return 'it had not begun';
  const point = resumePoint(history, run);
  if (!point) return 'nothing of it was saved yet, so resuming starts it anew';
  return `saved after ${stageText(point.stage)}, epoch ${point.epoch}, step ${point.step}, in ${point.path}`;
}

/**
 * What became of runs that were stopped: a line for each that had begun, and how many had not.
 * @param labelOf how a run is called
 */
export function stoppedLines(
  history: History,
  runs: readonly RunRecord[],
  labelOf: (run: RunRecord) => string,
): string[] {
  const begun = runs.filter(({ started_at }) => started_at !== null);
  const waited = runs.length - begun.length;
  return [
    ...begun.map((run) => `${labelOf(run)}: stopped; ${savedText(history, run)}`),
    ...(waited > 0 ? [`${waited} run${waited === 1 ? '' : 's'} had not begun`] : []),
  ];
}
