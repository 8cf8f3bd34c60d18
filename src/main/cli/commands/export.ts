/** `credence export`: every evaluation of an experiment, one row per subset and test, or all of it as JSON. */
import { stringify } from 'csv-stringify/sync';
import { showValue, UserError } from '#shared/errors.ts';
import { effectsOfExperiment } from '../../experiments/experiment.ts';
import { writeWhole } from '../../files.ts';
import type { History } from '../../history/history.ts';
import { openForReading, parseId } from '../history-option.ts';
import { note } from '../output.ts';

interface ExportOptions {
  format: 'csv' | 'json';
  out?: string;
  db?: string;
  json?: boolean;
}

export async function exportCommand(id: string, options: ExportOptions): Promise<void> {
  const experiment = parseId(id);
  const history = openForReading(options.db);
  try {
    const text =
      options.json || options.format === 'json' ? toJson(history, experiment) : toCsv(history, experiment);
    if (options.out === undefined) return void process.stdout.write(text);
    if (options.out === '')
      throw new UserError('export.out', `--out: ${showValue(options.out)} is empty; give a file name`);
    writeWhole(options.out, text);
    note(`wrote ${options.out}`);
  } finally {
    history.close();
  }
}

function toJson(history: History, id: number): string {
  const experiment = history.getExperiment(id);
  const runs = history
    .evaluationsOf(id)
    .map(({ run, evaluations }) => ({ ...run, stages: history.stagesOf(run.id), evaluations }));
  const { subsets, effects } = effectsOfExperiment(history, id);
  return `${JSON.stringify({ experiment, runs, subsets, effects }, null, 2)}\n`;
}

function toCsv(history: History, id: number): string {
  const { name } = history.getExperiment(id);
  const rows = history.evaluationsOf(id).flatMap(({ run, evaluations }) =>
    evaluations.flatMap(({ stage, epoch, step, metrics }) =>
      metrics.map((metric) => ({
        experiment: id,
        name,
        run: run.id,
        seed: run.seed,
        state: run.state,
        stage,
        epoch,
        step,
        ...metric,
      })),
    ),
  );
  const columns = [
    'experiment',
    'name',
    'run',
    'seed',
    'state',
    'stage',
    'epoch',
    'step',
    'subset',
    'test',
    'exact_match',
    'loss',
    'count',
  ];
  return stringify(rows, { header: true, columns });
}
