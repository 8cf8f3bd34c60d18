/** Rows of a JSON Lines file: the history of a W&B run, or of anything that logs an object a line. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { cellOf, seriesError, type Cell, type SeriesFile, type SeriesRow } from './rows.ts';

/** A line beyond this is no row of numbers. */
const MAX_LINE = 10_000_000;

/**
 * Streams the lines; objects within objects are named with a dot, as W&B names them.
 * @throws UserError `series.json` naming the file, the line and the value
 */
export async function readJsonLines(file: SeriesFile, use: (row: SeriesRow) => void): Promise<void> {
  const stream = createReadStream(file.path, 'utf8');
  let line = 0;
  try {
    for await (const text of createInterface({ input: stream, crlfDelay: Infinity })) {
      line++;
      const plain = text.replace(/^\uFEFF/, '');
      if (plain.trim() !== '') use({ at: line, cells: jsonCells(parsed(file, plain, line)) });
    }
  } finally {
    stream.destroy();
  }
}

function parsed(file: SeriesFile, text: string, line: number): object {
  const where = { file: file.name, at: `line ${line}`, value: text };
  if (text.length > MAX_LINE) throw seriesError('json', where, `has more than ${MAX_LINE} characters`);
  let value: unknown;
  try {
    value = looseJson(text);
  } catch {
    throw seriesError('json', where, 'is no JSON; give one object a line, or mend that line');
  }
  if (isObject(value)) return value;
  throw seriesError('json', where, 'is no JSON object; give one object a line');
}

/** JSON as Python writes it: with names for numbers that are not finite. @throws SyntaxError */
export function looseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!/NaN|Infinity/.test(text)) throw error;
    return JSON.parse(text.replace(/(?<=[:[,]\s*)(NaN|-?Infinity)(?=\s*[,\]}])/g, '"$1"'));
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isDrawn = (value: unknown): value is { _type: string } =>
  isObject(value) && '_type' in value && typeof value._type === 'string';

/** The numbers and texts of an object; lists and nulls are none, and what W&B drew is one cell. */
export function jsonCells(value: object, prefix = '', found = new Map<string, Cell>()): Map<string, Cell> {
  for (const [key, inner] of Object.entries(value) as [string, unknown][]) {
    const name = `${prefix}${key}`;
    if (typeof inner === 'number' || typeof inner === 'bigint') found.set(name, Number(inner));
    else if (typeof inner === 'string') setCell(found, name, cellOf(inner));
    else if (isDrawn(inner)) found.set(name, JSON.stringify({ _type: inner._type }));
    else if (isObject(inner)) jsonCells(inner, `${name}.`, found);
  }
  return found;
}

function setCell(found: Map<string, Cell>, name: string, cell: Cell | null): void {
  if (cell !== null) found.set(name, cell);
}
