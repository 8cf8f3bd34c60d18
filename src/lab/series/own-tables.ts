/** Tables that Credence wrote, told by their columns: evaluations are read as what they are, summaries are refused. */
import { CAUSE_COLUMN, EVALUATION_PLACE } from '#shared/evaluation-columns.ts';
import type { SeriesKind } from '#shared/series-kinds.ts';
import { headOf } from './kind.ts';
import { showValue } from '#shared/errors.ts';
import { isShare, METRIC_IDS } from '#shared/metrics.ts';
import type { Guess } from './roles.ts';
import { seriesError, type SeriesFile } from './rows.ts';

type Known = SeriesFile & { kind: SeriesKind };

/** Columns of an export that are of the experiment as a whole. */
const OF_ALL: Readonly<Record<string, string>> = {
  experiment: 'the number that the experiment had where it was exported',
  name: 'the name of the experiment, which it keeps unless another is given',
};

/** What a column of our own export is, where its name may say something else in other files; null for the rest. */
export function exportedColumn(column: string): Guess | null {
  if (Object.hasOwn(OF_ALL, column)) return { role: { is: 'ignore' }, why: OF_ALL[column] };
  if (column === CAUSE_COLUMN) return { role: { is: 'error' }, why: 'as Credence exports it' };
  const metric = METRIC_IDS.find((id) => id === column);
  if (!metric) return null;
  const role = { is: 'measure', metric, subset: null, test: null, wording: null } as const;
  const unit = isShare(metric) ? ', as a share' : '';
  return { role: { ...role, percent: false, run: null }, why: `as Credence exports it${unit}` };
}

/** Columns by which tables of results are known: of comparisons, sweeps, figures, and of the history. */
const RESULTS: readonly (readonly string[])[] = [
  ...['experiment', 'experiments', 'panel', 'first_name'].map((of) => [of, 'low', 'high']),
  ['first_subset', 'second_subset', 'difference'],
  ['id', 'name', 'created'],
];

/** @throws UserError `series.mixed` where exports of ours and files of other programs are to become one */
export function assertOneKind(files: readonly Known[]): void {
  const [ours, others] = [true, false].map((own) =>
    files.find(({ kind }) => (kind === 'credence-csv') === own),
  );
  if (!ours || !others) return;
  throw seriesError(
    'mixed',
    { file: ours.name },
    `is an export of Credence, and ${showValue(others.name, 200)} is none; import each by itself`,
  );
}

/**
 * The kind of a file once its columns are known.
 * @throws UserError `series.results` for results of ours, of which no run can be made
 */
export async function kindOfTable(file: Known): Promise<SeriesKind> {
  if (file.kind !== 'csv') return file.kind;
  const [line = ''] = (await headOf(file.path)).split(/\r?\n/, 1);
  const columns = new Set(line.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1')));
  if (EVALUATION_PLACE.every((name) => columns.has(name))) return 'credence-csv';
  if (RESULTS.some((names) => names.every((name) => columns.has(name))))
    throw seriesError(
      'results',
      { file: file.name },
      'is a table of results as Credence writes them, and holds no evaluations of runs; export the experiment itself: credence export ID --out runs.csv, or --out mine.credence for all of it',
    );
  return 'csv';
}
