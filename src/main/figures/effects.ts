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
 * @param singlesOf the experiments of a side one by one, where it is a group of several
 */
export function forestPanels(
  measured: readonly MeasuredEffect[],
  names: readonly string[],
  singlesOf: (contrast: number, side: number) => Spot['singles'] = () => undefined,
): ForestPanel[] {
  const rows = measured.flatMap(({ title, effects }, at) =>
    effects.flatMap((effect, i) =>
      effect ? [{ title, name: names[i], effect, singles: singlesOf(at, i) }] : [],
    ),
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
      rows: group.map(({ title: of, name, effect, singles }) => ({
        ...{ ...spotOf(effect), singles },
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
  return contrastNotes(there, metrics);
}

/** The same of contrasts that were measured. */
export function contrastNotes(contrasts: readonly Contrast[], metrics: readonly MetricId[]): string[] {
  return [...contrasts.map(contrastNote), ...signNotes(metrics)];
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
  const meanings = Object.entries(spec.over).flatMap(([field, values]) => valueNotes(field, values));
  return [
    ...shown.map((name) => `${EFFECT_NAMES[name]}: ${contrastWords(comparedBy(name))}`),
    ...signNotes([metric]),
    ...meanings,
  ];
}

/** What values mean where they are codes. */
export function valueNotes(field: string, values: readonly SweepValue[]): string[] {
  const known = values.flatMap((value) => {
    const meaning = valueMeaning(field, value);
    return meaning === null ? [] : [`${valueText(value)}: ${meaning}`];
  });
  return known.length > 0 ? [known.join('; ')] : [];
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
  return alongPanel(EFFECT_NAMES[name], series, { title: fieldTitle(field), values: spec.over[field] });
}

/** What effects are drawn along. */
export interface ValueAxis {
  title: string;
  values: readonly SweepValue[];
  /** How values are spaced; by what they are unless said. */
  kind?: ReturnType<typeof axisScale>;
  /** Of an experiment, where some stand beside what they are measured as together. */
  nameOf?: (experiment: number) => string;
}

/** An effect along values: a line per series, experiments of a group as open marks in its colour. */
export function alongPanel(title: string, series: readonly SweepSeries[], along: ValueAxis): LinePanel {
  const kind = along.kind ?? axisScale(along.values);
  const { place, axis } = placesOf(along.values, kind);
  const { metric } = series[0].points[0].effect;
  return {
    ...{ kind: 'lines', title, chance: null, spans: [] },
    x: { ...axis, title: along.title },
    y: {
      title: differenceTitle(metric),
      text: (value) => amountTick(value, metric),
      least: leastOf(metric),
      most: METRICS[metric].limits[1],
    },
    series: series.map(({ label, points }, i) => {
      const colour = COLOURS[i % COLOURS.length]!;
      const alone = new Set(points.map(({ value }) => value)).size === points.length;
      const nameOf = (id: number) => along.nameOf?.(id) ?? `#${id}`;
      return {
        ...{ name: label, colour, interval: 'bars' },
        // Through several points at one value a line would say nothing.
        joined: kind !== 'names' && alone,
        points: points.map(({ value, effect, singles, experiments }) => ({
          ...{ x: place(value), ...spotOf(effect) },
          ...(alone ? {} : { of: experiments.map(nameOf).join(', ') }),
          singles: singles?.map(({ experiment, mean }) => ({
            ...{ name: nameOf(experiment), value: mean },
            ...{ colour, mark: 'circle' as const },
          })),
        })),
      };
    }),
  };
}

/** Room beside the outermost values, as a share of what lies between them. */
const BESIDE = 0.08;

/** Where values stand: numbers where they are, or by their logarithm; anything else beside each other. */
function placesOf(
  values: readonly SweepValue[],
  kind: ReturnType<typeof axisScale>,
): {
  place: (value: SweepValue) => number;
  axis: Omit<LinePanel['x'], 'title'>;
} {
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
