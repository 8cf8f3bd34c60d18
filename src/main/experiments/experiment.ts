/** An experiment from config to result: checked, saved, trained, summed up. */
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { kindOf } from '#lab/tasks/index.ts';
import { loadPinned } from '#lab/tasks/pinned.ts';
import type { LoadReport } from '#lab/datasets/knowledge-base.ts';
import type { LoadOptions } from '#lab/datasets/source-file.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import { diskEstimate, type DiskEstimate } from '#shared/disk-size.ts';
import { UserError } from '#shared/errors.ts';
import type { RunMemory } from '#shared/pretrained-models.ts';
import { LIVE_STATES, type RunRecord } from '#shared/records.ts';
import { effectsOf, type Effects } from '#shared/stats/effects.ts';
import { metricOf } from '#shared/tasks.ts';
import type { History } from '../history/history.ts';
import { whereabouts } from '../history/owner.ts';
import { datasetCache } from './data-files.ts';
import { credenceVersion } from '../resources.ts';
import { forkTrainer } from '../runs/fork-link.ts';
import type { QueueListener } from '../runs/listener.ts';
import { RunQueue } from '../runs/queue.ts';
import { keepAwake } from '../keep-awake.ts';
import { assertRoom } from '../machine-disk.ts';
import { queueSettings, readSettings } from '../settings.ts';
import { checkMemory } from './pretrained-memory.ts';

/** What is known of an experiment that can be run. */
export interface CheckedExperiment {
  /** What reading the dataset kept and left out. */
  report: LoadReport;
  /** What its runs will leave on the disk. */
  disk: DiskEstimate;
  /** What training one of its runs takes; null for a model from scratch. */
  memory: RunMemory | null;
}

/**
 * Builds the data of the first seed, so that whatever is wrong with data, tags or subsets shows before
 * anything is saved.
 * @throws UserError naming the field, the value and the remedy
 */
export async function checkExperiment(
  config: ExperimentConfig,
  options: LoadOptions = { cache: datasetCache() },
): Promise<CheckedExperiment> {
  kindOf(config).check(config);
  const { report, build } = await loadPinned(config, config.seeds[0], options);
  const task = build(config);
  const plan = task.plan();
  const memory = checkMemory(config, plan);
  const { parameters, frozen } = plan;
  const disk = diskEstimate(config, parameters - frozen, task.describe(0, 0), availableParallelism());
  return { report, disk, memory };
}

/**
 * Saves a checked experiment with one queued run per seed.
 * @param start false saves it without any run
 * @throws UserError `disk.space` where its runs would not fit beside the history
 */
export function saveExperiment(
  history: History,
  config: ExperimentConfig,
  { report, disk, memory }: CheckedExperiment,
  start = true,
) {
  if (start) assertRoom(path.dirname(history.path), [disk]);
  const about = { version: credenceVersion(), dataset_report: report, memory: memory?.needed };
  return history.createExperiment({ config, ...about, start });
}

/**
 * Runs to train at the same time: one per core unless said, never more than there are runs.
 * @param fitting as many as fit into memory, which counts where nothing is said
 * @throws UserError `jobs.value`
 */
export function slotsFor(runs: number, jobs: string | undefined, fitting = Infinity): number {
  if (jobs !== undefined && !/^[1-9]\d{0,2}$/.test(jobs))
    throw new UserError(
      'jobs.value',
      `--jobs: "${jobs}" is not a whole number from 1 to 999; leave it out for one per core`,
    );
  return Math.max(
    1,
    Math.min(runs, jobs === undefined ? Math.min(availableParallelism(), fitting) : Number(jobs)),
  );
}

/**
 * Runs that one process trains together, their seeds in one graph: 1 unless said.
 * @throws UserError `together.value`
 */
export function togetherFor(together: string | undefined): number {
  if (together !== undefined && !/^[1-9]\d?$/.test(together))
    throw new UserError(
      'together.value',
      `--together: "${together}" is not a whole number from 1 to 99; leave it out to train each seed by itself`,
    );
  return together === undefined ? 1 : Number(together);
}

/** A queue with forked Node processes. */
export function createQueue(
  history: History,
  slots: number,
  listener: QueueListener,
  together = 1,
): RunQueue {
  const { keepAwake: wished } = queueSettings(readSettings(history));
  const machine = { awake: keepAwake, keepAwake: wished };
  return new RunQueue({ history, slots, together, launch: forkTrainer, listener, ...machine });
}

/** A run that waits to be trained, with the config of its experiment. */
export interface QueuedRun {
  run: RunRecord;
  config: ExperimentConfig;
}

/** Effects of a saved experiment, over its finished runs. */
export function effectsOfExperiment(history: History, experiment: number): Effects {
  const { config } = history.getExperiment(experiment);
  return effectsOf(history.evaluationsOf(experiment, { last: true }), 'questions', metricOf(config));
}

/**
 * @param what is to be resumed, for example `experiment 3`
 * @param show the command that tells how its runs ended
 * @throws UserError `resume.lives` where all that is unfinished is under way in a process that lives, `resume.nothing`
 */
export function nothingToResume(
  history: History,
  experiments: readonly number[],
  what: string,
  show: string,
): UserError {
  const live: readonly string[] = LIVE_STATES;
  const runs = experiments.flatMap((id) => history.runsOf(id)).filter(({ state }) => live.includes(state));
  if (runs.length === 0)
    return new UserError(
      'resume.nothing',
      `resume: ${what} has no unfinished run; "${show}" tells how each ended`,
    );
  const [{ id, owner_pid: pid, owner_start: start, heartbeat_at, job }] = runs;
  const process = pid === null ? 'another process' : whereabouts({ pid, start }, heartbeat_at);
  const where = job === null ? process : `job ${job} on a cluster ("credence slurm status ${job}")`;
  const others = runs.length === 1 ? '' : ` and ${runs.length - 1} more`;
  return new UserError(
    'resume.lives',
    `resume: run ${id}${others} of ${what} is under way in ${where}; wait for it, or stop it there first`,
  );
}

/** Runs of an experiment that did not finish and can be queued again. */
export function unfinishedRuns(history: History, experiment: number): RunRecord[] {
  return history
    .runsOf(experiment)
    .filter(({ state }) => ['failed', 'cancelled', 'interrupted'].includes(state));
}
