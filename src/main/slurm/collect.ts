/** Asking a cluster how a job stands, and bringing what its tasks found so far into the history. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { runLabel } from '#shared/planned-runs.ts';
import { UserError } from '#shared/errors.ts';
import type { RunRecord } from '#shared/records.ts';
import type { JobRecord, JobTask } from '#shared/slurm.ts';
import { readBundle } from '../bundle/bundle.ts';
import type { History } from '../history/history.ts';
import type { AwayState } from '../history/jobs.ts';
import { FILES, folderHere, folderThere, readReport, type TaskReport } from './job-folder.ts';
import { clusterAt, lastLine, type Cluster } from './place.ts';
import { cancelTasks, seenTasks, type SeenTask } from './scheduler.ts';
import { endText, standingOf, waitingText } from './words.ts';

/**
 * Milliseconds that a task gets, once Slurm has ended it, until its last report must be seen: a shared folder may show
 * what another machine wrote only a minute later.
 */
const LATE_REPORT = 90_000;

/**
 * Asks the cluster, and takes over every result that was not here yet: a run that is done is never taken again, one that
 * trains comes with what it has measured so far.
 * @returns the job as it stands now
 * @throws UserError `slurm.*`, where the cluster cannot be asked; the history says so too
 */
export async function collect(history: History, id: number): Promise<JobRecord> {
  const job = history.getJob(id);
  try {
    const tasks = await look(history, job);
    const over = tasks.every(({ over_at }) => over_at !== null);
    const error = over ? null : job.error;
    history.updateJob(id, {
      tasks,
      state: over ? 'over' : 'live',
      asked_at: new Date().toISOString(),
      error,
    });
  } catch (error) {
    if (error instanceof UserError)
      history.updateJob(id, { error: error.message, asked_at: new Date().toISOString() });
    throw error;
  }
  return history.getJob(id);
}

async function look(history: History, job: JobRecord): Promise<JobTask[]> {
  const cluster = clusterAt(job.place);
  const seen = await seenTasks(cluster, job);
  const here = folderHere(job, path.dirname(history.path));
  const names = job.tasks.map(({ index }) => path.posix.join(`task-${index}`, FILES.report));
  await cluster.bring(folderThere(job), names, here);
  const runs = Map.groupBy(history.runsOfJob(job.id), ({ task }) => task!);
  const tasks: JobTask[] = [];
  for (const task of job.tasks) {
    const report = readReport(here, task.index);
    const collected = await takeResults({ history, job, cluster, here }, task, report);
    const own = runs.get(task.index) ?? [];
    const stands = stand({ ...task, collected }, seen.get(task.index), report, own, job);
    const now = await withLastWords(stands, task, { job, cluster, here });
    history.setAway(job.id, awayStates(now, report, own));
    tasks.push(now);
  }
  return tasks;
}

/** What a task printed last tells why it failed. */
async function withLastWords(
  now: JobTask,
  before: JobTask,
  { job, cluster, here }: Omit<Collecting, 'history'>,
): Promise<JobTask> {
  if (now.state !== 'FAILED' || before.over_at !== null || now.why?.startsWith('stopped')) return now;
  const name = path.posix.join('log', `task-${now.index}.txt`);
  await cluster.bring(folderThere(job), [name], here);
  const file = path.join(here, name);
  const said = existsSync(file) ? lastLine(readFileSync(file, 'utf8')).slice(0, 300) : '';
  return said === '' ? now : { ...now, why: `${now.why}; it said last: ${said}` };
}

interface Collecting {
  history: History;
  job: JobRecord;
  cluster: Cluster;
  here: string;
}

/** @returns how many results of the task are here now */
async function takeResults(
  { history, job, cluster, here }: Collecting,
  { index, collected }: JobTask,
  report: TaskReport | null,
): Promise<number> {
  if (report === null || report.results <= collected) return collected;
  const name = path.posix.join(`task-${index}`, FILES.results);
  await cluster.bring(folderThere(job), [name], here);
  const file = path.join(here, name);
  if (!existsSync(file)) return collected;
  await readBundle(history, file, { job: job.id });
  return report.results;
}

/** How a task stands, from what Slurm says and what it wrote itself. */
function stand(
  task: JobTask,
  seen: SeenTask | undefined,
  report: TaskReport | null,
  runs: readonly RunRecord[],
  job: JobRecord,
): JobTask {
  const shares = report?.runs.map(({ fraction }) => fraction ?? 0) ?? [];
  const fraction = shares.reduce((sum, share) => sum + share, 0) / Math.max(1, runs.length);
  const known = { ...task, fraction, attempts: report?.attempt ?? task.attempts };
  const done = report?.phase === 'ended' && report.runs.every(({ state }) => state === 'done');
  if (done)
    return { ...known, ...seenPart(seen), state: 'COMPLETED', why: null, over_at: task.over_at ?? now() };
  if (!seen) return unseen(known, report, job);
  const standing = standingOf(seen.state);
  const why = standing === 'waits' ? waitingText(seen.detail) : null;
  if (standing !== 'over') return { ...known, ...seenPart(seen), why, over_at: null };
  if (seen.state === 'COMPLETED' && report?.phase === 'works' && ageOf(report.at) < LATE_REPORT)
    return { ...known, ...seenPart(seen), why: 'has ended; its last report is on the way', over_at: null };
  // A task that saved and ended by itself knows why; to Slurm it failed.
  const own = seen.state === 'FAILED' && report?.phase === 'stopped' ? report.why : null;
  const text = own === null ? endText(job, seen) : `stopped (${own}); what it had saved is kept`;
  return { ...known, ...seenPart(seen), why: text, over_at: task.over_at ?? now() };
}

const now = () => new Date().toISOString();
const ageOf = (time: string) => Date.now() - Date.parse(time);

const seenPart = (seen: SeenTask | undefined) =>
  seen
    ? { slurm_id: seen.id, state: seen.state, node: /None|n\/a|^$/.test(seen.node) ? null : seen.node }
    : {};

/** Milliseconds after which a task that Slurm does not know, and that writes nothing, is taken for gone. */
const FORGOTTEN = 10 * 60_000;

/** A task that Slurm has forgotten, or does not know yet. */
function unseen(task: JobTask, report: TaskReport | null, job: JobRecord): JobTask {
  if (task.over_at !== null) return task;
  const last = report?.at ?? job.asked_at ?? job.created_at;
  const ended = report !== null && report.phase !== 'works';
  if (!ended && ageOf(last) < FORGOTTEN) return task;
  const why = ended
    ? 'ended; Slurm does not say how'
    : 'is gone: Slurm does not know it any more, and it writes nothing';
  return { ...task, state: task.state ?? 'UNKNOWN', why: report?.why ?? why, over_at: now() };
}

/** What that means for the runs of a task. */
function awayStates(task: JobTask, report: TaskReport | null, runs: readonly RunRecord[]): AwayState[] {
  const told = new Map(report?.runs.map((run) => [run.label, run]));
  return runs.map((run): AwayState => {
    const { state: there, seconds, error } = told.get(runLabel(run)) ?? { state: 'queued', error: null };
    const known = { run: run.id, ...(seconds !== undefined && { seconds }) };
    if (task.over_at !== null) return { ...known, ...endOf(task, there, error, run) };
    const waits = task.state === null || standingOf(task.state) === 'waits';
    return { ...known, state: !waits && there === 'running' ? 'running' : 'queued', error: null };
  });
}

function endOf(
  { slurm_id, why }: JobTask,
  there: RunRecord['state'],
  error: RunRecord['error'],
  { job }: RunRecord,
): Pick<AwayState, 'state' | 'error'> {
  if (there === 'failed' && error) return { state: 'failed', error };
  const message = `task ${slurm_id ?? 'of job'} ${why ?? 'ended'}; "credence slurm resume ${job}" goes on with what is left`;
  return { state: 'interrupted', error: { code: 'slurm.ended', message } };
}

/** Milliseconds between two looks at tasks that are ending. */
const LOOK_EVERY = 2000;
/** Milliseconds in which a cancelled task has saved, or was killed. */
const ENDING = 90_000;

/**
 * Cancels a job and waits until its tasks have saved and ended, so that what they found is here.
 * @throws UserError `slurm.*`
 */
export async function cancelJob(history: History, id: number): Promise<JobRecord> {
  const job = history.getJob(id);
  await cancelTasks(clusterAt(job.place), job);
  const until = Date.now() + ENDING;
  let now = await collect(history, id);
  while (now.state === 'live' && Date.now() < until) {
    await setTimeout(LOOK_EVERY);
    now = await collect(history, id);
  }
  return now;
}

/**
 * Ends the tasks that train some runs of a job; what they saved is kept.
 * @throws UserError `slurm.together` where a task trains others as well, `slurm.*`
 */
export async function cancelRunsOf(
  history: History,
  id: number,
  runs: readonly RunRecord[],
): Promise<JobRecord> {
  const asked = new Set(runs.map((run) => run.id));
  const tasks = new Set(runs.map(({ task }) => task!));
  const others = history
    .runsOfJob(id)
    .filter((run) => tasks.has(run.task!) && run.state !== 'done' && !asked.has(run.id));
  if (others.length > 0)
    throw new UserError(
      'slurm.together',
      `run ${others[0].id} (${runLabel(others[0])}) trains in the same task of job ${id}: stop all of them, or cancel the job`,
    );
  const job = await collect(history, id);
  const ids = job.tasks.filter(({ index }) => tasks.has(index)).flatMap(({ slurm_id }) => slurm_id ?? []);
  await cancelTasks(clusterAt(job.place), job, ids);
  return collect(history, id);
}
