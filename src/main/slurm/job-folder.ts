/**
 * The folder of a job, here and where the nodes see it:
 *
 *     job.json                   what a task must know
 *     submit.sh                  what Slurm runs
 *     log/task-3.txt             what a task printed
 *     data/0/table.csv           files that experiments read, where the folder is not shared
 *     task-3/design.credence     its experiment and runs
 *     task-3/history.sqlite      its own history, with checkpoints beside it
 *     task-3/report.json         how far it is
 *     task-3/results.credence    what it found so far
 */
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { ExperimentConfig } from '#shared/config.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { RUN_STATES } from '#shared/records.ts';
import { slurmOptionsSchema, type JobRecord } from '#shared/slurm.ts';
import { isModelPath } from '#lab/weights/resolve-model.ts';
import { writeBundle } from '../bundle/bundle.ts';
import { writeWhole } from '../files.ts';
import type { History } from '../history/history.ts';
import type { QueuedRun } from '../experiments/experiment.ts';
import { scriptOf, taskFolder } from './script.ts';

export const FILES = {
  job: 'job.json',
  script: 'submit.sh',
  design: 'design.credence',
  history: 'history.sqlite',
  report: 'report.json',
  results: 'results.credence',
} as const;

/** What a task must know beside its runs. */
const jobSchema = z.object({
  uid: z.string(),
  options: slurmOptionsSchema,
  /** Files that experiments name by the path that they have where they came from, and where they lie in the folder. */
  data: z.record(z.string(), z.string()),
});

export type JobFile = z.infer<typeof jobSchema>;

/** How a run of a task stands, by what identifies it in any history. */
const runReport = z.object({
  /** Of its experiment a task has one; `runLabel` tells its runs apart. */
  label: z.string(),
  state: z.enum(RUN_STATES),
  seconds: z.number(),
  /** Of its training, from 0 to 1; null before it began. */
  fraction: z.number().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});

const reportSchema = z.object({
  /** Starts of this task so far. */
  attempt: z.number(),
  /** ISO time at which this was written. */
  at: z.string(),
  host: z.string(),
  /** `ended`: nothing is left to do. `stopped`: it saved, and what is left needs another start. */
  phase: z.enum(['works', 'stopped', 'ended']),
  /** Why it stopped, in words. */
  why: z.string().nullable(),
  /** How often results were written. */
  results: z.number(),
  runs: z.array(runReport),
});

export type TaskReport = z.infer<typeof reportSchema>;

/** What a task wrote last about itself; null before it did, and where the file cannot be read just now. */
export function readReport(folder: string, index: number): TaskReport | null {
  const file = path.join(taskFolder(folder, index), FILES.report);
  try {
    return reportSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

/** @throws UserError `slurm.folder` for a folder of something else */
export function readJobFile(folder: string): JobFile {
  const file = path.join(folder, FILES.job);
  try {
    return jobSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new UserError(
      'slurm.folder',
      `${showValue(folder, 200)} is no folder of a job: ${showValue(file, 200)} cannot be read`,
      {
        cause: error,
      },
    );
  }
}

/** Where the folder of a job lies on the cluster. */
export const folderThere = ({ place, uid }: Pick<JobRecord, 'place' | 'uid'>): string =>
  path.posix.join(place.folder, `job-${uid}`);

/** Where it lies here: the same one, or a copy beside the history. */
export function folderHere(job: Pick<JobRecord, 'place' | 'uid'>, home: string): string {
  const same = job.place.host === null || job.place.shared;
  return same ? folderThere(job) : path.join(home, 'slurm', `job-${job.uid}`);
}

/**
 * Writes the folder of a job as its tasks need it.
 * @param tasks the runs of each
 * @throws UserError `slurm.model`, `file.write`, …
 */
export async function writeJobFolder(
  history: History,
  job: JobRecord,
  tasks: readonly (readonly QueuedRun[])[],
): Promise<void> {
  const here = folderHere(job, path.dirname(history.path));
  makeFolder(path.join(here, 'log'));
  const own = here === folderThere(job);
  const configs = tasks.flatMap((runs) => runs.slice(0, 1)).map(({ config }) => config);
  const data = own ? {} : copyData(here, configs);
  const about: JobFile = { uid: job.uid, options: job.options, data };
  writeWhole(path.join(here, FILES.job), `${JSON.stringify(about, null, 2)}\n`);
  writeScript(job, here, [...tasks.keys()]);
  for (const [index, runs] of tasks.entries()) {
    const file = path.join(taskFolder(here, index), FILES.design);
    const only = new Set(runs.map(({ run }) => run.id));
    await writeBundle(history, [runs[0].run.experiment], file, { only });
  }
}

/** @param only tasks that are to run */
export function writeScript(job: JobRecord, here: string, only: readonly number[]): void {
  writeWhole(path.join(here, FILES.script), scriptOf(job, folderThere(job), only));
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      'slurm.place',
      `--slurm-folder: ${showValue(folder, 200)} cannot be made (${code}); name a folder that you may write and the nodes see`,
      { cause: error },
    );
  }
}

/** Copies what experiments read into the folder. @returns where each lies in it */
function copyData(here: string, configs: readonly ExperimentConfig[]): Record<string, string> {
  const data: Record<string, string> = {};
  for (const config of configs) {
    assertModelThere(config);
    const { dataset } = config;
    const from = 'path' in dataset ? dataset.path : null;
    if (from === null || data[from] !== undefined) continue;
    const place = path.posix.join('data', String(Object.keys(data).length), path.basename(from));
    if (existsSync(from)) cpSync(from, path.join(here, place), { recursive: true, preserveTimestamps: true });
    data[from] = place;
  }
  return data;
}

/** Weights are too large to send along: the cluster has its own. */
function assertModelThere(config: ExperimentConfig): void {
  const model = 'pretrained' in config ? config.pretrained?.model : undefined;
  if (model === undefined || !isModelPath(model, '/')) return;
  throw new UserError(
    'slurm.model',
    `pretrained.model: ${showValue(model)} is a folder of this machine; name the model as the cluster's Hub cache has it ("credence models get" there fetches it), or use a folder that both see (--shared)`,
  );
}

/** The config as a task runs it: what it reads lies in the folder of the job. */
export function placedConfig(config: ExperimentConfig, folder: string, { data }: JobFile): ExperimentConfig {
  const { dataset } = config;
  const given = 'path' in dataset ? dataset.path : null;
  const place = given === null ? undefined : data[given];
  if (place === undefined) return config;
  return { ...config, dataset: { ...dataset, path: path.join(folder, place) } } as ExperimentConfig;
}
