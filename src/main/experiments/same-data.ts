/** Before runs are added to an experiment or go on: they must read what it was made with. */
import { assertSameData, changedData, goneData } from '#lab/datasets/same-files.ts';
import type { LoadOptions } from '#lab/datasets/source-file.ts';
import { loadTask } from '#lab/tasks/index.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import type { DatasetReport, RunRecord } from '#shared/records.ts';
import { ourConfig } from '#shared/saved-config.ts';
import type { History } from '../history/history.ts';
import { configOf } from '../trainer/job.ts';
import { checkExperiment, type CheckedExperiment } from './experiment.ts';

/** One seed's data, to be built anew. */
export interface CorpusOf {
  config: ExperimentConfig;
  seed: number;
  seed_stage2: number | null;
}

/** How the data are looked at: here, or in a thread. */
export interface DataWork {
  /** As `checkExperiment`. */
  check: (config: ExperimentConfig) => Promise<CheckedExperiment>;
  corpus: (of: CorpusOf) => Promise<string>;
}

/** Looks at data in this thread. */
export function dataWorkHere(options: LoadOptions): DataWork {
  return {
    check: (config) => checkExperiment(config, options),
    corpus: (of) => corpusOf(of, options),
  };
}

/** The corpus hash of one run as its experiment's data are now. @throws UserError as `loadTask` */
export async function corpusOf(
  { config, seed, seed_stage2 }: CorpusOf,
  options: LoadOptions,
): Promise<string> {
  return (await loadTask(configOf({ config, seed_stage2 }), seed, options)).hashes.corpus;
}

/**
 * Checks what an experiment trains next as when it was made, and that the files it reads are what they were. One from
 * before files were recorded is pinned to those of now, if a run that trained on them had the same corpus.
 * @param next its config, with other seeds or more epochs perhaps
 * @throws UserError `data.changed`; as `checkExperiment`
 */
export async function confirmData(
  history: History,
  experiment: number,
  next: ExperimentConfig,
  work: DataWork,
): Promise<CheckedExperiment> {
  const { dataset_report: made } = history.getExperiment(experiment);
  const checked = await found(work, next, experiment, made);
  if ('path' in next.dataset) await confirmFiles(history, experiment, checked.report, work);
  return checked;
}

async function confirmFiles(
  history: History,
  experiment: number,
  report: DatasetReport,
  work: DataWork,
): Promise<void> {
  const saved = history.getExperiment(experiment);
  const { dataset_report: made } = saved;
  if (made?.files) return assertSameData(experiment, made.files, report.files ?? []);
  const trained = history.runsOf(experiment).find(({ corpus_hash }) => corpus_hash !== null);
  if (trained && !(await isCorpusOf(work, ourConfig(saved, 'train it'), trained)))
    throw changedData(
      experiment,
      `seed ${trained.seed} trained on other texts than they give now (its files were not recorded, as it is of an older version)`,
    );
  history.setDatasetReport(experiment, { ...report, ...made, files: report.files });
}

async function isCorpusOf(work: DataWork, config: ExperimentConfig, run: RunRecord): Promise<boolean> {
  const { seed, seed_stage2, corpus_hash } = run;
  return (await work.corpus({ config, seed, seed_stage2 })) === corpus_hash;
}

/** What a file that is gone means to an experiment that was made with it. */
async function found(
  work: DataWork,
  config: ExperimentConfig,
  experiment: number,
  made: DatasetReport | null,
): Promise<CheckedExperiment> {
  try {
    return await work.check(config);
  } catch (error) {
    throw goneData(experiment, made?.files, error);
  }
}
