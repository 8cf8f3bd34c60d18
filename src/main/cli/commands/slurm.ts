/** `credence slurm`: jobs on clusters. */
import { showValue, UserError } from '#shared/errors.ts';
import { plural } from '#shared/counting.ts';
import { visible } from '#shared/plain-text.ts';
import { isUnderWay, type JobRecord, type JobTask } from '#shared/slurm.ts';
import type { History } from '../../history/history.ts';
import { cancelJob, collect } from '../../slurm/collect.ts';
import { folderThere } from '../../slurm/job-folder.ts';
import { submitAgain } from '../../slurm/submit.ts';
import { EXIT } from '../exit.ts';
import { openExisting } from '../history-option.ts';
import { bold, dim, note, print, printJson, red, table, yellow } from '../output.ts';
import { waitForJob } from '../wait-for-job.ts';

interface SlurmCommandOptions {
  db?: string;
  json?: boolean;
  wait?: boolean;
}

type Work = (history: History, job: number) => Promise<JobRecord>;

/** Asks the clusters and shows how jobs stand. @returns the exit code */
export async function statusCommand(id: string | undefined, options: SlurmCommandOptions): Promise<number> {
  const history = openExisting(options.db);
  try {
    const chosen = id === undefined ? history.listJobs() : [history.getJob(parseJob(id))];
    const jobs: JobRecord[] = [];
    for (const job of chosen) jobs.push(isUnderWay(job) ? await asked(history, job) : job);
    if (options.json) printJson(jobs);
    else if (jobs.length === 0)
      print('No job was sent to a cluster yet; "credence run … --slurm" sends one.');
    else if (id === undefined) printJobs(history, jobs);
    else printJob(history, jobs[0]);
    return EXIT.ok;
  } finally {
    history.close();
  }
}

/** A cluster that does not answer is said, and what is known is shown. */
async function asked(history: History, job: JobRecord): Promise<JobRecord> {
  try {
    return await collect(history, job.id);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    note(yellow(`note: job ${job.id}: ${error.message}`));
    return history.getJob(job.id);
  }
}

/** @returns the exit code: 1 where runs are left that no task trains any more */
export const collectCommand = (id: string, options: SlurmCommandOptions) =>
  withJob(id, options, (history, job) => collect(history, job));

export const cancelCommand = (id: string, options: SlurmCommandOptions) =>
  withJob(id, options, (history, job) => cancelJob(history, job));

/** Sends what is left again. */
export const againCommand = (id: string, options: SlurmCommandOptions) =>
  withJob(id, options, async (history, number) => {
    const job = await submitAgain(history, await collect(history, number));
    return options.wait ? await waitForJob(history, job, options.json === true) : job;
  });

async function withJob(id: string, options: SlurmCommandOptions, work: Work): Promise<number> {
  const history = openExisting(options.db);
  try {
    const job = await work(history, parseJob(id));
    if (options.json) printJson(job);
    else printJob(history, job);
    const left = history.runsOfJob(job.id).some(({ state }) => state !== 'done');
    return job.state === 'over' && left ? EXIT.failed : EXIT.ok;
  } finally {
    history.close();
  }
}

/** What Slurm starts on a node. @returns the exit code */
export async function taskCommand(folder: string, index: string): Promise<number> {
  if (!/^\d{1,7}$/.test(index))
    throw new UserError('slurm.task', `task: ${showValue(index)} is no number of a task, such as 3`);
  const { runTask } = await import('../../slurm/task.ts');
  return runTask(folder, Number(index));
}

function parseJob(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new UserError(
    'slurm.job',
    `job: ${showValue(text)} is no number of a job; "credence slurm status" shows them`,
  );
}

function printJobs(history: History, jobs: readonly JobRecord[]): void {
  const rows = jobs.map((job) => [
    String(job.id),
    visible(job.name),
    job.place.host ?? 'this machine',
    job.state,
    doneOf(history, job),
    job.created_at.slice(0, 16).replace('T', ' '),
  ]);
  print(table(['job', '', 'where', 'state', 'runs done', 'sent, UTC'], rows, [0]));
}

const doneOf = (history: History, { id }: JobRecord) => {
  const runs = history.runsOfJob(id);
  return `${runs.filter(({ state }) => state === 'done').length} of ${runs.length}`;
};

function printJob(history: History, job: JobRecord): void {
  const { place } = job;
  print(
    `${bold(visible(job.name))}: job ${job.id} on ${place.host ?? 'this machine'}, ${job.state}, ${doneOf(history, job)} runs done`,
  );
  print(dim(`  ${folderThere(job)}`));
  if (job.error) print(red(`  ${job.error}`));
  print(table(['task', 'Slurm', 'state', 'node', 'starts', 'done', ''], job.tasks.map(taskRow), [0, 4, 5]));
  const left = history.runsOfJob(job.id).filter(({ state }) => state !== 'done').length;
  if (job.state === 'over' && left > 0)
    print(`${plural(left, 'run')} left; "credence slurm resume ${job.id}" goes on with them`);
}

const taskRow = ({ index, slurm_id, state, node, attempts, fraction, why }: JobTask): string[] => [
  String(index),
  slurm_id ?? '–',
  state ?? 'sent',
  node ?? '–',
  String(attempts),
  `${Math.floor(100 * fraction)}%`,
  why ?? '',
];
