/** Effects for paper: of experiments below each other, and against the values of a sweep. */
import { fieldTitle } from '#shared/field-names.ts';
import { METRICS, isShare, type MetricId } from '#shared/metrics.ts';
import { amountInterval, amountTick, signedAmount, unitOf } from '#shared/stats/amount.ts';
import type { MeasuredEffect } from '#shared/stats/compare.ts';
import { comparedBy, EFFECT_NAMES, MOMENTS, type EffectName } from '#shared/stats/effect-names.ts';
import type { TagEffect } from '#shared/stats/effects.ts';
import {
  axisField,
  axisScale,
  SWEEP_EFFECTS,
  sweepSeries,
  type SweepPoint,
  type SweepSeries,
} from '#shared/stats/sweep.ts';
import type { SweepSpec, SweepValue } from '#shared/sweep.ts';
import { subsetInfo } from '#shared/subsets.ts';
import { COLOURS } from '../report/plot.ts';
import type { ForestPanel, LinePanel, Spot } from './model.ts';

/** In the unit of the metric, with the difference of each seed. */
function spotOf({ mean, low, high, n, per_seed }: TagEffect): Spot {
  return { mean, low, high, n, seeds: per_seed.map(({ seed, difference }) => ({ seed, value: difference })) };
}

/**
 * A panel for each effect with a row per experiment; of one experiment, one panel with a row per effect. Effects of
 * different metrics share no axis.
 * @param names of the experiments
 */
export function forestPanels(measured: readonly MeasuredEffect[], names: readonly string[]): ForestPanel[] {
  const rows = measured.flatMap(({ title, effects }) =>
    effects.flatMap((effect, i) => (effect ? [{ title, name: names[i], effect }] : [])),
  );
  const groups = Map.groupBy(rows, ({ title, effect }) =>
    names.length > 1 ? `${title} ${effect.metric}` : effect.metric,
  );
  return [...groups.values()].map((group): ForestPanel => {
    const [
      {
        title,
        effect: { metric },
      },
    ] = group;
    return {
      ...{
        kind: 'forest',
        title: names.length > 1 ? title : '',
        x: { title: differenceTitle(metric), text: (value) => amountTick(value, metric) },
      },
      rows: group.map(({ title: of, name, effect }) => ({
        ...spotOf(effect),
        name: names.length > 1 ? name : of,
        text: numbersOf(effect),
      })),
    };
  });
}

function numbersOf({ metric, ...effect }: TagEffect): string {
  const interval = effect.low === null ? '' : ` (${amountInterval(effect, metric)})`;
  return `${signedAmount(effect.mean, metric)}${interval}`;
}

/** What is subtracted from what in the paper's notation, which is all that a column has room for. */
function titleOf(name: EffectName): string {
  const { first, second, at } = comparedBy(name);
  return `${EFFECT_NAMES[name]}: ${subsetInfo(first).notation} − ${subsetInfo(second).notation} ${MOMENTS[at]}`;
}

/** In few words, for an axis that is no longer than a plot is high. */
const shortTitle = (metric: MetricId) =>
  `Difference (${isShare(metric) ? 'points' : METRICS[metric].label.toLowerCase()})`;

const differenceTitle = (metric: MetricId) => `Difference (${unitOf(metric)})`;

/** Each effect that was measured, against the first field that is swept. */
export function sweepPanels(spec: SweepSpec, points: readonly SweepPoint[]): LinePanel[] {
  return SWEEP_EFFECTS.flatMap((name) => {
    const cells = points.map(({ experiment, cell, effects }) => ({
      experiment,
      cell,
      effect: effects.effects[name],
    }));
    const series = sweepSeries(spec, cells);
    if (series.length === 0) return [];
    return sweepPanel(titleOf(name), series, spec);
  });
}

function sweepPanel(title: string, series: readonly SweepSeries[], spec: SweepSpec): LinePanel {
  const field = axisField(spec);
  const values = spec.over[field];
  const { place, axis } = placesOf(values);
  const { metric } = series[0].points[0].effect;
  return {
    ...{ kind: 'lines', title, chance: null, spans: [] },
    x: { ...axis, title: fieldTitle(field) },
    y: {
      title: shortTitle(metric),
      text: (value) => amountTick(value, metric),
      least: isShare(metric) ? 0.01 : 0,
      most: METRICS[metric].limits[1],
    },
    series: series.map(({ label, points }, i) => ({
      ...{
        name: label,
        colour: COLOURS[i % COLOURS.length],
        interval: 'bars',
        joined: axisScale(values) !== 'names',
      },
      points: points.map(({ value, effect }) => ({ x: place(value), ...spotOf(effect) })),
    })),
  };
}

/** Room beside the outermost values, as a share of what lies between them. */
const BESIDE = 0.08;

/** Where values stand: numbers where they are, or by their logarithm; anything else beside each other. */
function placesOf(values: readonly SweepValue[]): {
  place: (value: SweepValue) => number;
  axis: Omit<LinePanel['x'], 'title'>;
} {
  const kind = axisScale(values);
  if (kind === 'names') {
    const keys = values.map((value) => JSON.stringify(value));
    return {
      place: (value) => keys.indexOf(JSON.stringify(value)),
      axis: {
        text: (i) => nameOf(values[i]),
        domain: [-0.5, values.length - 0.5],
        scale: 'linear',
        ticks: keys.map((_, i) => i),
      },
    };
  }
  const numbers = [...new Set(values.map(Number))];
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const domain: [number, number] =
    kind === 'log'
      ? [least * (least / most) ** BESIDE, most * (most / least) ** BESIDE]
      : [least - (most - least || 1) * BESIDE, most + (most - least || 1) * BESIDE];
  return { place: Number, axis: { text: String, domain, scale: kind, ticks: numbers } };
}

const nameOf = (value: SweepValue) => (typeof value === 'string' ? value : JSON.stringify(value));
