/** Work that reads whole tables or builds whole corpora: it runs in a thread, so that the window never waits. */
import { buildCorpus } from '#lab/corpus/build.ts';
import { describeCorpus } from '#lab/corpus/describe.ts';
import { corpusHash } from '#lab/corpus/hash.ts';
import { wordTokenizer } from '#lab/corpus/vocabulary.ts';
import { loadDataset } from '#lab/datasets/index.ts';
import type { LoadReport } from '#lab/datasets/knowledge-base.ts';
import type { LoadOptions } from '#lab/datasets/source-file.ts';
import { planRun, type RunPlan } from '#lab/training/plan.ts';
import type { DataExport, Preview, StagePreview } from '#shared/api/design.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import type { StageDescription } from '#shared/corpus.ts';
import type { SweepPlan } from '../experiments/config-file.ts';
import { exportData } from '../experiments/data-export.ts';
import { checkExperiment } from '../experiments/experiment.ts';
import { corpusOf, type CorpusOf } from '../experiments/same-data.ts';
import { checkCells } from '../experiments/sweeps.ts';
import { inspectTable } from './inspect.ts';
import { tableOf } from './table.ts';

/** Told what share of the data is read, from 0 to 1. */
export type OnShare = NonNullable<LoadOptions['progress']>;

/** Everything of a preview that does not depend on this machine's history. */
export type PlannedPreview = Omit<Preview, 'estimate'> & { work: Pick<RunPlan, 'flops' | 'steps'> };

/** What a thread can do; arguments and results are plain values. */
export const TASKS = {
  preview,
  inspect: inspectTable,
  check,
  checkCells: checkAll,
  plan,
  exportData: exportTask,
  corpus: corpusTask,
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

/** @throws UserError as `checkExperiment` */
function check({ config, cache }: CheckArguments, progress: OnShare): Promise<LoadReport> {
  return checkExperiment(config, { cache, progress });
}

/** @throws UserError as `checkCells` */
function checkAll(
  { cells, cache }: { cells: SweepPlan['cells']; cache: string },
  progress: OnShare,
): Promise<LoadReport[]> {
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
    const corpus = buildCorpus(config, await loadDataset(config.dataset, seed, { cache }), seed);
    const { flops, steps } = planRun(config, corpus, wordTokenizer(corpus));
    plans.push({ flops, steps });
    progress((i + 1) / configs.length);
  }
  return plans;
}

/**
 * Builds the corpus of one seed and describes it.
 * @throws UserError for what the user can mend in data, tags, subsets or model
 */
async function preview(
  { config, seed, samples, cache }: PreviewArguments,
  progress: OnShare,
): Promise<PlannedPreview> {
  const knowledge = await loadDataset(config.dataset, seed, { cache, progress });
  const corpus = buildCorpus(config, knowledge, seed);
  const tokenizer = wordTokenizer(corpus);
  const plan = planRun(config, corpus, tokenizer);
  const description = describeCorpus(corpus, tokenizer, samples);
  return {
    ...description,
    config,
    seed,
    corpus_hash: corpusHash(corpus),
    dataset: knowledge.report,
    entities: knowledge.entities.length,
    attributes: knowledge.attributes,
    table: tableOf(knowledge, TABLE_ROWS),
    tags: corpus.assignment.tags,
    parameters: plan.parameters,
    stages: description.stages.map((stage) => stagePreview(stage, plan)),
    work: { flops: plan.flops, steps: plan.steps },
  };
}

function stagePreview(stage: StageDescription, plan: RunPlan): StagePreview {
  const { config, steps } = plan.stages.find(({ id }) => id === stage.id)!;
  return { ...stage, epochs: config.epochs, batch_size: config.batch_size, steps };
}
