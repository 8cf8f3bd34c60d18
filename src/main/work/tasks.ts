/** Work that reads whole tables, builds whole corpora or simulates: it runs in a thread, so that the window never waits. */
import type { LoadOptions } from '#lab/datasets/source-file.ts';
import { kindOf, loadTask } from '#lab/tasks/index.ts';
import type { RunPlan } from '#lab/tasks/plan.ts';
import type { NamedPlan } from '#shared/api/analysis.ts';
import type { DataExport, Preview, StagePreview } from '#shared/api/design.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import type { StageDescription } from '#shared/corpus.ts';
import type { HubPlan, MachineModels } from '#shared/pretrained-models.ts';
import type { SweepPlan } from '../experiments/config-file.ts';
import { examplesAbout } from '../answers/examples.ts';
import { drawAnswers } from '../experiments/answered-picture.ts';
import { exportData } from '../experiments/data-export.ts';
import { checkExperiment, type CheckedExperiment } from '../experiments/experiment.ts';
import type { ToPlan } from '../experiments/plans.ts';
import { corpusOf, type CorpusOf } from '../experiments/same-data.ts';
import { checkCells } from '../experiments/sweeps.ts';
import { inspectTable } from './inspect.ts';

/** Told what share of the data is read, from 0 to 1. */
export type OnShare = NonNullable<LoadOptions['progress']>;

/** Everything of a preview that does not depend on this machine's history. */
export type PlannedPreview = Omit<Preview, 'estimate' | 'memory'> & {
  work: Pick<RunPlan, 'flops' | 'steps' | 'activations'>;
};

/** What a thread can do; arguments and results are plain values. */
export const TASKS = {
  preview,
  inspect: inspectTable,
  check,
  checkCells: checkAll,
  plan,
  planSeeds,
  exportData: exportTask,
  corpus: corpusTask,
  drawAnswers,
  examplesAbout,
  machineModels: listModels,
  lookUp: lookUpModel,
  fetchShown: fetchModel,
  backUpDaily: backUpHistory,
};

export type TaskName = keyof typeof TASKS;
export type TaskArguments<T extends TaskName> = Parameters<(typeof TASKS)[T]>[0];
export type TaskResult<T extends TaskName> = Awaited<ReturnType<(typeof TASKS)[T]>>;

interface PreviewArguments {
  config: ExperimentConfig;
  seed: number;
  /** Texts of each kind. */
  samples: number;
  /** Folder for parsed datasets. */
  cache: string;
}

/** Entities that a preview shows. */
const TABLE_ROWS = 8;

type CheckArguments = Pick<PreviewArguments, 'config' | 'cache'>;

interface ExportArguments extends CheckArguments {
  seed: number;
  folder: string;
}

/** @throws UserError as `exportData` */
function exportTask(
  { config, seed, folder, cache }: ExportArguments,
  progress: OnShare,
): Promise<DataExport> {
  return exportData(config, seed, folder, { cache, progress });
}

/** @throws UserError as `corpusOf` */
function corpusTask({ cache, ...of }: CorpusOf & { cache: string }): Promise<string> {
  return corpusOf(of, { cache });
}

// What few need is loaded when it is: a thread starts the sooner.

/** Simulations of many seeds. */
async function planSeeds(asked: ToPlan, progress: OnShare): Promise<NamedPlan[]> {
  const { plansOf } = await import('../experiments/plans.ts');
  return plansOf(asked, progress);
}

/** @throws UserError as `machineModels` */
async function listModels({ folders }: { folders: string[] }): Promise<MachineModels> {
  const { machineModels } = await import('../models/machine-models.ts');
  return machineModels(folders);
}

/** @throws UserError as `lookUp` */
async function lookUpModel({ name }: { name: string }): Promise<HubPlan> {
  const { lookUp } = await import('../network/hub-models.ts');
  return lookUp(name);
}

/** @throws UserError as `fetchShown` */
async function fetchModel({ name, revision }: { name: string; revision: string }, progress: OnShare) {
  const { fetchShown } = await import('../network/hub-models.ts');
  return fetchShown(name, revision, (done, total) => progress(done / Math.max(1, total)));
}

/** @throws UserError as `backUpDaily` */
async function backUpHistory({ database }: { database: string }) {
  const { backUpDaily } = await import('../history/backups.ts');
  return backUpDaily(database);
}

/** @throws UserError as `checkExperiment` */
function check({ config, cache }: CheckArguments, progress: OnShare): Promise<CheckedExperiment> {
  return checkExperiment(config, { cache, progress });
}

/** @throws UserError as `checkCells` */
function checkAll(
  { cells, cache }: { cells: SweepPlan['cells']; cache: string },
  progress: OnShare,
): Promise<CheckedExperiment[]> {
  return checkCells(cells, { cache, progress });
}

/**
 * The work of the first seed of each config.
 * @throws UserError as `preview`
 */
async function plan(
  { configs, cache }: { configs: ExperimentConfig[]; cache: string },
  progress: OnShare,
): Promise<Pick<RunPlan, 'flops' | 'steps'>[]> {
  const plans = [];
  for (const [i, config] of configs.entries()) {
    const [seed] = config.seeds;
    const { flops, steps } = (await loadTask(config, seed, { cache })).plan();
    plans.push({ flops, steps });
    progress((i + 1) / configs.length);
  }
  return plans;
}

/**
 * Builds the data of one seed and describes them.
 * @throws UserError for what the user can mend in data, tags, subsets or model
 */
async function preview(
  { config, seed, samples, cache }: PreviewArguments,
  progress: OnShare,
): Promise<PlannedPreview> {
  const kind = kindOf(config);
  const data = await kind.load(config, seed, { cache, progress });
  const task = kind.build(config, data, seed);
  const plan = task.plan();
  const description = task.describe(samples, TABLE_ROWS);
  return {
    ...description,
    config,
    seed,
    corpus_hash: task.hashes.corpus,
    dataset: data.report,
    parameters: plan.parameters,
    frozen: plan.frozen,
    stages: description.stages.map((stage) => stagePreview(stage, plan)),
    work: { flops: plan.flops, steps: plan.steps, activations: plan.activations },
  };
}

function stagePreview(stage: StageDescription, plan: RunPlan): StagePreview {
  const { config, steps } = plan.stages.find(({ id }) => id === stage.id)!;
  return { ...stage, epochs: config.epochs, batch_size: config.batch_size, steps };
}
