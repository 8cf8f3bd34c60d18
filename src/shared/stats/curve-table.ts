/**
 * Learning curves as columns: one number per epoch and curve instead of one object, a third of the size as JSON
 * and many times faster to read, for comparisons of many experiments.
 */
import type { TestSubset } from '../subsets.ts';
import type { Curve, CurvePoint } from './curves.ts';

export interface CurveTable {
  /** Every epoch at which any of the curves has a point, in order. */
  epochs: number[];
  curves: CurveColumns[];
}

interface CurveColumns {
  subset: TestSubset;
  /** One value per epoch of the table; null where this curve has no point. */
  mean: (number | null)[];
  /** Ends of the interval; null where a point has none, and as a whole where no point has one. */
  low: (number | null)[] | null;
  high: (number | null)[] | null;
  /** Seeds behind each point; one number where it is the same for all. */
  n: number | (number | null)[];
}

/** Decimals that a figure keeps: a millionth of a question's share is far below a pixel and any digit shown. */
const FIGURE_DECIMALS = 6;

/** Curves as columns; nothing is lost. */
export function curveTable(curves: readonly Curve[]): CurveTable {
  const epochs = [...new Set(curves.flatMap(({ points }) => points.map(({ epoch }) => epoch)))];
  epochs.sort((a, b) => a - b);
  return { epochs, curves: curves.map((curve) => columnsOf(curve, epochs)) };
}

function columnsOf({ subset, points }: Curve, epochs: readonly number[]): CurveColumns {
  const byEpoch = new Map(points.map((point) => [point.epoch, point]));
  const column = (pick: 'mean' | 'low' | 'high' | 'n') =>
    epochs.map((epoch) => byEpoch.get(epoch)?.[pick] ?? null);
  const spread = points.some(({ low, high }) => low !== null || high !== null);
  const same = points.every(({ n }) => n === points[0].n);
  return {
    subset,
    mean: column('mean'),
    low: spread ? column('low') : null,
    high: spread ? column('high') : null,
    n: same ? (points[0]?.n ?? 0) : column('n'),
  };
}

/** The curves again, point by point. */
export function curvesOf({ epochs, curves }: CurveTable): Curve[] {
  return curves.map(({ subset, mean, low, high, n }) => {
    const points: CurvePoint[] = [];
    for (const [at, epoch] of epochs.entries()) {
      const value = mean[at];
      if (value === null) continue;
      const seeds = typeof n === 'number' ? n : n[at];
      points.push({
        epoch,
        mean: value,
        low: low?.[at] ?? null,
        high: high?.[at] ?? null,
        n: seeds ?? 0,
      });
    }
    return { subset, points };
  });
}

/**
 * The same table with as many decimals as a figure can show.
 * @param subsets those that are drawn; left out: all of them
 */
export function figureTable({ epochs, curves }: CurveTable, subsets?: readonly TestSubset[]): CurveTable {
  const drawn = curves.filter(({ subset }) => subsets?.includes(subset) ?? true);
  return {
    epochs,
    curves: drawn.map(({ mean, low, high, ...rest }) => ({
      ...rest,
      mean: mean.map(rounded),
      low: low && low.map(rounded),
      high: high && high.map(rounded),
    })),
  };
}

const UNIT = 10 ** FIGURE_DECIMALS;

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * UNIT) / UNIT;
}
