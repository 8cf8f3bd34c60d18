/**
 * Looking at a part of a chart: by dragging over it, by the wheel with Ctrl, and by keys. The limits are kept by whoever
 * shows the chart, so that they stand in its link and can be undone: chartjs-plugin-zoom keeps its own, has no keys, and
 * needs hammerjs, which has had no release since 2016.
 */
import type { Chart } from './chart.ts';

export type Range = [low: number, high: number];

export interface ZoomLimits {
  x: Range | null;
  y: Range | null;
}

/** A place on the chart in pixels. */
export interface Spot {
  x: number;
  y: number;
}

type Scales = Pick<Chart, 'scales' | 'chartArea'>;

/** Less than this is no stretch that anybody meant, in pixels. */
const LEAST = 12;
const STEP = 0.25;

/** The part between two corners; null where it is too small to be meant. A flat one is a stretch of one axis. */
export function between(
  { scales: { x, y }, chartArea }: Scales,
  from: Spot,
  to: Spot,
  now: ZoomLimits | null,
): ZoomLimits | null {
  if (!x || !y) return null;
  const stretch = (a: number, b: number, [low, high]: Range): Range | null => {
    const [first, last] = [Math.min(a, b), Math.max(a, b)];
    return last - first < LEAST ? null : [Math.max(low, first), Math.min(high, last)];
  };
  const across = stretch(from.x, to.x, [chartArea.left, chartArea.right]);
  const down = stretch(from.y, to.y, [chartArea.top, chartArea.bottom]);
  if (!across && !down) return null;
  return {
    x: across ? valuesAt(x, across) : (now?.x ?? null),
    y: down ? valuesAt(y, [down[1], down[0]]) : (now?.y ?? null),
  };
}

interface Scale {
  min: number;
  max: number;
  getValueForPixel(pixel: number): number | undefined;
}

function valuesAt(scale: Scale, [low, high]: Range): Range {
  return short([scale.getValueForPixel(low) ?? scale.min, scale.getValueForPixel(high) ?? scale.max]);
}

/** With as many digits as can be seen: limits stand in an address. */
export function short([low, high]: Range): Range {
  const digits = Math.min(12, Math.max(0, 3 - Math.floor(Math.log10(Math.max(high - low, 1e-12)))));
  const [from, to] = [low, high].map((value) => Number(value.toFixed(digits))) as Range;
  return from < to ? [from, to] : [low, high];
}

/** Closer to a place, or farther from it; null where all is in sight again. @param at share of the way along it */
export function nearer({ min, max }: Range2, whole: Range, factor: number, at = 0.5): Range | null {
  const span = (max - min) * factor;
  const low = min + (max - min - span) * at;
  return within([low, low + span], whole);
}

interface Range2 {
  min: number;
  max: number;
}

/** Along the axis by a share of what is in sight. */
export function moved({ min, max }: Range2, whole: Range, share: number): Range | null {
  const by = (max - min) * share;
  const held = Math.min(Math.max(by, whole[0] - min), whole[1] - max);
  return within([min + held, max + held], whole);
}

function within([low, high]: Range, whole: Range): Range | null {
  const range: Range = [Math.max(low, whole[0]), Math.min(high, whole[1])];
  return range[0] <= whole[0] && range[1] >= whole[1] ? null : short(range);
}

/** What a key does: null for a key that does nothing here. @param whole all of the x axis */
export function byKey(
  key: string,
  { scales: { x } }: Scales,
  whole: Range,
  now: ZoomLimits | null,
): { zoom: ZoomLimits | null } | null {
  if (!x) return null;
  const along = (range: Range | null) => ({ zoom: range || now?.y ? { x: range, y: now?.y ?? null } : null });
  switch (key) {
    case '+':
    case '=':
      return along(nearer(x, whole, 1 - STEP));
    case '-':
      return along(nearer(x, whole, 1 / (1 - STEP)));
    case 'ArrowLeft':
      return now?.x ? along(moved(x, whole, -STEP)) : null;
    case 'ArrowRight':
      return now?.x ? along(moved(x, whole, STEP)) : null;
    case '0':
    case 'Escape':
      return now ? { zoom: null } : null;
    default:
      return null;
  }
}
