/** What Slurm is asked and told: submit, look, cancel. */
import { showValue, UserError } from '#shared/errors.ts';
import { slurmName, type JobRecord } from '#shared/slurm.ts';
import { lastLine, type Cluster } from './place.ts';

/** A task as Slurm knows it. */
export interface SeenTask {
  /** `12_3`. */
  id: string;
  /** Its number in the array. */
  index: number;
  /** Slurm's word, such as `PENDING`. */
  state: string;
  /** Why it waits, or its exit code, as Slurm has it. */
  detail: string;
  node: string;
}

/**
 * Submits a script that is there.
 * @returns the number of the array job
 * @throws UserError `slurm.refused` with Slurm's words
 */
export async function submitScript(cluster: Cluster, script: string): Promise<string> {
  const { code, stdout, stderr } = await cluster.run(['sbatch', '--parsable', script]);
  const id = /^\d+/m.exec(stdout)?.[0];
  if (code === 0 && id !== undefined) return id;
  throw new UserError(
    'slurm.refused',
    `sbatch on ${cluster.name}: ${showValue(lastLine(stderr) || lastLine(stdout) || `exit code ${code}`, 300)}; change what it names (partition, account, time, memory, …) and send it again`,
  );
}

/**
 * Every task of a job that Slurm still knows, by its number in the array: of one that was sent several times, as it was
 * sent last. What squeue has forgotten, the accounts of Slurm tell, where they are kept.
 */
export async function seenTasks(cluster: Cluster, job: JobRecord): Promise<Map<number, SeenTask>> {
  const name = slurmName(job);
  const queue = ['squeue', '--noheader', '--array', '--states=all', `--name=${name}`, '--format=%i|%T|%r|%N'];
  const live = await cluster.run(queue);
  if (live.code !== 0)
    throw new UserError(
      'slurm.asked',
      `squeue on ${cluster.name}: ${showValue(lastLine(live.stderr) || `exit code ${live.code}`, 300)}; it is asked again later`,
    );
  const seen = readTasks(live.stdout);
  if (job.tasks.every(({ index }) => seen.has(index))) return seen;
  const since = `--starttime=${job.created_at.slice(0, 10)}`;
  const accounts = await cluster.run([
    ...['sacct', '--allocations', '--noheader', '--parsable2', `--name=${name}`, since],
    '--format=JobID,State,ExitCode,NodeList',
  ]);
  // Without accounts, what the task wrote itself is all there is.
  const known = accounts.code === 0 ? readTasks(accounts.stdout) : new Map<number, SeenTask>();
  return new Map([...known, ...seen]);
}

/** Lines of `id|state|detail|node`. */
export function readTasks(text: string): Map<number, SeenTask> {
  const found = new Map<number, SeenTask>();
  for (const line of text.split('\n')) {
    const [id = '', word = '', detail = '', node = ''] = line.trim().split('|');
    const parts = /^(\d+)_(\d+)$/.exec(id);
    if (!parts) continue;
    const index = Number(parts[2]);
    const before = found.get(index);
    if (before && Number(before.id.split('_')[0]) > Number(parts[1])) continue;
    // `CANCELLED by 1000`
    found.set(index, { id, index, state: word.split(' ')[0], detail, node });
  }
  return found;
}

/**
 * Cancels a job, or some of its tasks.
 * @param ids of tasks, such as `12_3`; all that are known by the job's name unless given
 * @throws UserError `slurm.cancel`
 */
export async function cancelTasks(cluster: Cluster, job: JobRecord, ids?: readonly string[]): Promise<void> {
  const which = ids ? [...ids] : [`--name=${slurmName(job)}`];
  const { code, stderr } = await cluster.run(['scancel', ...which]);
  if (code === 0) return;
  throw new UserError(
    'slurm.cancel',
    `scancel on ${cluster.name}: ${showValue(lastLine(stderr) || `exit code ${code}`, 300)}; look with "credence slurm status ${job.id}" and try again`,
  );
}
