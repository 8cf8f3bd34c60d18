/** API: clusters with Slurm, and the jobs that were sent there. */
import path from 'node:path';
import type { ClusterSettings, JobView, SlurmReplies } from '#shared/api/slurm.ts';
import type { Handlers } from '#shared/contract.ts';
import { showValue, UserError } from '#shared/errors.ts';
import type { JobRecord } from '#shared/slurm.ts';
import { cancelJob, collect } from '../slurm/collect.ts';
import { ownCommand } from '../slurm/own-command.ts';
import type { QueuedRun } from '../experiments/experiment.ts';
import { sshHosts } from '../slurm/ssh-hosts.ts';
import { checkPlace, submit, submitAgain } from '../slurm/submit.ts';
import { readSettings } from '../settings.ts';
import type { Context } from './context.ts';

export function slurmHandlers(context: Context): Pick<Handlers, keyof SlurmReplies> {
  const { history, home } = context;
  const then = async (work: Promise<JobRecord>): Promise<JobView> => {
    const job = await work;
    tellJobs(context, job);
    return viewOf(context, job);
  };
  return {
    'slurm.hints': async () => ({
      slurm: await slurmHere(home),
      hosts: sshHosts(),
      folder: path.join(home, 'slurm'),
      command: ownCommand(),
    }),
    'slurm.check': (cluster) => checkPlace(cluster),
    'slurm.jobs': () => history.listJobs().map((job) => viewOf(context, job)),
    'slurm.collect': ({ job }) => then(collect(history, job)),
    'slurm.cancel': ({ job }) => then(cancelJob(history, job)),
    'slurm.resume': ({ job }) => then(collect(history, job).then((now) => submitAgain(history, now))),
  };
}

/** Slurm's version on this machine; null where it has none. */
async function slurmHere(folder: string): Promise<string | null> {
  try {
    return await checkPlace({ place: { host: null, folder, shared: false, command: ['credence'] } });
  } catch {
    return null;
  }
}

/**
 * The cluster of that name, which was just asked whether it can take a job; null where none is named.
 * @throws UserError `slurm.cluster`, `slurm.*`
 */
export async function clusterNamed(
  { history }: Pick<Context, 'history'>,
  name: string | null,
): Promise<ClusterSettings | null> {
  if (name === null) return null;
  const clusters = readSettings(history).clusters ?? [];
  const cluster = clusters.find((each) => each.name === name);
  if (!cluster)
    throw new UserError(
      'slurm.cluster',
      `cluster: ${showValue(name)} is not described; add it in the Queue view, or train on this machine`,
    );
  await checkPlace(cluster);
  return cluster;
}

/**
 * Has queued runs trained: here, or as a job on a cluster.
 * @throws UserError `slurm.*` where the cluster refuses them; they are interrupted then
 */
export async function trainOn(
  context: Context,
  runs: readonly QueuedRun[],
  name: string,
  cluster: ClusterSettings | null,
): Promise<void> {
  if (cluster === null) return queueHere(context, runs);
  try {
    await submit(context.history, runs, { name, place: cluster.place, options: cluster.options });
  } finally {
    context.emit('jobs', jobViews(context));
    context.emit('history', { experiments: [...new Set(runs.map(({ run }) => run.experiment))] });
  }
}

/** In the order given; neighbours of one experiment at once, so that they may train together. */
function queueHere({ queue }: Context, runs: readonly QueuedRun[]): void {
  const groups: { config: QueuedRun['config']; runs: QueuedRun['run'][] }[] = [];
  for (const { run, config } of runs) {
    const last = groups.at(-1);
    if (last?.config === config) last.runs.push(run);
    else groups.push({ config, runs: [run] });
  }
  for (const group of groups) queue.add(group.runs, group.config);
}

function jobViews(context: Pick<Context, 'history'>): JobView[] {
  return context.history.listJobs().map((job) => viewOf(context, job));
}

/** Tells every window what changed with a job. */
export function tellJobs(context: Context, job: JobRecord): void {
  const experiments = [...new Set(context.history.runsOfJob(job.id).map(({ experiment }) => experiment))];
  context.emit('history', { experiments });
  context.emit('jobs', jobViews(context));
}

function viewOf({ history }: Pick<Context, 'history'>, job: JobRecord): JobView {
  const runs = history.runsOfJob(job.id);
  const done = runs.filter(({ state }) => state === 'done').length;
  const ended = new Set(job.tasks.filter(({ over_at }) => over_at !== null).map(({ index }) => index));
  const left = runs.filter(({ state, task }) => state !== 'done' && ended.has(task!)).length;
  const experiments = [...new Set(runs.map(({ experiment }) => experiment))].map((id) =>
    history.getExperiment(id),
  );
  const sweeps = new Set(experiments.map(({ sweep }) => sweep));
  const [sweep = null] = sweeps.size === 1 ? sweeps : [];
  return {
    ...job,
    ...{ runs: runs.length, done, left, sweep },
    experiments: experiments.map(({ id, name }) => ({ id, name })),
  };
}
