/** Tables as they are on the page, to take away. Shares and differences of them are fractions, as in every export. */
import { stringify } from 'csv-stringify/browser/esm/sync';
import type { SubsetDifference } from '#shared/api/analysis.ts';
import type { MetricId } from '#shared/metrics.ts';
import { MOMENTS } from '#shared/stats/effect-names.ts';
import { safeCell } from '#shared/plain-text.ts';
import type { SweepSeries } from '#shared/stats/sweep.ts';
import type { Cell } from '#shared/table/filter.ts';
import { TEST_SUBSETS } from '#shared/subsets.ts';
import type { ShownSide } from './compared-sides.ts';
import { saveText } from './download.ts';

function saveCsv(name: string, rows: Record<string, unknown>[]): void {
  saveText(`${name}.csv`, 'text/csv', stringify(rows, { header: true }));
}

interface Csv {
  mime: string;
  text: string;
}
const csvOf = (rows: Record<string, unknown>[]): Csv => ({
  mime: 'text/csv',
  text: stringify(rows, { header: true }),
});

/**
 * Effects along a value: a row per seed, and what is over all of them; several experiments measured as one are named
 * together.
 * @param field what the value is of
 */
export function effectsCsv(field: string, series: readonly SweepSeries[]): Csv {
  return csvOf(
    series.flatMap(({ label, points }) =>
      points.flatMap(({ experiments, value, effect }) =>
        effect.per_seed.map(({ seed, difference }) => ({
          ...{ effect: safeCell(label), [field]: typeof value === 'string' ? safeCell(value) : value },
          ...{ experiment: experiments.join(' '), seed, difference },
          ...{ mean: effect.mean, low: effect.low, high: effect.high, seeds: effect.n },
        })),
      ),
    ),
  );
}

interface NamedRow {
  experiment: number;
  seed: number | null;
  name: string;
  row: number;
}

/** Columns of experiments or runs. */
export function columnsCsv(
  rows: readonly NamedRow[],
  columns: readonly { id: string; cells: readonly Cell[] }[],
): Csv {
  return csvOf(
    rows.map(({ experiment, seed, name, row }) => ({
      ...{ experiment, ...(seed === null ? {} : { seed }), name: safeCell(name) },
      ...Object.fromEntries(columns.map(({ id, cells }) => [id, plainCell(cells[row] ?? null)])),
    })),
  );
}

function plainCell(cell: Cell): string | number | boolean | null {
  if (typeof cell === 'string') return safeCell(cell);
  return typeof cell === 'object' && cell !== null ? safeCell(cell.join(', ')) : cell;
}

/**
 * The table of a comparison: one row per experiment or group, subset and moment, with its 95 % interval and how far it
 * is from the baseline.
 * @param sides of one metric
 */
export function saveMetrics(sides: readonly ShownSide[], differences: readonly SubsetDifference[]): void {
  const metric = sides[0]?.effects.metric ?? 'exact_match';
  const base = sides.find(({ baseline }) => baseline);
  const rows = sides.flatMap((side) =>
    TEST_SUBSETS.flatMap((subset) =>
      (['stage1', 'stage2'] as const).flatMap((moment) => {
        const found = side.effects.subsets[subset]?.[moment];
        if (!found) return [];
        const { mean, low, high, n } = found;
        const to = differences.find(
          (each) =>
            side.kind !== 'aside' && each.side === side.id && each.subset === subset && each.at === moment,
        );
        return [
          {
            ...{ ...sideCells(side), subset, when: MOMENTS[moment] },
            ...{ [metric]: mean, low, high, seeds: n, baseline: base && numbersOf(base) },
            ...{ difference: to?.mean, difference_low: to?.low, difference_high: to?.high },
          },
        ];
      }),
    ),
  );
  const ids = [...new Set(sides.flatMap(({ experiments }) => experiments))];
  saveCsv(`${fileWords(metric)}-${ids.join('-')}`, rows);
}

/** An experiment by its number; a group by all of them. */
const numbersOf = ({ experiments }: ShownSide) => experiments.join(' ');

function sideCells(side: ShownSide): Record<string, string> {
  const of = { experiment: numbersOf(side), name: safeCell(side.name) };
  return side.kind === 'experiment' ? of : { row: side.kind === 'group' ? 'group' : 'experiment', ...of };
}

const fileWords = (metric: MetricId) => metric.replaceAll('_', '-');
