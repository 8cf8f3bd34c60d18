/** Queries about jobs on a cluster, and about the runs that train there. */
import { randomUUID } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { showValue, UserError, type WireError } from '#shared/errors.ts';
import type { RunRecord, RunState } from '#shared/records.ts';
import type { JobRecord, JobTask } from '#shared/slurm.ts';
import { readRuns } from './runs.ts';

export type JobQueries = ReturnType<typeof jobQueries>;

/** A job that is about to be sent. */
export interface NewJob extends Pick<JobRecord, 'name' | 'place' | 'options'> {
  /** Numbers of the queued runs of each task. */
  tasks: readonly (readonly number[])[];
}

/** What became of a run that trains elsewhere. */
export interface AwayState {
  run: number;
  state: RunState;
  seconds?: number;
  error: Omit<WireError, 'name'> | null;
}

type JobRow = Omit<JobRecord, 'place' | 'options' | 'tasks'> & Record<'place' | 'options' | 'tasks', string>;

type JobChange = Partial<Pick<JobRecord, 'state' | 'asked_at' | 'error' | 'tasks'>>;

/** The queries about jobs on an open database. */
export function jobQueries(db: Database) {
  function getJob(id: number): JobRecord {
    const row = db.prepare<[number], JobRow>('SELECT * FROM jobs WHERE id = ?').get(id);
    if (row) return toJob(row);
    throw new UserError(
      'slurm.no-job',
      `job ${id} is not in ${db.name}: "credence slurm status" lists the jobs that were sent`,
    );
  }

  const give = db.prepare(
    `UPDATE runs SET job = ?, task = ?, owner_pid = NULL, owner_start = NULL, worker_pid = NULL, heartbeat_at = NULL
     WHERE id = ? AND state = 'queued'`,
  );

  return {
    /**
     * Saves a job, and gives it queued runs: from now on no process here trains them.
     * @throws UserError `slurm.run-taken` where one is not queued any more; then nothing is saved
     */
    createJob: db.transaction(({ tasks, place, options, name }: NewJob): JobRecord => {
      const { lastInsertRowid } = db
        .prepare(
          `INSERT INTO jobs (uid, name, created_at, place, options, state, tasks) VALUES (?, ?, ?, ?, ?, 'sending', ?)`,
        )
        .run(
          randomUUID(),
          name,
          new Date().toISOString(),
          JSON.stringify(place),
          JSON.stringify(options),
          JSON.stringify(tasks.map((_, index) => newTask(index))),
        );
      const job = Number(lastInsertRowid);
      for (const [task, runs] of tasks.entries())
        for (const run of runs)
          if (give.run(job, task, run).changes === 0)
            throw new UserError('slurm.run-taken', `run ${run} is not waiting any more; nothing was sent`);
      return getJob(job);
    }).immediate,

    /** @throws UserError `slurm.no-job` */
    getJob,

    /** Newest first. */
    listJobs: (): JobRecord[] =>
      db.prepare<[], JobRow>('SELECT * FROM jobs ORDER BY id DESC').all().map(toJob),

    updateJob(id: number, { tasks, ...change }: JobChange): void {
      const columns = { ...change, ...(tasks && { tasks: JSON.stringify(tasks) }) };
      const names = Object.keys(columns);
      db.prepare(
        `UPDATE jobs SET ${names.map((name) => `${name} = @${name}`).join(', ')} WHERE id = @id`,
      ).run({
        ...columns,
        id,
      });
    },

    /** Those that were not taken from it to be trained here. */
    runsOfJob: (id: number): RunRecord[] => readRuns(db, 'WHERE job = ?', id),

    /** In the history of a task: what an earlier start of it left, on whichever node, is over. */
    interruptEarlier(): void {
      db.prepare(
        `UPDATE runs SET state = 'interrupted', worker_pid = NULL WHERE state IN ('queued', 'running', 'paused')`,
      ).run();
    },

    /** Says how runs of a job stand; one that is done stays so. */
    setAway: db.transaction((job: number, states: readonly AwayState[]): void => {
      const set = db.prepare(
        `UPDATE runs SET state = @state, seconds = coalesce(@seconds, seconds), error_code = @code, error_message = @message,
           started_at = CASE WHEN @state = 'queued' THEN started_at ELSE coalesce(started_at, @now) END,
           finished_at = CASE WHEN @state IN ('queued', 'running') THEN NULL ELSE coalesce(finished_at, @now) END
         WHERE id = @run AND job = @job AND state <> 'done'`,
      );
      const now = new Date().toISOString();
      for (const { run, state, seconds = null, error } of states)
        set.run({
          run,
          job,
          state,
          seconds,
          now,
          code: error?.code ?? null,
          message: error?.message ?? null,
        });
    }).immediate,
  };
}

const newTask = (index: number): JobTask => ({
  index,
  slurm_id: null,
  state: null,
  why: null,
  node: null,
  attempts: 0,
  fraction: 0,
  collected: 0,
  over_at: null,
});

function toJob({ place, options, tasks, ...row }: JobRow): JobRecord {
  try {
    return {
      ...row,
      place: JSON.parse(place) as JobRecord['place'],
      options: JSON.parse(options) as JobRecord['options'],
      tasks: JSON.parse(tasks) as JobTask[],
    };
  } catch (error) {
    throw new UserError('slurm.no-job', `job ${row.id} (${showValue(row.name)}) cannot be read`, {
      cause: error,
    });
  }
}
