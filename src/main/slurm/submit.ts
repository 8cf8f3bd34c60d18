/** Sending runs to a cluster: once, and the rest of them again. */
import path from 'node:path';
import { toWireError, UserError } from '#shared/errors.ts';
import type { JobRecord, SlurmOptions, SlurmPlace } from '#shared/slurm.ts';
import { credenceVersion } from '../resources.ts';
import type { History } from '../history/history.ts';
import { FILES, folderHere, folderThere, writeJobFolder, writeScript } from './job-folder.ts';
import { clusterAt, lastLine, type Cluster } from './place.ts';
import type { QueuedRun } from '../experiments/experiment.ts';
import { tasksOf } from './plan.ts';
import { submitScript } from './scheduler.ts';

export interface Submission {
  name: string;
  place: SlurmPlace;
  options: SlurmOptions;
}

/** A place, and what would be asked for there. */
interface Checked {
  place: SlurmPlace;
  options?: SlurmOptions;
}

/**
 * Looks whether a place can take a job at all, before anything is saved for it.
 * @returns what was found, in words: `slurm 24.05.1 on lab, Credence 0.1.0`
 * @throws UserError `slurm.missing`, `slurm.ssh`, `slurm.version`
 */
export async function checkPlace({ place, options }: Checked): Promise<string> {
  const cluster = clusterAt(place);
  const { code, stdout, stderr } = await cluster.run(['sbatch', '--version']);
  if (code !== 0)
    throw new UserError(
      'slurm.missing',
      `sbatch on ${cluster.name}: ${lastLine(stderr) || `exit code ${code}`}; name a host that has Slurm`,
    );
  const found = `${lastLine(stdout)} on ${cluster.name}`;
  if (place.host === null || !options || options.container !== null) return found;
  await checkVersion(cluster, place, options);
  return `${found}, Credence ${credenceVersion()}`;
}

/** Results of another version could not be taken over. */
async function checkVersion(
  cluster: Cluster,
  { command }: SlurmPlace,
  { setup }: SlurmOptions,
): Promise<void> {
  const { quote } = await import('shell-quote');
  const script = [...setup, quote([...command, '--version'])].join('\n');
  const { code, stdout, stderr } = await cluster.run(['bash', '-lc', script]);
  const [ours, theirs] = [credenceVersion(), lastLine(stdout)];
  if (code === 0 && theirs === ours) return;
  const found = code === 0 ? `is version ${theirs}` : `says: ${lastLine(stderr) || `exit code ${code}`}`;
  throw new UserError(
    'slurm.version',
    `"${command.join(' ')}" on ${cluster.name} ${found}; version ${ours} must be there: install it, or say how it is called by --slurm-command`,
  );
}

/**
 * Sends queued runs as one array job. From the moment it is saved no process here trains them; where Slurm refuses it,
 * they are interrupted and can be trained here or sent again.
 * @throws UserError `slurm.*`
 */
export async function submit(
  history: History,
  runs: readonly QueuedRun[],
  { name, place, options }: Submission,
): Promise<JobRecord> {
  const tasks = tasksOf(runs, options);
  const numbers = tasks.map((own) => own.map(({ run }) => run.id));
  const job = history.createJob({ name, place, options, tasks: numbers });
  return send(history, job, [...tasks.keys()], () => writeJobFolder(history, job, tasks));
}

/**
 * Sends the tasks again that ended before all of their runs were done; they go on from their checkpoints.
 * @throws UserError `slurm.nothing`, `slurm.*`
 */
export async function submitAgain(history: History, job: JobRecord): Promise<JobRecord> {
  const left = history.runsOfJob(job.id).filter(({ state }) => state !== 'done');
  const over = new Set(
    job.tasks.filter(({ over_at }) => over_at !== null || job.state === 'refused').map(({ index }) => index),
  );
  const again = [...new Set(left.map(({ task }) => task!))].filter((task) => over.has(task));
  if (again.length === 0)
    throw new UserError(
      'slurm.nothing',
      `job ${job.id} has no task that ended before its runs were done; "credence slurm status ${job.id}" tells how they stand`,
    );
  history.setAway(
    job.id,
    left
      .filter(({ task }) => again.includes(task!))
      .map(({ id }) => ({ run: id, state: 'queued', error: null })),
  );
  const tasks = job.tasks.map((task) =>
    again.includes(task.index) ? { ...task, slurm_id: null, state: null, why: null, over_at: null } : task,
  );
  history.updateJob(job.id, { tasks, state: 'sending', error: null });
  // A refused job may not have got there at all; of others, what the tasks wrote there is newer than here.
  const names = job.state === 'refused' ? undefined : [FILES.script];
  const write = () => {
    writeScript(job, folderHere(job, path.dirname(history.path)), again);
    return Promise.resolve();
  };
  return send(history, { ...job, tasks }, again, write, names);
}

async function send(
  history: History,
  job: JobRecord,
  indices: readonly number[],
  write: () => Promise<void>,
  names?: readonly string[],
): Promise<JobRecord> {
  const cluster = clusterAt(job.place);
  const there = folderThere(job);
  try {
    await write();
    await cluster.send(folderHere(job, path.dirname(history.path)), there, names);
    const id = await submitScript(cluster, path.posix.join(there, FILES.script));
    const tasks = job.tasks.map((task) =>
      indices.includes(task.index) ? { ...task, slurm_id: `${id}_${task.index}` } : task,
    );
    history.updateJob(job.id, { state: 'live', tasks, error: null });
    return history.getJob(job.id);
  } catch (error) {
    refuse(history, job, indices, toWireError(error).message);
    throw error;
  }
}

/** What Slurm did not take can be trained here, or sent again. */
function refuse(history: History, job: JobRecord, indices: readonly number[], message: string): void {
  const runs = history
    .runsOfJob(job.id)
    .filter(({ task, state }) => indices.includes(task!) && state !== 'done');
  const error = { code: 'slurm.refused', message: `it could not be sent: ${message}` };
  history.setAway(
    job.id,
    runs.map(({ id }) => ({ run: id, state: 'interrupted', error })),
  );
  const now = new Date().toISOString();
  const tasks = job.tasks.map((task) => (indices.includes(task.index) ? { ...task, over_at: now } : task));
  history.updateJob(job.id, { state: 'refused', error: message, tasks });
}
