/** What every kind of file is read as: rows of named cells, each with its place for messages. */
import { showValue, UserError } from '#shared/errors.ts';
import type { SeriesKind } from '#shared/series-kinds.ts';

/** A number, or the text of a cell that is none; empty cells are left out. */
export type Cell = number | string;

export interface SeriesRow {
  /** Its line, entry or step, by the kind of file. */
  at: number;
  cells: ReadonlyMap<string, Cell>;
}

const AT: Record<SeriesKind, (at: number) => string> = {
  csv: (at) => `line ${at}`,
  'credence-csv': (at) => `line ${at}`,
  'json-lines': (at) => `line ${at}`,
  parquet: (at) => `row ${at}`,
  'event-file': (at) => `step ${at}`,
  'trainer-state': (at) => `entry ${at} of log_history`,
  wandb: (at) => `_step ${at}`,
};

/** The place of a row, in words. */
export const atText = (kind: SeriesKind, at: number): string => AT[kind](at);

/** A file as it is read, and what it goes by. */
export interface SeriesFile {
  /** Below what is imported, with `/` between folders; or its name. */
  name: string;
  path: string;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** As Python, JavaScript and pandas write what is no finite number. */
const NOT_FINITE = /^([+-]?(inf|infinity)|nan)$/i;

/** The cell of a text; null where it is empty. A number that is not finite is NaN. */
export function cellOf(text: string): Cell | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  if (NUMBER.test(trimmed)) return Number(trimmed);
  return NOT_FINITE.test(trimmed) ? NaN : trimmed;
}

const MEDIA = /['"]_type['"]\s*:\s*['"]([\w.-]+)['"]/;

/** What W&B wrote in place of a number, such as `histogram` or `image-file`; null for any other cell. */
export function mediaOf(cell: Cell): string | null {
  return typeof cell === 'string' && cell.startsWith('{') ? (MEDIA.exec(cell)?.[1] ?? null) : null;
}

/** An error about a place in a file, with the value there and what to do. */
export function seriesError(
  code: string,
  { file, at, value }: { file: string; at?: string; value?: unknown },
  what: string,
): UserError {
  const place = at === undefined ? '' : `, ${at}`;
  const shown = value === undefined ? '' : `: ${showValue(value)}`;
  return new UserError(`series.${code}`, `${showValue(file, 200)}${place}${shown} ${what}`);
}
