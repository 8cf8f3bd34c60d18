/** `credence list` and `credence show`. */
import { visible } from '#shared/plain-text.ts';
import { duration } from '#shared/duration.ts';
import { OTHER_DATA } from '#shared/other-data.ts';
import { runLabel } from '#shared/planned-runs.ts';
import { showValue } from '#shared/errors.ts';
import {
  RUN_STATES,
  type ExperimentRecord,
  type ExperimentSummary,
  type RunRecord,
  type StageRecord,
} from '#shared/records.ts';
import type { TagEffect } from '#shared/stats/effects.ts';
import { amountInterval, amountWithUnit } from '#shared/stats/amount.ts';
import { seedCount } from '#shared/stats/few-seeds.ts';
import { FEW_SEEDS } from '#shared/stats/few-seeds.ts';
import { dataText } from '#shared/saved-config.ts';
import { isImported, type ImportedConfig } from '#shared/imported.ts';
import { effectsOfExperiment } from '../../experiments/experiment.ts';
import { registeredOf } from '../../experiments/registrations.ts';
import type { History } from '../../history/history.ts';
import { printFewSeeds } from '../intervals.ts';
import { openForReading, parseId, sweepNumber } from '../history-option.ts';
import { bold, dim, green, print, printJson, red, table, yellow } from '../output.ts';
import { printRegistered } from '../registered-view.ts';
import { printSummary, summaryJson } from '../summary.ts';
import { printSource } from './import-series.ts';
import { printSweep, sweepJson } from './sweep.ts';

interface HistoryOptions {
  db?: string;
  json?: boolean;
}

export async function listCommand(options: HistoryOptions): Promise<void> {
  const history = openForReading(options.db);
  try {
    const experiments = history.listExperiments();
    if (options.json) return printJson(experiments);
    if (experiments.length === 0)
      return print(
        `No experiments yet in ${history.path}.\nStart with "credence run pocket" (minutes on a CPU) or see "credence presets".`,
      );
    const listed = experiments.map((experiment) => ({ experiment, iml: imlOf(history, experiment) }));
    print(
      table(
        ['id', 'sweep', 'name', 'runs', 'training', 'created', 'iml effect'],
        listed.map(({ experiment, iml }) => listRow(experiment, iml)),
        [0],
      ),
    );
    printFewSeeds(listed.flatMap(({ iml }) => iml?.n ?? []));
  } finally {
    history.close();
  }
}

function imlOf(history: History, { id, states }: ExperimentSummary): TagEffect | null {
  return states.done > 0 ? effectsOfExperiment(history, id).effects.iml : null;
}

function listRow(experiment: ExperimentSummary, iml: TagEffect | null): string[] {
  const { id, sweep, name, states, seconds, created_at, imported } = experiment;
  const group = sweep === null ? '' : `s${sweep}`;
  return [
    String(id),
    group,
    visible(name),
    imported ? `${countStates(states)}, imported` : countStates(states),
    seconds > 0 ? duration(seconds) : '–',
    localTime(created_at),
    shortFinding(iml),
  ];
}

/** `+4.6 points, 95 % interval 3.1 to 6.0, 6 seeds`; few seeds stand out. */
function shortFinding(iml: TagEffect | null): string {
  if (!iml) return dim('–');
  const parts = [
    amountWithUnit(iml.mean, iml.metric),
    iml.low === null ? '' : `95 % interval ${amountInterval(iml, iml.metric)}`,
  ];
  const seeds = seedCount(iml.n);
  return [...parts.filter(Boolean), iml.n < FEW_SEEDS ? yellow(seeds) : seeds].join(', ');
}

function countStates(states: ExperimentSummary['states']): string {
  return RUN_STATES.filter((state) => states[state] > 0)
    .map((state) => `${states[state]} ${colourState(state)}`)
    .join(', ');
}

function colourState(state: RunRecord['state']): string {
  const colour = { done: green, failed: red, interrupted: yellow, cancelled: yellow } as const;
  return state in colour ? colour[state as keyof typeof colour](state) : state;
}

function localTime(iso: string): string {
  return new Date(iso).toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' });
}

export async function showCommand(id: string, options: HistoryOptions): Promise<void> {
  const sweep = sweepNumber(id);
  if (sweep !== null) return showSweep(sweep, options);
  const number = parseId(id);
  const history = openForReading(options.db);
  try {
    const experiment = history.getExperiment(number);
    const runs = history.runsOf(experiment.id);
    const effects = effectsOfExperiment(history, experiment.id);
    const files = history.artefactsOf(experiment.id);
    const registered = registeredOf(history, [experiment.id]);
    if (options.json)
      return printJson({
        ...summaryJson(experiment, runs, effects),
        name: experiment.name,
        created_at: experiment.created_at,
        sweep: experiment.sweep,
        cell: experiment.cell,
        version: experiment.version,
        dataset: experiment.dataset_report,
        config: experiment.config,
        registered,
        files,
      });
    print(
      `${bold(visible(experiment.name))}: experiment ${experiment.id}, ${localTime(experiment.created_at)}, Credence ${experiment.version}`,
    );
    print(
      table(
        ['run', '', 'state', 'training', 'engine', 'reached'],
        runs.map((run) => runRow(run, history.stagesOf(run.id))),
        [0],
      ),
    );
    for (const run of runs) if (run.error) print(red(`${runLabel(run)}: ${run.error.message}`));
    printData(history, experiment);
    print();
    printRegistered(registered);
    printSummary(effects, experiment.added_seeds);
    for (const file of files) print(`${dim(file.kind)} ${file.path}`);
  } finally {
    history.close();
  }
}

/** What the experiment read, and which runs read something else. */
function printData(history: History, { id, config, dataset_report }: ExperimentRecord): void {
  if (isImported(config)) return printImported(config);
  if (!('path' in config.dataset)) return;
  const files = dataset_report?.files;
  if (!files) print(dim('what it read was not recorded: it was made by an older version'));
  for (const { path, bytes, sha256 } of files ?? [])
    print(dim(`read ${showValue(path, 200)}, ${bytes} bytes, SHA-256 ${sha256}`));
  for (const run of history.otherDataRuns(id)) print(red(`${runLabel(run)}: ${OTHER_DATA}, and is left out`));
}

function printImported(config: ImportedConfig): void {
  print(yellow(`imported from another program: ${dataText(config)}`));
  printSource(config);
}

function showSweep(id: number, options: HistoryOptions): void {
  const history = openForReading(options.db);
  try {
    const sweep = history.getSweep(id);
    if (options.json) printJson(sweepJson(history, sweep));
    else printSweep(history, sweep);
  } finally {
    history.close();
  }
}

function runRow(run: RunRecord, stages: readonly StageRecord[]): string[] {
  const { id, state, seconds, engine } = run;
  const last = stages.at(-1);
  const reached = last ? `${last.stage}${last.finished ? ' finished' : ''}` : '–';
  return [
    String(id),
    runLabel(run),
    colourState(state),
    seconds > 0 ? duration(seconds) : '–',
    engine ?? '–',
    reached,
  ];
}
