/** How well a plane tells two classes apart that it was not fitted on. */
import { fitLogistic, predict, type Rows } from './logistic-regression.ts';

/** Activations that differ by less than this share of their size differ by rounding alone. */
const ROUNDING = 1e-6;

/**
 * Mean accuracy over folds, as scikit-learn's `cross_val_score(LogisticRegression(C=c), x, y, cv=KFold(folds))`: rows are
 * cut into stretches of equal length, one more in the first ones, in the order in which they come.
 * @returns 0.5 where all rows are equal: nothing could be learnt of them
 */
export function crossValidated(
  x: Rows,
  labels: ArrayLike<number>,
  { c, folds }: { c: number; folds: number },
): number {
  if (allEqual(x)) return 0.5;
  const scores = foldsOf(x.count, folds).map(([from, to]) => {
    const outside = Array.from({ length: x.count }, (_, i) => i).filter((i) => i < from || i >= to);
    const inside = Array.from({ length: to - from }, (_, i) => from + i);
    const fit = fitLogistic(
      rowsAt(x, outside),
      outside.map((i) => labels[i]),
      c,
    );
    const given = predict(fit, rowsAt(x, inside));
    return inside.filter((i, k) => given[k] === labels[i]).length / inside.length;
  });
  return scores.reduce((sum, score) => sum + score, 0) / folds;
}

/** First row and end of each fold. */
function foldsOf(count: number, folds: number): [from: number, to: number][] {
  let from = 0;
  return Array.from({ length: folds }, (_, i) => {
    const size = Math.floor(count / folds) + Number(i < count % folds);
    const fold: [number, number] = [from, from + size];
    from += size;
    return fold;
  });
}

function rowsAt({ width, data }: Rows, rows: readonly number[]): Rows {
  const taken = new Float64Array(rows.length * width);
  rows.forEach((row, i) => taken.set(data.subarray(row * width, (row + 1) * width), i * width));
  return { count: rows.length, width, data: taken };
}

/** Texts that begin alike have the same activations there, up to the order in which an engine adds. */
function allEqual({ count, width, data }: Rows): boolean {
  const size = data.subarray(0, width).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let at = width; at < count * width; at++)
    if (Math.abs(data[at] - data[at % width]) > ROUNDING * size) return false;
  return true;
}
