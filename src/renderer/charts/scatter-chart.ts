/** Two columns of experiments or runs against each other as a Chart.js config: a point a row, named on hover. */
import type { ChartDataset } from 'chart.js';
import { lineMark } from '#shared/experiment-colours.ts';
import { lineColour, withAlpha } from '../lib/colours.ts';
import { linearAxes, tickText, tooltipLook } from './axes.ts';
import type { ChartColours, LineConfig, Point } from './chart.ts';
import { placedDomain, type PlacedColumn } from '#shared/table/placed-column.ts';

export interface ScatterPoint {
  experiment: number;
  /** What stands beside it on hover. */
  name: string;
  /** Whose colour it has: its experiment or its group, with the place among colours. */
  of: { name: string; place: number };
  /** Its row in both columns. */
  row: number;
  /** Whether it is among those that were chosen. */
  chosen: boolean;
}

type Line = ChartDataset<'line', Point[]>;

export function scatterConfig(
  points: readonly ScatterPoint[],
  { x, y }: { x: PlacedColumn; y: PlacedColumn },
  dark: boolean,
  colours: ChartColours,
): LineConfig {
  const placed = placedPoints(points, x, y);
  const inks = [...Map.groupBy(placed, ({ of }) => of.place).values()];
  const pointAt = ({ datasetIndex, dataIndex }: { datasetIndex: number; dataIndex: number }) =>
    inks[datasetIndex]?.[dataIndex];
  const scales = linearAxes(colours, { x: x.label, y: y.label }, {}) as Record<'x' | 'y', object>;
  return {
    type: 'line',
    data: { datasets: inks.map((of) => dotsOf(of, dark)) },
    options: {
      // Whoever shows it gives it its size.
      responsive: false,
      maintainAspectRatio: false,
      layout: { padding: { top: 10, right: 12 } },
      interaction: { mode: 'nearest', intersect: true },
      scales: {
        x: { ...scales.x, ...axisOf(x, y, colours) },
        y: { ...scales.y, ...axisOf(y, x, colours) },
      } as NonNullable<LineConfig['options']>['scales'],
      plugins: {
        tooltip: {
          ...tooltipLook(colours),
          callbacks: {
            // Points that coincide are all named.
            title: (items) => items.map((item) => pointAt(item)?.name ?? ''),
            label: (item) => {
              const row = pointAt(item)?.row ?? 0;
              return [`${x.label}: ${x.texts[row]}`, `${y.label}: ${y.texts[row]}`];
            },
          },
        },
      },
    },
  };
}

/** Those that have a place on both axes. */
export function placedPoints(
  points: readonly ScatterPoint[],
  x: PlacedColumn,
  y: PlacedColumn,
): (ScatterPoint & Point)[] {
  return points.flatMap((point) => {
    const [across, up] = [x.places[point.row] ?? null, y.places[point.row] ?? null];
    return across === null || up === null ? [] : [{ ...point, x: across, y: up }];
  });
}

function dotsOf(points: readonly (ScatterPoint & Point)[], dark: boolean): Line {
  const { name, place } = points[0]!.of;
  const colour = lineColour(place, dark);
  const colourOf = ({ chosen }: ScatterPoint) => withAlpha(colour, chosen ? 0.85 : 0.16);
  return {
    label: name,
    data: points.map(({ x, y }) => ({ x, y })),
    showLine: false,
    pointStyle: lineMark(place),
    pointRadius: 6,
    pointHoverRadius: 8,
    pointHitRadius: 6,
    pointBackgroundColor: points.map(colourOf),
    pointBorderWidth: 0,
    borderColor: colour,
    backgroundColor: colour,
  };
}

/** Limits with some room, and ticks at names where it has such. */
function axisOf(column: PlacedColumn, other: PlacedColumn, colours: ChartColours): object {
  const { kind, names } = column;
  const [min, max] = placedDomain(column, other) ?? [];
  if (min === undefined) return {};
  if (kind === 'log') return { type: 'logarithmic', min, max };
  if (kind === 'linear')
    return { min, max, ticks: { color: colours.muted, callback: tickText, includeBounds: false } };
  return {
    ...{ min, max },
    afterBuildTicks: (scale: { ticks: { value: number }[] }) => {
      scale.ticks = names.map((_, value) => ({ value }));
    },
    ticks: {
      color: colours.muted,
      maxRotation: 30,
      callback: (value: number) => names[value] ?? '',
    },
  };
}

/** The same in words. */
export function describeScatter(points: readonly ScatterPoint[], x: PlacedColumn, y: PlacedColumn): string {
  const list = points.map(({ name, row }) => `${name}: ${x.texts[row]}, ${y.texts[row]}`);
  return `${y.label} against ${x.label}. ${list.join('; ')}.`;
}
