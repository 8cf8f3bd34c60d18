/** Lines over named places (checkpoints, layers) as a Chart.js config, with 95 % intervals over seeds. */
import type { ChartDataset } from 'chart.js';
import { endsOf, type Interval } from '#shared/stats/interval.ts';
import { linearAxes, tooltipLook } from './axes.ts';
import type { ChartColours, LineConfig, Point } from './chart.ts';

export interface PlacedSeries {
  label: string;
  colour: string;
  /** One for each place; null where there is none. */
  points: readonly (Interval | null)[];
}

interface PlacedLook {
  places: readonly string[];
  /** What the values are. */
  unit: string;
  text(value: number): string;
}

type Line = ChartDataset<'line', Point[]>;

/** Lines stand apart by this share of the way from a place to the next, so that intervals can be told apart. */
const APART = 0.05;
const MARGIN = 0.4;
const MOST_TICKS = 10;

export function placedLinesConfig(
  series: readonly PlacedSeries[],
  { places, unit, text }: PlacedLook,
  colours: ChartColours,
): LineConfig {
  const { x, y } = linearAxes(colours, { x: '', y: unit }, {}) ?? {};
  const step = Math.ceil(places.length / MOST_TICKS);
  const shown = places.map((_, i) => i).filter((i) => i % step === 0);
  return {
    type: 'line',
    data: { datasets: series.flatMap((each, i) => linesOf(each, (i - (series.length - 1) / 2) * APART)) },
    options: {
      // Whoever shows it gives it its size.
      responsive: false,
      maintainAspectRatio: false,
      layout: { padding: { top: 10, right: 8 } },
      interaction: { mode: 'nearest', intersect: true },
      scales: {
        y,
        x: {
          ...x,
          min: -MARGIN,
          max: places.length - 1 + MARGIN,
          title: { display: false },
          afterBuildTicks: (scale: { ticks: { value: number }[] }) => {
            scale.ticks = shown.map((value) => ({ value }));
          },
          ticks: {
            color: colours.muted,
            maxRotation: 30,
            callback: (value: unknown) => places[Number(value)] ?? '',
          },
        },
      } as NonNullable<LineConfig['options']>['scales'],
      plugins: {
        tooltip: {
          ...tooltipLook(colours),
          filter: ({ datasetIndex }) => datasetIndex % 2 === 0,
          callbacks: {
            title: ([item]) => places[Math.round(item?.parsed.x ?? 0)] ?? '',
            label: ({ datasetIndex, parsed }) => {
              const each = series[datasetIndex / 2];
              const point = each?.points[Math.round(parsed.x ?? 0)];
              return each && point ? `${each.label}: ${intervalText(point, text)}` : '';
            },
          },
        },
      },
    },
  };
}

function linesOf({ label, colour, points }: PlacedSeries, shift: number): Line[] {
  const there = points.flatMap((point, i) => (point ? [{ point, x: i + shift }] : []));
  const mean: Line = {
    label,
    data: there.map(({ point, x }) => ({ x, y: point.mean })),
    borderColor: colour,
    backgroundColor: colour,
    borderWidth: 2,
    pointRadius: 4,
    pointHoverRadius: 5,
    pointHitRadius: 14,
    pointBorderWidth: 0,
    order: 1,
  };
  const interval: Line = {
    // Not a number: the line is broken between two intervals.
    data: there.flatMap(({ point, x }) => {
      const ends = endsOf(point);
      return ends.length > 0 ? [...ends, NaN].map((y) => ({ x, y })) : [];
    }),
    borderColor: colour,
    borderWidth: 1.5,
    pointRadius: 0,
    pointHitRadius: 0,
    spanGaps: false,
    order: 2,
  };
  return [mean, interval];
}

/** `0.12 (0.08 to 0.16)`. */
export function meanText({ mean, low, high }: Interval, text: (value: number) => string): string {
  return `${text(mean)}${low === null || high === null ? '' : ` (${text(low)} to ${text(high)})`}`;
}

/** `0.12 (0.08 to 0.16), 5 seeds`. */
export function intervalText(interval: Interval, text: (value: number) => string): string {
  return `${meanText(interval, text)}, ${interval.n === 1 ? 'one seed' : `${interval.n} seeds`}`;
}

/** The same in words. */
export function describePlaced(
  title: string,
  series: readonly PlacedSeries[],
  { places, text }: PlacedLook,
): string {
  const lines = series.map(({ label, points }) => {
    const last = points.findLastIndex((point) => point !== null);
    const point = points[last];
    return point ? `${label} ${text(point.mean)} at ${places[last]}` : `${label} none`;
  });
  return `${title}. ${lines.join('; ')}.`;
}
