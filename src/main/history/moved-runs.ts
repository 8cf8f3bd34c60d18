/** Runs that move from one history into another: which come, which take the place of others, and as what. */
import { runLabel } from '#shared/planned-runs.ts';
import type { RunRecord, RunState } from '#shared/records.ts';
import { moveRow, numbersOf, OF_EXPERIMENT, RUN_TABLES, type Moved, type Row } from './moved-rows.ts';
import { readRuns } from './runs.ts';

interface RunRow {
  id: number;
  state: RunState;
  seed: number;
  seed_stage2: number | null;
  stage1_epoch: number | null;
  job: number | null;
  task: number | null;
  [column: string]: unknown;
}

/** Of a run that no process has and that is not done. */
const STOPPED: ReadonlySet<RunState> = new Set(['failed', 'cancelled', 'interrupted']);

/** Runs that are not here, or that got no further here than there. @returns what was left out */
export function moveRuns(moved: Moved, experiment: number, job: number | undefined): string[] {
  const { from, to, numbers, only } = moved;
  const now = Number(numbersOf(numbers, 'experiments').get(experiment));
  const here = new Map(readRuns(to, 'WHERE experiment = ?', now).map((run) => [runLabel(run), run]));
  const left: string[] = [];
  for (const row of from
    .prepare<[number], RunRow>('SELECT * FROM runs WHERE experiment = ? ORDER BY id')
    .all(experiment)) {
    if (only && !only.has(row.id)) continue;
    const known = here.get(runLabel(row));
    const away = known?.job === job && known?.state !== 'done';
    const takesPlace = known !== undefined && (away || (row.state === 'done' && STOPPED.has(known.state)));
    if (known && !takesPlace) {
      numbersOf(numbers, 'runs here').set(row.id, known.id);
      if (row.state === 'done' && known.state !== 'done')
        left.push(`${runLabel(row)}, which is ${known.state} here`);
      continue;
    }
    if (takesPlace) takePlace(moved, row, known);
    else moveRow(moved, { name: 'runs', numbered: true, refers: OF_EXPERIMENT }, atRest(row));
  }
  return left;
}

/** A run goes on under the number that it has here, and with what was noted about it; what was measured is new. */
function takePlace({ to, numbers }: Moved, row: RunRow, known: RunRecord): void {
  for (const { name, refers } of RUN_TABLES)
    if (refers[0][1] === 'runs') to.prepare(`DELETE FROM ${name} WHERE run = ?`).run(known.id);
  const { job, task, state } = known;
  const ended = row.state === 'done' || job === null;
  const columns: Row = { ...atRest(row), job, task, ...(!ended && { state }) };
  const set = Object.keys(columns).filter((name) => name !== 'id' && name !== 'experiment');
  to.prepare(`UPDATE runs SET ${set.map((name) => `${name} = @${name}`).join(', ')} WHERE id = @id`).run({
    ...columns,
    id: known.id,
  });
  numbersOf(numbers, 'runs').set(row.id, known.id);
}

/** No process here has a run of another machine: one that was not over is interrupted. */
function atRest(row: RunRow): RunRow {
  const live = ['queued', 'running', 'paused'].includes(row.state);
  const ended = live && {
    state: 'interrupted' as const,
    error_code: 'run.moved',
    error_message: `it was ${row.state} when it was exported; resume it to go on`,
  };
  const nobody = { owner_pid: null, owner_start: null, worker_pid: null, heartbeat_at: null };
  return { ...row, ...nobody, job: null, task: null, ...ended };
}

/** As {@link atRest}, of an analysis of a run. */
export function partAtRest(row: Row): Row {
  const live = row.state === 'queued' || row.state === 'running';
  return {
    ...row,
    owner_pid: null,
    owner_start: null,
    heartbeat_at: null,
    ...(live && { state: 'interrupted' }),
  };
}
