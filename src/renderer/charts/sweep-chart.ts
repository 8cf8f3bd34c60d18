/** An effect against the swept value as a Chart.js config: means with 95 % intervals, a faint dot per seed. */
import type { ChartDataset } from 'chart.js';
import type { AnnotationOptions } from 'chartjs-plugin-annotation';
import type { MetricId } from '#shared/metrics.ts';
import { amountInterval, amountWithUnit } from '#shared/stats/amount.ts';
import { endsOf } from '#shared/stats/interval.ts';
import { axisScale, type SweepSeries } from '#shared/stats/sweep.ts';
import type { SweepValue } from '#shared/sweep.ts';
import { valueText } from '#shared/field-names.ts';
import { differenceTitle } from '#shared/measured-names.ts';
import { lineColour, withAlpha } from '../lib/colours.ts';
import { plural } from '../lib/format.ts';
import { drawnScale } from '#shared/metrics.ts';
import { linearAxes, tooltipLook } from './axes.ts';
import type { ChartColours, LineConfig, Point } from './chart.ts';

interface SweepLook {
  /** What is on the axis, and what a value there means where it is a code. */
  title: string;
  meaning: (value: SweepValue) => string | null;
  values: readonly SweepValue[];
  /** That of all effects. */
  metric: MetricId;
  dark: boolean;
  /** How values are spaced; by what they are unless said. */
  scale?: Kind;
  /** Of an experiment, where some stand beside what they are measured as together. */
  nameOf?: (experiment: number) => string;
}

type Line = ChartDataset<'line', Point[]>;
type Kind = ReturnType<typeof axisScale>;

/** Values beyond this many are not all named on the axis. */
const MOST_TICKS = 12;
/** Free room at either end, as a share of the axis. */
const MARGIN = 0.09;
/** Lines are moved apart by this share of the axis, seeds stand beside their mean by it. */
const APART = 0.012;
/** Datasets of a series: means, intervals, seeds, experiments of a group. */
const OF_SERIES = 4;

export function sweepChartConfig(
  series: readonly SweepSeries[],
  look: SweepLook,
  colours: ChartColours,
): LineConfig {
  const kind = look.scale ?? axisScale(look.values);
  const axis = axisOf(look.values, kind);
  const datasets = series.flatMap((each, i) => {
    const shift = (i - (series.length - 1) / 2) * APART;
    const inks = { colour: lineColour(i, look.dark), paper: colours.card };
    return linesOf(each, inks, kind, (value, by) => axis.place(value, shift + by));
  });
  return {
    type: 'line',
    data: { datasets },
    options: {
      // Whoever shows it gives it its size.
      responsive: false,
      maintainAspectRatio: false,
      layout: { padding: { top: 10, right: 8 } },
      interaction: { mode: 'nearest', intersect: true },
      scales: scalesOf(look, kind, axis, colours, series.length > 0),
      plugins: {
        annotation: { annotations: [zeroLine(colours)] },
        tooltip: { ...tooltipLook(colours), ...tooltipText(series, look) },
      },
    },
  };
}

interface Axis {
  min: number;
  max: number;
  /** Where a value stands, moved by a share of the axis. */
  place: (value: SweepValue, by: number) => number;
}

function axisOf(values: readonly SweepValue[], kind: Kind): Axis {
  const keys = values.map((value) => JSON.stringify(value));
  const at = (value: SweepValue) => (kind === 'names' ? keys.indexOf(JSON.stringify(value)) : Number(value));
  const places = values.map(at);
  const [least, most] = [Math.min(...places), Math.max(...places)];
  if (kind === 'log') {
    const ratio = most / least;
    const by = (share: number) => ratio ** share;
    return {
      min: least / by(MARGIN),
      max: most * by(MARGIN),
      place: (value, share) => at(value) * by(share),
    };
  }
  const span = most - least || 1;
  return {
    min: least - span * MARGIN,
    max: most + span * MARGIN,
    place: (value, share) => at(value) + span * share,
  };
}

function scalesOf(
  { title, values, metric }: SweepLook,
  kind: Kind,
  axis: Axis,
  colours: ChartColours,
  measured: boolean,
): NonNullable<LineConfig['options']>['scales'] {
  const text = { x: title, y: differenceTitle(metric) };
  const { x, y } = linearAxes(colours, text, {}) ?? {};
  const step = Math.ceil(values.length / MOST_TICKS);
  const shown = values.filter((_, i) => i % step === 0);
  return {
    // Numbers beside an empty place would mean nothing.
    y: measured ? y : { ...y, grid: { display: false }, ticks: { ...y?.ticks, color: 'transparent' } },
    x: {
      ...x,
      type: kind === 'log' ? 'logarithmic' : 'linear',
      min: axis.min,
      max: axis.max,
      // Ticks stand at the values themselves.
      afterBuildTicks: (scale: { ticks: { value: number }[] }) => {
        scale.ticks = shown.map((value) => ({ value: axis.place(value, 0) }));
      },
      ticks: {
        color: colours.muted,
        maxRotation: 0,
        callback: (_: unknown, i: number) => valueText(shown[i]),
      },
    },
  } as NonNullable<LineConfig['options']>['scales'];
}

function linesOf(
  { label, points }: SweepSeries,
  { colour, paper }: { colour: string; paper: string },
  kind: Kind,
  place: (value: SweepValue, by: number) => number,
): Line[] {
  const mean: Line = {
    label,
    data: points.map(({ value, effect }) => ({
      x: place(value, 0),
      y: effect.mean * drawnScale(effect.metric),
    })),
    borderColor: colour,
    backgroundColor: colour,
    borderWidth: 2,
    // Through several points at one value a line would say nothing.
    showLine: kind !== 'names' && new Set(points.map(({ value }) => value)).size === points.length,
    pointRadius: 5,
    pointHoverRadius: 6,
    pointHitRadius: 16,
    pointBorderWidth: 0,
    order: 1,
  };
  const whole = points.filter(({ effect }) => effect.low !== null);
  const interval: Line = {
    // Not a number: the line is broken between two intervals.
    data: whole.flatMap(({ value, effect }) =>
      [...endsOf(effect), NaN].map((y) => ({ x: place(value, 0), y: y * drawnScale(effect.metric) })),
    ),
    borderColor: colour,
    borderWidth: 2,
    pointRadius: 0,
    pointHitRadius: 0,
    spanGaps: false,
    order: 2,
  };
  const seeds: Line = {
    data: points.flatMap(({ value, effect }) =>
      effect.per_seed.map(({ difference }) => ({
        x: place(value, 2 * APART),
        y: difference * drawnScale(effect.metric),
      })),
    ),
    showLine: false,
    borderColor: withAlpha(colour, 0.45),
    backgroundColor: withAlpha(colour, 0.45),
    pointRadius: 2.4,
    pointHoverRadius: 2.4,
    pointHitRadius: 0,
    pointBorderWidth: 0,
    order: 3,
  };
  const singles: Line = {
    data: singlesOf(points).map(({ value, mean: found, metric }) => ({
      x: place(value, -2 * APART),
      y: found * drawnScale(metric),
    })),
    showLine: false,
    borderColor: colour,
    backgroundColor: paper,
    pointRadius: 4,
    pointHoverRadius: 5,
    pointHitRadius: 6,
    pointBorderWidth: 1.75,
    order: 0,
  };
  return [mean, interval, seeds, singles];
}

/** Experiments of groups, one by one. */
function singlesOf(points: SweepSeries['points']) {
  return points.flatMap(({ value, effect: { metric }, singles = [] }) =>
    singles.map((single) => ({ ...single, value, metric })),
  );
}

function zeroLine(colours: ChartColours): AnnotationOptions {
  return {
    type: 'line',
    scaleID: 'y',
    value: 0,
    borderColor: colours.strong,
    borderWidth: 1,
    borderDash: [4, 3],
    drawTime: 'beforeDatasetsDraw',
  };
}

function tooltipText(
  series: readonly SweepSeries[],
  { title, meaning, nameOf }: Pick<SweepLook, 'title' | 'meaning' | 'nameOf'>,
): NonNullable<NonNullable<LineConfig['options']>['plugins']>['tooltip'] {
  const pointsAt = (dataset: number) => series[Math.floor(dataset / OF_SERIES)]?.points ?? [];
  const isSingle = (dataset: number) => dataset % OF_SERIES === OF_SERIES - 1;
  const valueAt = (dataset: number, index: number) =>
    (isSingle(dataset) ? singlesOf(pointsAt(dataset)) : pointsAt(dataset))[index]?.value;
  const singleText = (dataset: number, index: number) => {
    const single = singlesOf(pointsAt(dataset))[index];
    if (!single) return '';
    const name = nameOf?.(single.experiment) ?? `#${single.experiment}`;
    return `${name}: ${amountWithUnit(single.mean, single.metric)}`;
  };
  return {
    filter: ({ datasetIndex }) => datasetIndex % OF_SERIES === 0 || isSingle(datasetIndex),
    callbacks: {
      title: ([item]) => {
        const value = item && valueAt(item.datasetIndex, item.dataIndex);
        const means = value === undefined ? null : meaning(value);
        return `${title}: ${valueText(value)}${means ? ` (${means})` : ''}`;
      },
      label: ({ dataset, datasetIndex, dataIndex }) => {
        if (isSingle(datasetIndex)) return singleText(datasetIndex, dataIndex);
        const point = pointsAt(datasetIndex)[dataIndex];
        return point ? `${dataset.label ? `${dataset.label}: ` : ''}${pointText(point)}` : '';
      },
    },
  };
}

/** `+4.6 points (3.1 to 6.0), 10 seeds`; of several experiments `…, 2 experiments`. */
function pointText({ effect, experiments }: SweepSeries['points'][number]): string {
  const interval = effect.low !== null ? ` (${amountInterval(effect, effect.metric)})` : '';
  return `${amountWithUnit(effect.mean, effect.metric)}${interval}, ${plural(effect.n, 'seed')}${experiments.length > 1 ? `, ${plural(experiments.length, 'experiment')}` : ''}`;
}

/** The same in words. */
export function describeSweep(series: readonly SweepSeries[], name: string, along: string): string {
  const lines = series.map(({ label, points }) => {
    const list = points.map(
      ({ value, effect, experiments }) =>
        `${valueText(value)}: ${amountWithUnit(effect.mean, effect.metric)}${experiments.length > 1 ? ` (${plural(experiments.length, 'experiment')})` : ''}`,
    );
    return `${label ? `${label}: ` : ''}${list.join('; ')}`;
  });
  return `${name} against ${along}. ${lines.join('. ') || 'No finished seed yet.'}`;
}
