/** Queries about runs: the state machine, ownership, and the pass that finds orphans at start-up. */
import type { Database } from 'better-sqlite3';
import { runLabel } from '#shared/planned-runs.ts';
import { UserError, type WireError } from '#shared/errors.ts';
import { LIVE_STATES, RUN_STATES, RUN_TRANSITIONS, type RunRecord, type RunState } from '#shared/records.ts';
import { isAlive, type Owner } from './owner.ts';

/** The unfinished states as an SQL list. */
export const LIVE = LIVE_STATES.map((state) => `'${state}'`).join(', ');

export type RunQueries = ReturnType<typeof runQueries>;

/** What becomes known when a worker starts on a run. */
export interface RunStart {
  worker_pid?: number | null;
  engine?: string;
  device?: string;
  corpus_hash?: string;
  data_hash?: string;
}

interface RunRow extends Omit<RunRecord, 'error'> {
  error_code: string | null;
  error_message: string | null;
}

type Change = Partial<Record<keyof RunRow, string | number | null>>;

/** The queries about runs on an open database; `owner` is this process. */
export function runQueries(db: Database, owner: Owner) {
  /**
   * Moves a run to `next` if its state and owner allow it, and changes further columns with it. Check
   * and change are one statement in one immediate transaction, so that two processes cannot both win.
   */
  const move = db.transaction((id: number, next: RunState, change: Change, anyOwner: boolean): RunRecord => {
    if (!anyOwner) takeBack(new Map([[id, next === 'running' ? 'queued' : 'running']]));
    const run = rowOf(db, id);
    if (!RUN_TRANSITIONS[run.state].includes(next)) throw illegal(run, next);
    if (!anyOwner && (run.owner_pid !== owner.pid || run.owner_start !== owner.start)) throw foreign(run);
    updateRun(db, id, { state: next, heartbeat_at: new Date().toISOString(), ...change });
    return toRun(rowOf(db, id));
  }).immediate;

  /**
   * Runs of this process that another one took for lost: its clock is far from this one's, or this process was
   * frozen for long. They live, and nobody has resumed them.
   */
  const takeBack = (states: ReadonlyMap<number, RunState>): void => {
    const lost = db.prepare(
      `UPDATE runs SET state = ?, finished_at = NULL, error_code = NULL, error_message = NULL
       WHERE id = ? AND state = 'interrupted' AND error_code = 'run.interrupted' AND owner_pid = ? AND owner_start IS ?`,
    );
    for (const [id, state] of states) lost.run(state, id, owner.pid, owner.start);
  };

  const finish = (id: number, state: RunState, seconds?: number, error?: Omit<WireError, 'name'>) =>
    move(
      id,
      state,
      {
        worker_pid: null,
        finished_at: new Date().toISOString(),
        ...(seconds === undefined ? {} : { seconds }),
        error_code: error?.code ?? null,
        error_message: error?.message ?? null,
      },
      false,
    );

  return {
    /** @throws UserError `history.no-run` */
    getRun: (id: number): RunRecord => toRun(rowOf(db, id)),

    /** Unfinished runs of every process, by number. */
    liveRuns: (): RunRecord[] => readRuns(db, `WHERE state IN (${LIVE})`),

    /** As at start-up: turns runs whose process is gone into `interrupted`. @returns those runs */
    interruptOrphans: (): RunRecord[] => interruptOrphans(db).map(({ run }) => run),

    /** The runs of an experiment in the order of its seeds. */
    runsOf: (experiment: number): RunRecord[] => readRuns(db, 'WHERE experiment = ?', experiment),

    /**
     * Queues an interrupted, failed or cancelled run again, now owned by this process and of no job any more; its
     * evaluations and checkpoints stay.
     */
    requeueRun: (id: number): RunRecord =>
      move(
        id,
        'queued',
        {
          owner_pid: owner.pid,
          owner_start: owner.start,
          job: null,
          task: null,
          worker_pid: null,
          finished_at: null,
          error_code: null,
          error_message: null,
        },
        true,
      ),

    /** A worker starts on a queued run. */
    markRunning: (id: number, start: RunStart = {}): RunRecord => {
      const startedAt = rowOf(db, id).started_at ?? new Date().toISOString();
      return move(id, 'running', { ...start, started_at: startedAt }, false);
    },

    markPaused: (id: number): RunRecord => move(id, 'paused', {}, false),

    markResumed: (id: number): RunRecord => move(id, 'running', {}, false),

    /** @param seconds training time over all resumptions; left as it is where undefined */
    markDone: (id: number, seconds?: number): RunRecord => finish(id, 'done', seconds),

    markFailed: (id: number, error: Omit<WireError, 'name'>, seconds?: number): RunRecord =>
      finish(id, 'failed', seconds, error),

    markCancelled: (id: number, seconds?: number): RunRecord => finish(id, 'cancelled', seconds),

    /** The run stops early and can be resumed: the program is closing, or the worker was lost. */
    markInterrupted: (id: number, error: Omit<WireError, 'name'>, seconds?: number): RunRecord =>
      finish(id, 'interrupted', seconds, error),

    /** What became known about a run after it started. */
    updateRunStart: (id: number, start: RunStart): void => updateRun(db, id, { ...start }),

    /**
     * A sign of life for all unfinished runs of this process; call it about every ten seconds.
     * @param seconds training time so far by run id
     * @param states of this process's runs, as it knows them
     */
    heartbeat: db.transaction(
      (
        seconds: ReadonlyMap<number, number> = new Map(),
        states: ReadonlyMap<number, RunState> = new Map(),
      ): void => {
        takeBack(states);
        db.prepare(
          `UPDATE runs SET heartbeat_at = ? WHERE state IN (${LIVE}) AND owner_pid = ? AND owner_start IS ?`,
        ).run(new Date().toISOString(), owner.pid, owner.start);
        for (const [id, value] of seconds) updateRun(db, id, { seconds: value });
      },
    ).immediate,
  };
}

/** Run records by a WHERE clause of our own. */
export function readRuns(db: Database, where: string, ...values: (string | number)[]): RunRecord[] {
  return db
    .prepare<(string | number)[], RunRow>(`SELECT * FROM runs ${where} ORDER BY id`)
    .all(...values)
    .map(toRun);
}

/** A run that was found orphaned at start-up. */
export interface Orphan {
  run: RunRecord;
  message: string;
}

/**
 * Turns unfinished runs whose owner process is gone into `interrupted`; runs of a living process, and of a job on a
 * cluster, are left alone.
 */
export function interruptOrphans(db: Database): Orphan[] {
  const unfinished = db.prepare<[], RunRow>(
    `SELECT * FROM runs WHERE state IN (${LIVE}) AND job IS NULL ORDER BY id`,
  );
  const isOrphan = (row: RunRow) =>
    row.owner_pid === null || !isAlive({ pid: row.owner_pid, start: row.owner_start }, row.heartbeat_at);
  // Most starts find none: then nothing is written and no lock is taken.
  if (!unfinished.all().some(isOrphan)) return [];
  const sweep = db.transaction(() =>
    unfinished
      .all()
      .filter(isOrphan)
      .map((row) => interruptOrphan(db, row)),
  );
  return sweep.immediate();
}

function interruptOrphan(db: Database, row: RunRow): Orphan {
  const doing =
    row.state === 'queued' ? 'waited in the queue' : row.state === 'paused' ? 'was paused' : 'ran';
  const message = `run ${row.id} (experiment ${row.experiment}, ${runLabel(row)}) ${doing} when its process (pid ${row.owner_pid ?? 'unknown'}) ended without finishing it; ${lastTrace(db, row.id)}`;
  updateRun(db, row.id, {
    state: 'interrupted',
    worker_pid: null,
    finished_at: new Date().toISOString(),
    error_code: 'run.interrupted',
    error_message: message,
  });
  return { run: toRun(rowOf(db, row.id)), message };
}

function lastTrace(db: Database, id: number): string {
  const last = db
    .prepare<[number], { stage: string; epoch: number }>(
      'SELECT stage, epoch FROM checkpoints WHERE run = ? ORDER BY step DESC, id DESC LIMIT 1',
    )
    .get(id);
  return last
    ? `resume it to go on after ${last.stage}, epoch ${last.epoch}`
    : 'it has no checkpoint, so resuming starts it anew';
}

function rowOf(db: Database, id: number): RunRow {
  const row = db.prepare<[number], RunRow>('SELECT * FROM runs WHERE id = ?').get(id);
  if (row) return row;
  throw new UserError('history.no-run', `run ${id} is not in ${db.name}: list the runs to see their numbers`);
}

function updateRun(db: Database, id: number, change: Change): void {
  const entries = Object.entries(change).filter(([, value]) => value !== undefined);
  if (entries.length === 0) return;
  const columns = entries.map(([column]) => `${column} = ?`).join(', ');
  db.prepare(`UPDATE runs SET ${columns} WHERE id = ?`).run(...entries.map(([, value]) => value), id);
}

function toRun(row: RunRow): RunRecord {
  const { error_code, error_message, ...rest } = row;
  const error = error_code === null ? null : { code: error_code, message: error_message ?? '' };
  return { ...rest, error };
}

function illegal(run: RunRow, next: RunState): UserError {
  const from = RUN_STATES.filter((state) => RUN_TRANSITIONS[state].includes(next)).join(', ');
  return new UserError(
    'history.illegal-transition',
    `run ${run.id} is ${run.state} and cannot become ${next}: only ${from} can`,
  );
}

function foreign(run: RunRow): UserError {
  if (run.job !== null)
    return new UserError(
      'history.other-owner',
      `run ${run.id} trains in job ${run.job} on a cluster: "credence slurm cancel ${run.job}" ends that`,
    );
  return new UserError(
    'history.other-owner',
    `run ${run.id} belongs to another Credence process (pid ${run.owner_pid}): act on it there`,
  );
}
