/** Curves with less noise: each point the mean of its neighbours. What was measured stays visible behind them. */
import type { StageSpan } from '#shared/stats/curves.ts';

/** How many evaluations a point may be the mean of; 1 leaves the curve as it is. */
export const SMOOTHING = [1, 3, 5, 9, 15] as const;

/**
 * Centred moving mean, within each stage: training begins anew where a stage does. Towards both ends of a stage fewer
 * neighbours count, as many on either side, so that nothing is moved along the axis.
 * @param points in order of their epochs
 * @param over how many points, odd
 */
export function smoothed<P extends { epoch: number }>(
  points: readonly P[],
  value: (point: P) => number,
  stages: readonly StageSpan[],
  over: number,
): number[] {
  const stageOf = ({ epoch }: P) => stages.findIndex(({ to }) => epoch <= to);
  const places = points.map(stageOf);
  return points.map((_, i) => {
    const [first, last] = [places.indexOf(places[i]!), places.lastIndexOf(places[i]!)];
    const reach = Math.min((over - 1) / 2, i - first, last - i);
    const near = points.slice(i - reach, i + reach + 1).map(value);
    return near.reduce((sum, each) => sum + each, 0) / near.length;
  });
}
