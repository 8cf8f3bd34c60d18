/** Sending a job from the command line, and staying with it until it is over. */
import { setTimeout } from 'node:timers/promises';
import { plural } from '#shared/counting.ts';
import { duration } from '#shared/duration.ts';
import { toWireError } from '#shared/errors.ts';
import type { JobRecord } from '#shared/slurm.ts';
import type { History } from '../history/history.ts';
import { collect } from '../slurm/collect.ts';
import { folderThere } from '../slurm/job-folder.ts';
import type { QueuedRun } from '../experiments/experiment.ts';
import { submit } from '../slurm/submit.ts';
import { onStop, stopCause, type StopCause } from '../stopping.ts';
import { dim, note, print, yellow } from './output.ts';
import type { SlurmWish } from './slurm-options.ts';

/** Milliseconds between two looks at a job. */
const LOOK_EVERY = 5000;

/** What became of runs that were sent. */
interface Sent {
  job: JobRecord;
  /** Whether it stayed until they were over. */
  over: boolean;
  /** What stopped the command meanwhile. */
  stopped: StopCause | null;
  /** As `performance.now` counts. */
  started: number;
}

/**
 * Sends runs, and stays until they are over where that is wished.
 * @throws UserError `slurm.*`
 */
export async function sendRuns(
  history: History,
  runs: readonly QueuedRun[],
  { name, place, options, wait }: SlurmWish & { name: string },
  quiet = false,
): Promise<Sent> {
  const started = performance.now();
  const job = await submit(history, runs, { name, place, options });
  const where = place.host ?? 'this machine';
  const what = `${plural(job.tasks.length, 'task')}, ${plural(runs.length, 'run')}`;
  note(`job ${job.id} on ${where}: ${what}; ${folderThere(job)}`);
  if (!wait) {
    note(dim(`"credence slurm status ${job.id}" asks how it stands and brings what it found`));
    return { job, over: false, stopped: null, started };
  }
  const now = await waitForJob(history, job, quiet);
  return { job: now, over: now.state !== 'live', stopped: stopCause(), started };
}

/** Looks at a job until it is over; a signal leaves it running. */
export async function waitForJob(history: History, job: JobRecord, quiet: boolean): Promise<JobRecord> {
  const stopped = new AbortController();
  onStop(() => stopped.abort());
  const began = performance.now();
  let said = '';
  let now = job;
  while (now.state === 'live' && !stopped.signal.aborted) {
    await setTimeout(LOOK_EVERY, undefined, { signal: stopped.signal }).catch(() => {});
    now = await lookAt(history, now);
    const { key, line } = standing(now, (performance.now() - began) / 1000);
    if (!quiet && key !== said) note(line);
    said = key;
  }
  if (stopped.signal.aborted)
    note(
      `credence: ${stopCause()?.name ?? 'stopped'}; job ${job.id} goes on without this command: "credence slurm status ${job.id}" looks, "credence slurm cancel ${job.id}" ends it`,
    );
  if (!quiet)
    for (const { index, why } of now.tasks)
      if (why !== null && now.state === 'over') print(yellow(`task ${index} ${why}`));
  return now;
}

/** A cluster that does not answer for a while is asked again. */
async function lookAt(history: History, job: JobRecord): Promise<JobRecord> {
  try {
    return await collect(history, job.id);
  } catch (error) {
    note(yellow(`note: ${toWireError(error).message}`));
    return history.getJob(job.id);
  }
}

/** @returns the line, and what of it is worth a new one */
function standing({ id, tasks }: JobRecord, seconds: number): { key: string; line: string } {
  const counts = Map.groupBy(tasks, ({ state, over_at }) =>
    over_at !== null && state !== 'COMPLETED' ? 'ended early' : (state ?? 'sent').toLowerCase(),
  );
  const share = tasks.reduce((sum, { fraction }) => sum + fraction, 0) / tasks.length;
  const left = share > 0.05 && share < 1 ? `, about ${duration((seconds / share) * (1 - share))} left` : '';
  const states = [...counts].map(([state, own]) => `${own.length} ${state}`).join(', ');
  const line = `job ${id}: ${Math.floor(100 * share)}%${left}; tasks: ${states}`;
  return { key: `${Math.floor(20 * share)} ${states}`, line };
}
