/** Effects for paper: of experiments below each other, and against the values of a sweep. */
import { fieldTitle, valueMeaning, valueText } from '#shared/field-names.ts';
import { differenceTitle } from '#shared/measured-names.ts';
import { METRICS, isShare, type MetricId } from '#shared/metrics.ts';
import { amountTick, intervalText, unitOf } from '#shared/stats/amount.ts';
import type { MeasuredEffect } from '#shared/stats/compare.ts';
import { contrastTitle, type Contrast } from '#shared/stats/contrast.ts';
import {
  comparedBy,
  contrastWords,
  EFFECT_NAMES,
  effectOf,
  type EffectName,
} from '#shared/stats/effect-names.ts';
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
import { COLOURS } from '../report/plot.ts';
import type { ForestPanel, LinePanel, PaperFigure, Spot } from './model.ts';
import { overOf } from './over.ts';

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
        x: {
          title: `Difference (${unitOf(metric)})`,
          text: (value) => amountTick(value, metric),
          least: leastOf(metric),
        },
      },
      rows: group.map(({ title: of, name, effect }) => ({
        ...spotOf(effect),
        name: names.length > 1 ? name : of,
        text: intervalText(effect, effect.metric, true),
      })),
    };
  });
}

/** An axis of differences is no finer than what is written beside it. */
const leastOf = (metric: MetricId) => (isShare(metric) ? 0.01 : 0);

/** What is subtracted from what, and which way is up where a reader would take it the other way round. */
export function forestNotes(measured: readonly MeasuredEffect[], contrasts: readonly Contrast[]): string[] {
  const there = measured.flatMap(({ effects }, i) => (effects.some(Boolean) ? [contrasts[i]] : []));
  const metrics = measured.flatMap(({ effects }) => effects.flatMap((effect) => effect?.metric ?? []));
  return [...there.map(contrastNote), ...signNotes(metrics)];
}

function contrastNote(contrast: Contrast): string {
  const words = contrastWords(contrast);
  return effectOf(contrast) ? `${contrastTitle(contrast)}: ${words}` : words;
}

function signNotes(metrics: readonly MetricId[]): string[] {
  return metrics.some((metric) => METRICS[metric].better === 'less')
    ? ['Above 0: the first of the two did better']
    : [];
}

/** The same of a sweep's figure, and what values on its axes mean where they are codes. */
export function sweepNotes(spec: SweepSpec, panels: readonly LinePanel[], metric: MetricId): string[] {
  const shown = SWEEP_EFFECTS.filter((name) => panels.some(({ title }) => title === EFFECT_NAMES[name]));
  const meanings = Object.entries(spec.over).flatMap(([field, values]) => {
    const known = values.flatMap((value) => {
      const meaning = valueMeaning(field, value);
      return meaning === null ? [] : [`${valueText(value)}: ${meaning}`];
    });
    return known.length > 0 ? [known.join('; ')] : [];
  });
  return [
    ...shown.map((name) => `${EFFECT_NAMES[name]}: ${contrastWords(comparedBy(name))}`),
    ...signNotes([metric]),
    ...meanings,
  ];
}

/** One effect of a sweep as a figure; nothing where no combination has it. @param name of the sweep */
export function sweepFigure(
  name: string,
  spec: SweepSpec,
  points: readonly SweepPoint[],
  effect: EffectName,
): PaperFigure | null {
  const panels = sweepPanels(spec, points, [effect]);
  if (panels.length === 0) return null;
  const title = `${name}: ${EFFECT_NAMES[effect]} against ${Object.keys(spec.over)
    .map((field) => fieldTitle(field))
    .join(', ')}`;
  return { title, panels, notes: [...overOf(panels), ...sweepNotes(spec, panels, points[0].effects.metric)] };
}

/** Each of these effects that was measured, against the first field that is swept. */
export function sweepPanels(
  spec: SweepSpec,
  points: readonly SweepPoint[],
  effects: readonly EffectName[],
): LinePanel[] {
  return effects.flatMap((name) => {
    const cells = points.map(({ experiment, cell, effects }) => ({
      experiment,
      cell,
      effect: effects.effects[name],
    }));
    const series = sweepSeries(spec, cells);
    if (series.length === 0) return [];
    return sweepPanel(name, series, spec);
  });
}

function sweepPanel(name: EffectName, series: readonly SweepSeries[], spec: SweepSpec): LinePanel {
  const field = axisField(spec);
  const values = spec.over[field];
  const { place, axis } = placesOf(values);
  const { metric } = series[0].points[0].effect;
  return {
    ...{ kind: 'lines', title: EFFECT_NAMES[name], chance: null, spans: [] },
    x: { ...axis, title: fieldTitle(field) },
    y: {
      title: differenceTitle(metric),
      text: (value) => amountTick(value, metric),
      least: leastOf(metric),
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
        text: (i) => valueText(values[i]),
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
