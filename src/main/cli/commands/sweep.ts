/** `credence sweep`, and what `run`, `resume` and `show` do with sweeps. */
import { visible } from '#shared/plain-text.ts';
import { runLabel } from '#shared/planned-runs.ts';
import type { DatasetReport, RunRecord, SweepRecord } from '#shared/records.ts';
import { seedsBehind, type TagEffect } from '#shared/stats/effects.ts';
import { amountInterval, signedAmount, unitWord } from '#shared/stats/amount.ts';
import { pText } from '#shared/stats/finding.ts';
import { cellPValues, sweepTrends } from '#shared/stats/sweep.ts';
import type { Corrected } from '#shared/stats/verdict.ts';
import { cellLabel } from '#shared/sweep.ts';
import { reportSummary } from '#shared/table-report.ts';
import { loadSweep, type ConfigOverrides } from '../../experiments/config-file.ts';
import {
  nothingToResume,
  slotsFor,
  togetherFor,
  unfinishedRuns,
  type QueuedRun,
} from '../../experiments/experiment.ts';
import { confirmReady, goingOn } from '../../experiments/ready.ts';
import { dataWorkHere } from '../../experiments/same-data.ts';
import { createSweep, interleaved, sweepPoints } from '../../experiments/sweeps.ts';
import { checkOutFolder } from '../../files.ts';
import type { History } from '../../history/history.ts';
import { writeSweepFiles } from '../../report/sweep-files.ts';
import type { StopCause } from '../../stopping.ts';
import { EXIT } from '../exit.ts';
import { openForCommand, openExisting } from '../history-option.ts';
import { printFewSeeds } from '../intervals.ts';
import { loadingOptions } from '../loading-view.ts';
import { bold, dim, print, printJson, red, table } from '../output.ts';
import { lookInside } from '../run-analyses.ts';
import type { SlurmFlags } from '../slurm-flags.ts';
import { slurmWish } from '../slurm-options.ts';
import { endTraining, trainRuns, type TrainOptions } from '../train-runs.ts';
import { sendRuns } from '../wait-for-job.ts';

interface SweepOptions extends TrainOptions, ConfigOverrides, SlurmFlags {
  over?: string[];
  paired?: boolean;
}

/** Trains every combination of a sweep over its seeds. @returns the exit code */
export async function sweepCommand(source: string, options: SweepOptions): Promise<number> {
  const plan = loadSweep(source, options, options);
  slotsFor(1, options.jobs);
  togetherFor(options.together);
  checkOutFolder(options.out);
  const wish = await slurmWish(options, options.db);
  const history = openForCommand(options.db);
  try {
    const { sweep, experiments } = await createSweep(history, plan);
    const queued = interleaved(experiments);
    if (!options.json) {
      print(
        `${bold(visible(sweep.name))}: sweep s${sweep.id}, ${experiments.length} combinations, ${queued.length} runs`,
      );
      printReadings(experiments.map(({ experiment }) => experiment.dataset_report));
    }
    if (!wish) return await trainSweep(history, sweep, queued, options);
    const sent = await sendRuns(history, queued, { name: sweep.name, ...wish }, options.json);
    if (sent.over) return await report(history, sweep, sent.stopped, options);
    if (options.json) printJson({ sweep: sweep.id, job: sent.job.id });
    return sent.stopped?.code ?? EXIT.ok;
  } finally {
    history.close();
  }
}

/** How the data of the combinations were read: once where they were read alike. */
function printReadings(reports: readonly (DatasetReport | null)[]): void {
  const lines = reports.flatMap((report) => (report ? reportSummary(report) : [])).map(({ text }) => text);
  for (const text of new Set(lines)) print(dim(`  ${text}`));
}

/** Goes on with what a sweep left unfinished. @returns the exit code */
export async function resumeSweep(id: number, options: TrainOptions): Promise<number> {
  checkOutFolder(options.out);
  const history = openExisting(options.db);
  try {
    const sweep = history.getSweep(id);
    const left = sweep.experiments
      .map(({ id: experiment }) => ({
        experiment: history.getExperiment(experiment),
        runs: unfinishedRuns(history, experiment),
      }))
      .filter(({ runs }) => runs.length > 0);
    if (left.length === 0)
      throw nothingToResume(
        history,
        sweep.experiments.map((cell) => cell.id),
        `sweep s${id}`,
        `credence show s${id}`,
      );
    const all = left.map(({ experiment, runs }) => goingOn(history, experiment.id, runs));
    await confirmReady(history, all, dataWorkHere(loadingOptions()));
    const queued = interleaved(left).map(({ run, config }) => ({ run: history.requeueRun(run.id), config }));
    if (!options.json)
      print(`${bold(visible(sweep.name))}: going on with ${queued.length} run(s) of sweep s${id}`);
    return await trainSweep(history, sweep, queued, options);
  } finally {
    history.close();
  }
}

async function trainSweep(
  history: History,
  sweep: SweepRecord,
  queued: readonly QueuedRun[],
  options: TrainOptions,
): Promise<number> {
  const cells = new Map(sweep.experiments.map(({ id, cell }) => [id, cellLabel(cell)]));
  const labelOf = (run: RunRecord) => `${cells.get(run.experiment)}, ${runLabel(run)}`;
  const stopped = await trainRuns(history, queued, options, labelOf);
  return report(history, sweep, stopped, options);
}

/** What was trained here or elsewhere, summed up. @returns the exit code */
async function report(
  history: History,
  sweep: SweepRecord,
  stopped: StopCause | null,
  options: TrainOptions,
): Promise<number> {
  if (stopped === null)
    await lookInside(
      history,
      sweep.experiments.map(({ id }) => id),
      options,
    );
  const files = writeSweepFiles(history.path, sweep, sweepPoints(history, sweep), options.out);
  if (options.json) printJson({ ...sweepJson(history, sweep), files });
  else {
    print();
    printSweep(history, sweep);
    for (const file of files) print(`${dim('wrote')} ${file}`);
  }
  return endTraining(stopped, unfinished(history, sweep) === 0, `credence resume s${sweep.id}`);
}

function unfinished(history: History, { experiments }: SweepRecord): number {
  const runs = experiments.flatMap(({ id }) => history.runsOf(id));
  return runs.filter(({ state }) => state !== 'done').length;
}

/** What `sweep --json` and `show s3 --json` print. */
export function sweepJson(history: History, sweep: SweepRecord) {
  const points = sweepPoints(history, sweep);
  return {
    sweep: sweep.id,
    name: sweep.name,
    spec: sweep.spec,
    cells: points.map(({ experiment, cell, effects: { n, effects } }) => ({ experiment, cell, n, effects })),
    trends: sweepTrends(sweep.spec, points),
  };
}

/** The effects of every combination, and how they change along the swept field. */
export function printSweep(history: History, sweep: SweepRecord): void {
  const points = sweepPoints(history, sweep);
  print(`${bold(visible(sweep.name))}: sweep s${sweep.id} over ${Object.keys(sweep.spec.over).join(', ')}`);
  const pValues = cellPValues(points);
  const rows = points.map(({ experiment, cell, effects: { n, effects } }, i) => [
    String(experiment),
    visible(cellLabel(cell)),
    String(n),
    ...effectCells(effects.iml, pValues[i].iml),
    ...effectCells(effects.stage1, pValues[i].stage1),
  ]);
  const unit = unitWord(points[0]?.effects.metric ?? 'exact_match');
  const head = [
    'id',
    '',
    'seeds',
    `iml, ${unit}`,
    '95 % interval',
    'p, Holm',
    `stage1, ${unit}`,
    '95 % interval',
    'p, Holm',
  ];
  print(table(head, rows, [0, 2, 3, 4, 5, 6, 7, 8]));
  printFewSeeds(points.flatMap(({ effects }) => seedsBehind(effects)));
  for (const { sentence } of sweepTrends(sweep.spec, points)) print(sentence);
  const left = unfinished(history, sweep);
  if (left > 0)
    print(red(`${left} run(s) did not finish and are left out; "credence resume s${sweep.id}" goes on.`));
}

function effectCells(effect: TagEffect | null, { p }: Corrected): string[] {
  return effect
    ? [signedAmount(effect.mean, effect.metric), amountInterval(effect, effect.metric), pText(p)]
    : ['–', '–', '–'];
}
