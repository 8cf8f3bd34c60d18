/** Effects laid out along a value of experiments: a line per effect, per value of a second column, per group. */
import type { MetricId } from '../metrics.ts';
import type { SweepValue } from '../sweep.ts';
import type { TagEffect } from './effects.ts';
import type { AlongPoint, SweepSeries } from './sweep.ts';

/** Experiments that stand at one place: one, or those of a group that share the value, measured as one. */
export interface AlongCell {
  value: SweepValue;
  /** What the second column says of them; empty where there is none. */
  line: string;
  /** Of the group; empty where they are not grouped. */
  group: string;
  experiments: number[];
  /** What each contrast found, in their order. */
  effects: readonly (TagEffect | null)[];
  /** The same of each experiment by itself, where there are several. */
  singles: readonly { experiment: number; effects: readonly (TagEffect | null)[] }[];
}

/** The lines of one effect. */
export interface AlongSeries extends SweepSeries {
  /** Of the contrast. */
  effect: string;
  title: string;
}

export interface LaidAlong {
  series: AlongSeries[];
  /** Each once, numbers by size, others in the order of the cells. */
  values: SweepValue[];
  /** That of all effects. */
  metric: MetricId;
  /** Experiments that have no point in it. */
  without: number[];
}

interface Asked {
  contrasts: readonly { id: string; title: string }[];
  metric: MetricId;
  /** All of them, also those that stand nowhere. */
  experiments: readonly number[];
}

/** Effects of another metric are left out: they share no axis. */
export function layAlong(cells: readonly AlongCell[], { contrasts, metric, experiments }: Asked): LaidAlong {
  const groupNamed = groupsAreLines(cells);
  const series = contrasts.flatMap(({ id, title }, at) => {
    const measured = cells.flatMap((cell) => {
      const effect = cell.effects[at];
      return effect?.metric === metric ? [{ cell, point: pointOf(cell, effect, at) }] : [];
    });
    const lineOf = ({ cell }: (typeof measured)[number]) =>
      [cell.line, groupNamed ? cell.group : ''].filter(Boolean).join(', ');
    return [...Map.groupBy(measured, lineOf)].map(([line, of]) => ({
      ...{ effect: id, title, label: line },
      points: inOrder(of.map(({ point }) => point)),
    }));
  });
  const shown = new Set(series.flatMap(({ points }) => points.flatMap((point) => point.experiments)));
  return {
    ...{ series, metric },
    values: inOrder([...new Set(cells.map(({ value }) => value))].map((value) => ({ value }))).map(
      ({ value }) => value,
    ),
    without: experiments.filter((id) => !shown.has(id)),
  };
}

/** `IML effect, Order tve`: what a line is called among those of all effects. */
export function seriesName({ title, label }: Pick<AlongSeries, 'title' | 'label'>): string {
  return [title, label].filter(Boolean).join(', ');
}

function pointOf({ value, experiments, singles }: AlongCell, effect: TagEffect, at: number): AlongPoint {
  const alone = singles.flatMap(({ experiment, effects }) => {
    const found = effects[at];
    return found ? [{ experiment, mean: found.mean }] : [];
  });
  return { value, experiments, effect, ...(experiments.length > 1 ? { singles: alone } : {}) };
}

/** Groups that each stand at one value of their own are told by it; others are lines along the values. */
function groupsAreLines(cells: readonly AlongCell[]): boolean {
  const places = new Set(cells.map(({ group, value }) => JSON.stringify([group, value])));
  const count = (of: (cell: AlongCell) => unknown) => new Set(cells.map(of)).size;
  return count(({ group }) => group) < places.size || count(({ value }) => value) < places.size;
}

/** A line runs from left to right. */
function inOrder<T extends { value: SweepValue }>(points: readonly T[]): T[] {
  return points.every(({ value }) => typeof value === 'number')
    ? points.toSorted((a, b) => Number(a.value) - Number(b.value))
    : [...points];
}
