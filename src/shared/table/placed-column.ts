/** A column of compared experiments or runs as an axis: numbers along a line or by their logarithm, names at places. */
import type { ComparedPoints } from '../api/analysis.ts';
import type { Cell } from './filter.ts';
import { axisScale } from '../stats/sweep.ts';
import { drawnScale, isShare } from '../metrics.ts';

export interface PlacedColumn {
  id: string;
  /** With its unit. */
  label: string;
  kind: 'linear' | 'log' | 'names';
  /** Whether it could be logarithmic. */
  loggable: boolean;
  /** The names in order; empty for numbers. */
  names: string[];
  /** One per row: where it stands, in drawn units; null where it has no place. */
  places: (number | null)[];
  /** One per row, as it is written. */
  texts: string[];
  /** One per row, as it is. */
  cells: Cell[];
}

/** @param switched columns whose axis is not the kind that it would be by itself */
export function placedColumns(
  { columns, rows }: ComparedPoints,
  switched: readonly string[],
): PlacedColumn[] {
  return columns.map(({ id, label, metric, difference }, at) => {
    const cells = rows.map(({ cells: of }) => of[at] ?? null);
    const texts = rows.map(({ texts: of }) => of[at] ?? '');
    const numbers = cells.filter((cell) => typeof cell === 'number');
    const there = cells.filter((cell) => cell !== null);
    if (numbers.length < there.length) return { ...namedColumn(id, label, texts), cells };
    const scale = metric ? drawnScale(metric) : 1;
    const loggable = numbers.length > 0 && numbers.every((value) => value > 0);
    const wide = metric === null && axisScale(numbers) === 'log';
    return {
      ...{ id, texts, cells, loggable, names: [] },
      label: metric && isShare(metric) ? `${label} (${difference ? 'points' : '%'})` : label,
      kind: loggable && wide !== switched.includes(id) ? 'log' : 'linear',
      places: cells.map((cell) => (typeof cell === 'number' ? cell * scale : null)),
    };
  });
}

function namedColumn(id: string, label: string, texts: string[]): Omit<PlacedColumn, 'cells'> {
  const names = [...new Set(texts)].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const places = texts.map((text) => names.indexOf(text));
  return { id, label, kind: 'names', loggable: false, names, places, texts };
}

/** Free room at either end of an axis, as a share of it. */
const MARGIN = 0.07;

/** The limits of an axis that holds all that have a place on the other one, too, with some room; null where nothing has. */
export function placedDomain(
  { kind, names, places }: PlacedColumn,
  other: PlacedColumn,
): [low: number, high: number] | null {
  if (kind === 'names') return [-0.5, names.length - 0.5];
  const there = places.flatMap((place, row) => (place === null || other.places[row] === null ? [] : [place]));
  if (there.length === 0) return null;
  const [low, high] = [Math.min(...there), Math.max(...there)];
  if (kind === 'log') {
    const by = (high / low || 1) ** MARGIN * 1.02;
    return [low / by, high * by];
  }
  const room = (high - low || Math.abs(high) || 1) * MARGIN;
  return [low - room, high + room];
}
