/** The effects of a comparison laid out along a value of its experiments. */
import type { ComparedPoints, CompareReply } from '#shared/api/analysis.ts';
import type { MetricId } from '#shared/metrics.ts';
import type { SweepSeries } from '#shared/stats/sweep.ts';
import type { SweepValue } from '#shared/sweep.ts';

export interface LaidAlong {
  /** A line per effect, and per value of the second column where there is one. */
  series: SweepSeries[];
  /** Each once, numbers by size, others in the order of the experiments. */
  values: SweepValue[];
  metric: MetricId;
  /** Experiments that have no point in it. */
  without: number[];
}

/**
 * @param points with the column of the axis first, and that of the lines after it
 * @param split whether there is one of the lines
 */
export function along(
  { contrasts, experiments }: Pick<CompareReply, 'contrasts' | 'experiments'>,
  { columns, rows }: ComparedPoints,
  split: boolean,
): LaidAlong {
  const metric = experiments[0]?.effects.metric ?? 'exact_match';
  const placed = rows.flatMap(({ experiment, cells, texts }) => {
    const [cell = null] = cells;
    const at = experiments.findIndex((each) => each.experiment === experiment);
    if (cell === null || at < 0) return [];
    const value: SweepValue = typeof cell === 'object' ? cell.join(', ') : cell;
    return [{ experiment, at, value, line: split ? `${columns[1]?.label} ${texts[1]}` : '' }];
  });
  const series = contrasts.flatMap(({ title, effects }) => {
    const measured = placed.flatMap(({ at, line, ...point }) => {
      const effect = effects[at];
      return effect?.metric === metric ? [{ line, point: { ...point, effect } }] : [];
    });
    return [...Map.groupBy(measured, ({ line }) => line)].map(([line, of]) => ({
      label: [title, line].filter(Boolean).join(', '),
      points: sorted(of.map(({ point }) => point)),
    }));
  });
  const shown = new Set(series.flatMap(({ points }) => points.map(({ experiment }) => experiment)));
  const values = [...new Set(placed.map(({ value }) => value))];
  return {
    ...{ series, metric },
    values: sorted(values.map((value) => ({ value }))).map(({ value }) => value),
    without: experiments.map(({ experiment }) => experiment).filter((id) => !shown.has(id)),
  };
}

/** A line runs from left to right. */
function sorted<T extends { value: SweepValue }>(points: readonly T[]): T[] {
  return points.every(({ value }) => typeof value === 'number')
    ? points.toSorted((a, b) => Number(a.value) - Number(b.value))
    : [...points];
}
