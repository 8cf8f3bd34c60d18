/** `credence run`, `credence resume` and `credence extend`. */
import { addedSeedsNote, newSeeds } from '#shared/added-seeds.ts';
import { plural } from '#shared/counting.ts';
import { UserError } from '#shared/errors.ts';
import { longerConfig } from '#shared/longer.ts';
import { TASKS } from '#shared/tasks.ts';
import { visible } from '#shared/plain-text.ts';
import { memoryText } from '#shared/pretrained-models.ts';
import { describeDataset, entityCount } from '#shared/datasets.ts';
import { duration } from '#shared/duration.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import { seedCount } from '#shared/stats/few-seeds.ts';
import { reportSummary } from '#shared/table-report.ts';
import type { LoadReport } from '#lab/datasets/knowledge-base.ts';
import type { RunRecord } from '#shared/records.ts';
import { ourConfig } from '#shared/saved-config.ts';
import { isSweepSource, loadConfig } from '../../experiments/config-file.ts';
import {
  checkExperiment,
  effectsOfExperiment,
  nothingToResume,
  saveExperiment,
  slotsFor,
  togetherFor,
  unfinishedRuns,
  type CheckedExperiment,
} from '../../experiments/experiment.ts';
import { createLonger } from '../../experiments/longer.ts';
import { confirmReady, goingOn } from '../../experiments/ready.ts';
import { dataWorkHere } from '../../experiments/same-data.ts';
import { checkOutFolder } from '../../files.ts';
import type { History } from '../../history/history.ts';
import type { StopCause } from '../../stopping.ts';
import { EXIT } from '../exit.ts';
import { openForCommand, openExisting, parseId, sweepNumber } from '../history-option.ts';
import { loadingOptions } from '../loading-view.ts';
import { bold, dim, note, print, printJson, red, yellow } from '../output.ts';
import { lookInside } from '../run-analyses.ts';
import { endTraining, trainRuns, type TrainOptions } from '../train-runs.ts';
import type { SlurmFlags } from '../slurm-flags.ts';
import { slurmWish } from '../slurm-options.ts';
import { printSummary, summaryJson } from '../summary.ts';
import { sendRuns } from '../wait-for-job.ts';
import { resumeSweep, sweepCommand } from './sweep.ts';

interface RunOptions extends TrainOptions, SlurmFlags {
  seeds?: string;
  set?: string[];
  engine?: string;
  name?: string;
  model?: string;
}

/** Trains a preset or a config file over its seeds; a sweep over its combinations. @returns the exit code */
export async function runCommand(source: string, options: RunOptions): Promise<number> {
  if (isSweepSource(source)) return sweepCommand(source, options);
  const config = loadConfig(source, options);
  slotsFor(1, options.jobs);
  togetherFor(options.together);
  checkOutFolder(options.out);
  const wish = await slurmWish(options, options.db);
  const checked = await checkExperiment(config, loadingOptions());
  const history = openForCommand(options.db);
  try {
    const { experiment, runs } = saveExperiment(history, config, checked);
    if (!options.json) printStart(experiment.id, config, runs.length, checked);
    if (!wish) return await trainAndReport(history, experiment.id, config, runs, options);
    const planned = runs.map((run) => ({ run, config }));
    const sent = await sendRuns(history, planned, { name: config.name, ...wish }, options.json);
    if (sent.over) return await report(history, experiment.id, { ...sent, options });
    if (options.json) printJson({ experiment: experiment.id, job: sent.job.id });
    return sent.stopped?.code ?? EXIT.ok;
  } finally {
    history.close();
  }
}

/** Goes on with what an experiment, or a sweep (`s3`), left unfinished. @returns the exit code */
export async function resumeCommand(id: string, options: TrainOptions): Promise<number> {
  const sweep = sweepNumber(id);
  if (sweep !== null) return resumeSweep(sweep, options);
  const number = parseId(id);
  checkOutFolder(options.out);
  const history = openExisting(options.db);
  try {
    const saved = history.getExperiment(number);
    const { id: experiment, name } = saved;
    const config = ourConfig(saved, 'train it');
    const unfinished = unfinishedRuns(history, experiment);
    const unstarted = history.runsOf(experiment).length === 0;
    if (unfinished.length === 0 && !unstarted)
      throw nothingToResume(history, [experiment], `experiment ${experiment}`, `credence show ${experiment}`);
    const next = unstarted ? { experiment, config, begun: [] } : goingOn(history, experiment, unfinished);
    await confirmReady(history, [next], dataWorkHere(loadingOptions()));
    // One that was saved only has no runs yet.
    const runs = unstarted
      ? history.addRuns(experiment)
      : unfinished.map((run) => history.requeueRun(run.id));
    if (!options.json)
      print(
        `${bold(visible(name))}: ${unstarted ? 'starting' : 'going on with'} ${plural(runs.length, 'run')} of experiment ${experiment}`,
      );
    return await trainAndReport(history, experiment, config, runs, options);
  } finally {
    history.close();
  }
}

/** Adds seeds to an experiment, or trains its last stage longer. @returns the exit code */
export async function extendCommand(
  id: string,
  options: TrainOptions & { seeds?: string; epochs?: string },
): Promise<number> {
  const number = parseId(id);
  const { seeds, epochs } = options;
  if ((seeds === undefined) === (epochs === undefined))
    throw new UserError(
      'extend.what',
      `extend: ${seeds === undefined ? 'nothing is asked for' : 'one at a time'}; give --seeds, such as 10, or --epochs, such as 40`,
    );
  slotsFor(1, options.jobs);
  togetherFor(options.together);
  checkOutFolder(options.out);
  const history = openExisting(options.db);
  try {
    return await (seeds === undefined
      ? trainLonger(history, number, epochs ?? '', options)
      : addSeeds(history, number, seeds, options));
  } finally {
    history.close();
  }
}

/** Whether what an experiment is to train next can be trained. @throws UserError as `confirmReady` */
function ready(history: History, experiment: number, config: ExperimentConfig): Promise<void> {
  return confirmReady(history, [{ experiment, config, begun: [] }], dataWorkHere(loadingOptions()));
}

async function addSeeds(
  history: History,
  number: number,
  text: string,
  options: TrainOptions,
): Promise<number> {
  const before = history.getExperiment(number);
  const had = ourConfig(before, 'train more seeds');
  const seeds = newSeeds(text, had);
  await ready(history, number, { ...had, seeds });
  const runs = history.addSeeds(number, seeds);
  const after = history.getExperiment(number);
  const config = ourConfig(after, 'train more seeds');
  if (!options.json)
    print(`${bold(visible(before.name))}: ${seedCount(seeds.length)} more for experiment ${number}`);
  const warning = addedSeedsNote(after.added_seeds);
  if (warning) note(yellow(warning));
  return trainAndReport(history, number, config, runs, options);
}

async function trainLonger(
  history: History,
  number: number,
  text: string,
  options: TrainOptions,
): Promise<number> {
  const before = ourConfig(history.getExperiment(number), 'train it longer');
  await ready(history, number, longerConfig(before, text));
  const { experiment, runs, kept } = createLonger(history, number, text);
  if (!options.json) {
    print(`${bold(visible(experiment.name))}: experiment ${experiment.id}, ${plural(runs.length, 'run')}`);
    print(dim(`  ${kept} of them begin with what experiment ${number} had before its last stage`));
  }
  return trainAndReport(history, experiment.id, ourConfig(experiment, 'train it'), runs, options);
}

function printStart(
  id: number,
  config: ExperimentConfig,
  runs: number,
  { report, memory }: CheckedExperiment,
): void {
  print(
    `${bold(visible(config.name))}: experiment ${id}, ${describeRuns(config, runs)}, ${describeData(config, report)}`,
  );
  for (const { text } of reportSummary(report)) print(dim(`  ${text}`));
  if (memory) print(dim(`  ${memoryText(memory)}`));
}

function describeRuns({ seeds }: ExperimentConfig, runs: number): string {
  const count = `${seeds.length} seed${seeds.length === 1 ? '' : 's'}`;
  return runs === seeds.length ? count : `${count}, ${runs} runs`;
}

function describeData({ task, dataset }: ExperimentConfig, report: LoadReport): string {
  const count = task === 'language' ? report.rowsKept : entityCount(dataset);
  return `${count} ${TASKS[task].entities} of ${describeDataset(dataset)}`;
}

async function trainAndReport(
  history: History,
  experiment: number,
  config: ExperimentConfig,
  queued: readonly RunRecord[],
  options: TrainOptions,
): Promise<number> {
  const started = performance.now();
  const stopped = await trainRuns(
    history,
    queued.map((run) => ({ run, config })),
    options,
  );
  return report(history, experiment, { started, stopped, options });
}

/** What was trained here or elsewhere, summed up. @returns the exit code */
async function report(
  history: History,
  experiment: number,
  { started, stopped, options }: { started: number; stopped: StopCause | null; options: TrainOptions },
): Promise<number> {
  if (stopped === null) await lookInside(history, [experiment], options);
  const runs = history.runsOf(experiment);
  const record = history.getExperiment(experiment);
  const effects = effectsOfExperiment(history, experiment);
  const files = await writeFiles(history, experiment, options.out);
  if (options.json) printJson({ ...summaryJson(record, runs, effects), files });
  else {
    print();
    printSummary(effects, record.added_seeds);
    printEnd(runs, files, (performance.now() - started) / 1000);
  }
  const done = runs.every(({ state }) => state === 'done');
  return endTraining(stopped, done, `credence resume ${experiment}`);
}

async function writeFiles(history: History, experiment: number, out: string | undefined): Promise<string[]> {
  const { writeExperimentFiles } = await import('../../report/files.ts');
  return writeExperimentFiles(history, experiment, out);
}

function printEnd(runs: readonly RunRecord[], files: readonly string[], seconds: number): void {
  const unfinished = runs.filter(({ state }) => state !== 'done');
  if (unfinished.length > 0)
    print(red(`${unfinished.length} of ${runs.length} runs did not finish and are left out.`));
  print(dim(`\nTrained in ${duration(seconds)}.`));
  for (const file of files) print(`${dim('wrote')} ${file}`);
}
