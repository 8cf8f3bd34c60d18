/**
 * Parallel coordinates: an axis a column, a line a row, and stretches of axes that choose among the lines. Drawn here
 * as SVG with d3's scales: chartjs-chart-pcp, the plugin for Chart.js, has no brushes, and nothing in a canvas can be
 * reached by keys.
 */
import { scaleLinear, scaleLog, scalePoint } from 'd3-scale';
import { brushed, type Brush } from './brush.ts';
import type { PlacedColumn } from './placed-column.ts';

/** Where the values of a column stand along its axis. */
export interface ParallelAxis {
  column: PlacedColumn;
  /** Pixels from the top; null where a row has no value. */
  at: (row: number) => number | null;
  ticks: { at: number; text: string }[];
  /** The places that a key leads to, from the top. */
  stops: number[];
  /** What a stretch of the axis, in pixels, chooses. */
  choose: (top: number, bottom: number) => Brush;
  /** Pixels of what is chosen; null where it is nothing of this axis. */
  stretch: (brush: Brush) => [top: number, bottom: number] | null;
  /** A place on the axis in words. */
  say: (at: number) => string;
}

const TICKS = 5;
const STOPS = 20;

/** @param top and bottom ends of the axis, in pixels */
export function parallelAxis(column: PlacedColumn, top: number, bottom: number): ParallelAxis {
  return column.kind === 'names' ? namesAxis(column, top, bottom) : numbersAxis(column, top, bottom);
}

function namesAxis(column: PlacedColumn, top: number, bottom: number): ParallelAxis {
  const scale = scalePoint(column.names, [bottom, top]).padding(0.5);
  const placeOf = (name: string) => scale(name) ?? bottom;
  const places = column.names.map(placeOf);
  const step = column.names.length > 1 ? scale.step() : bottom - top;
  const nearest = (at: number) =>
    column.names.toSorted((a, b) => Math.abs(placeOf(a) - at) - Math.abs(placeOf(b) - at))[0] ?? '';
  return {
    column,
    at: (row) => placeOf(column.texts[row]!),
    ticks: column.names.map((text, i) => ({ at: places[i]!, text })),
    stops: places.flatMap((at) => [at - step / 2, at + step / 2]).toSorted((a, b) => a - b),
    choose: (from, to) => ({
      column: column.id,
      kind: 'names',
      names: column.names.filter((_, i) => places[i]! >= from && places[i]! <= to),
    }),
    stretch: (brush) => {
      const chosen = brush.kind === 'names' ? column.names.filter((name) => brush.names.includes(name)) : [];
      const at = chosen.map(placeOf);
      return at.length > 0 ? [Math.min(...at) - step / 2, Math.max(...at) + step / 2] : null;
    },
    say: nearest,
  };
}

function numbersAxis(column: PlacedColumn, top: number, bottom: number): ParallelAxis {
  const there = column.places.filter((place) => place !== null);
  const [low, high] = there.length > 0 ? [Math.min(...there), Math.max(...there)] : [0, 1];
  // Where all are the same they stand in the middle.
  const pad = high > low ? 0 : Math.abs(high) || 1;
  const scale =
    column.kind === 'log' && high > low
      ? scaleLog([low, high], [bottom, top])
      : scaleLinear([low - pad, high + pad], [bottom, top]);
  const valueAt = (at: number) => short(scale.invert(Math.min(bottom, Math.max(top, at))), high - low || pad);
  const linear = scale.tickFormat(TICKS);
  // By their logarithm, d3 would write 500µ.
  const format = column.kind === 'log' ? (value: number) => String(Number(value.toPrecision(3))) : linear;
  return {
    column,
    at: (row) => {
      const place = column.places[row] ?? null;
      return place === null ? null : scale(place);
    },
    ticks: ticksOf(scale, low, high).map((value) => ({
      at: scale(value),
      text: format(value) || String(value),
    })),
    stops: Array.from({ length: STOPS + 1 }, (_, i) => top + ((bottom - top) * i) / STOPS),
    choose: (from, to) => ({ column: column.id, kind: 'range', low: valueAt(to), high: valueAt(from) }),
    stretch: (brush) => {
      if (brush.kind !== 'range') return null;
      const ends = [brush.high, brush.low].map((value) => Math.min(bottom, Math.max(top, scale(value))));
      return [ends[0]!, ends[1]!];
    },
    say: (at) => String(valueAt(at)),
  };
}

interface Ticks {
  ticks(count: number): number[];
}

function ticksOf(scale: Ticks, low: number, high: number): number[] {
  if (high === low) return [low];
  const ticks = scale.ticks(TICKS);
  // Powers of ten may be all too far apart, or too many.
  return ticks.length >= 2 && ticks.length <= 2 * TICKS ? ticks : [low, high];
}

/** As many digits as can be told apart on an axis. */
function short(value: number, span: number): number {
  return Number(value.toFixed(Math.min(12, Math.max(0, 3 - Math.floor(Math.log10(span))))));
}

/** Which rows every brush lets through. Of a column that is no axis any more, a brush says nothing. */
export function chosenRows(
  columns: readonly PlacedColumn[],
  rows: number,
  brushes: readonly Brush[],
): boolean[] {
  const known = brushes.flatMap((brush) => {
    const column = columns.find(({ id }) => id === brush.column);
    return column ? [{ brush, column }] : [];
  });
  return Array.from({ length: rows }, (_, row) =>
    known.every(({ brush, column }) =>
      brushed(brush, column.kind === 'names' ? null : (column.places[row] ?? null), column.texts[row]!),
    ),
  );
}
