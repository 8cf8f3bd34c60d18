/** Ways to go on with a filter at a place: columns by any of their names, signs, values that there are, words. */
import type { Completion } from '#shared/api/table.ts';
import { fieldNames } from '#shared/field-names.ts';
import { columnNamed, offeredColumns, type Column } from '#shared/table/columns.ts';
import type { RowKind } from '#shared/table/rows.ts';
import type { Cell } from '#shared/table/filter.ts';
import type { HistoryTable } from './table.ts';

const MOST = 12;
/** A column, a sign and the beginning of a value. */
const COMPARED =
  /([^\s()<>=!~:"#]+|(?:last|max|mean)\([^\s()]*\)(?:\.vs\d+)?)\s*(<=|>=|!=|[<>=~:])\s*("[^"]*|[^\s()"]*)$/u;
const WORD = /[^\s()<>=!~:"#]*$/u;

/** @param at characters before the cursor */
export function completions(table: HistoryTable, text: string, at: number, rows: RowKind): Completion[] {
  const before = text.slice(0, at);
  const compared = COMPARED.exec(before);
  if (compared) return valuesOf(table, rows, compared, at);
  const [word] = WORD.exec(before)!;
  const place = { from: at - word.length, to: at };
  const wanted = word.toLowerCase();
  const columns = offeredColumns(rows).filter((column) => wanted !== '' && namesOf(column).includes(wanted));
  const nearest = columns.toSorted((a, b) => rank(a, wanted) - rank(b, wanted));
  const joins = /\S\s+$/.test(before.slice(0, place.from))
    ? ['and', 'or'].filter((one) => wanted !== '' && one.startsWith(wanted) && one !== wanted)
    : [];
  return [
    ...joins.map((one) => ({ text: `${one} `, help: 'joins two conditions', ...place })),
    ...nearest.map(({ id, title }) => ({ text: `${id} `, help: title, ...place })),
  ].slice(0, MOST);
}

const namesOf = (column: Column) =>
  `${column.kind === 'field' ? fieldNames(column.path) : column.id} ${column.label}`.toLowerCase();

/** Names that begin so come first, then other names of fields, then anything else. */
function rank(column: Column, wanted: string): number {
  const words = namesOf(column).split(/[\s.]+/);
  if (column.id.toLowerCase().startsWith(wanted)) return 0;
  if (words.includes(wanted)) return 1;
  return words.some((word) => word.startsWith(wanted)) ? 2 : 3;
}

/** The values that a column has, those that begin as typed. */
function valuesOf(
  table: HistoryTable,
  rows: RowKind,
  [, name = '', , typed = '']: RegExpExecArray,
  at: number,
): Completion[] {
  const column = known(name);
  if (!column) return [];
  const found = table.cells(column, table.rows({ rows, filter: null, archived: true }));
  const counts = new Map<string, number>();
  for (const cell of found)
    for (const value of valuesIn(cell)) counts.set(value, (counts.get(value) ?? 0) + 1);
  const wanted = typed.replace(/^"/, '').toLowerCase();
  return [...counts]
    .filter(([value]) => value.toLowerCase().startsWith(wanted) && value.toLowerCase() !== wanted)
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, MOST)
    .map(([value, count]) => ({
      text: `${/[\s()<>=!~:"#]/.test(value) ? JSON.stringify(value) : value} `,
      help: `${count} of ${found.length}`,
      from: at - typed.length,
      to: at,
    }));
}

function valuesIn(cell: Cell): string[] {
  if (cell === null) return [];
  return (typeof cell === 'object' ? [...cell] : [cell]).map(String);
}

function known(name: string): Column | null {
  try {
    return columnNamed(name);
  } catch {
    // What is no column has no values.
    return null;
  }
}
