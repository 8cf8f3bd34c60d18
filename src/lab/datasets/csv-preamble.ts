/** Lines above the first row of a table: `sep=;` as Excel writes it, and comments. */
import { judgeRows } from './csv-header.ts';
import { OpenQuote, RowSplitter, type TableRow } from './csv-records.ts';

/** What was done to read a table, in plain words, how often, and the first line (0: about the whole file). */
export interface Remark {
  text: string;
  count: number;
  line: number;
}

/** The lines at the top, before the delimiter is known. */
export interface Preamble {
  /** Delimiter of a `sep=` line. */
  separator: string | null;
  /** The text below: rows without comments. */
  below: string;
  /** Decides what the lines are, once the delimiter is known, and reads the first rows. */
  settle: (delimiter: string, whole: boolean) => { skip: number; remarks: Remark[]; sample: TableRow[] };
}

const SAMPLE_ROWS = 200;
const SEPARATOR = /^"?sep=(.)"?\s*$/i;

/** Reads `sep=` and the comments at the beginning of a text. */
export function readPreamble(text: string): Preamble {
  const lines = text.split(/\r\n|\n|\r/);
  const separator = SEPARATOR.exec(lines[0])?.[1] ?? null;
  const begin = separator === null ? 0 : 1;
  const comments = leadingComments(lines, begin);
  return {
    separator,
    below: lines.slice(begin + comments).join('\n'),
    settle: (delimiter, whole) => {
      const skip = begin + comments - headerAmongComments(lines, begin, comments, delimiter);
      return {
        skip,
        remarks: remarksOf(begin, skip),
        sample: sampleRows(text, delimiter, skip, whole),
      };
    },
  };
}

/** Lines that begin with `#` at the top, blank ones among them; none where most of the rows begin so. */
function leadingComments(lines: readonly string[], begin: number): number {
  let count = 0;
  while (begin + count < lines.length && /^(#|\s*$)/.test(lines[begin + count])) count++;
  while (count > 0 && !lines[begin + count - 1].startsWith('#')) count--;
  const rows = lines.filter((line) => line.trim() !== '').length;
  return count > rows / 2 ? 0 : count;
}

/** 1 where the last comment is the header: `#chrom⇥start`, or `# x,y` over numbers, as NumPy writes it; else 0. */
function headerAmongComments(
  lines: readonly string[],
  begin: number,
  comments: number,
  delimiter: string,
): 0 | 1 {
  if (comments === 0) return 0;
  const cells = lines[begin + comments - 1].split(delimiter);
  const rows = rowsOf(lines.slice(begin + comments).join('\n'), delimiter, 0, false).map((row) => row.cells);
  if (rows.length === 0 || cells.length < 2 || cells.length !== usualWidth(rows)) return 0;
  if (/^#(\S|$)/.test(cells[0])) return 1;
  const prose = cells.slice(1).some((cell) => /^\s+\S/.test(cell));
  const { value, assumed } = judgeRows(rows);
  return !value || (assumed && !prose) ? 1 : 0;
}

function remarksOf(separators: number, skip: number): Remark[] {
  const remarks: Remark[] = [];
  if (separators > 0)
    remarks.push({ text: 'line that names the delimiter (sep=) skipped', count: 1, line: 1 });
  if (skip > separators)
    remarks.push({
      text: 'comment line (#) above the first row skipped',
      count: skip - separators,
      line: separators + 1,
    });
  return remarks;
}

/** The number of cells that most rows have. */
export function usualWidth(rows: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  return [...counts].reduce((best, next) => (next[1] > best[1] ? next : best), [0, 0])[0];
}

/** The first rows that are not blank, up to one that cannot be read: the full read reports that one. */
export function sampleRows(text: string, delimiter: string, skip: number, whole: boolean): TableRow[] {
  return rowsOf(text, delimiter, skip, whole);
}

function rowsOf(text: string, delimiter: string, skip: number, whole: boolean): TableRow[] {
  const rows: TableRow[] = [];
  const keep = (row: TableRow) => {
    if (rows.length < SAMPLE_ROWS && (row.cells.length > 1 || row.cells[0].trim() !== '')) rows.push(row);
  };
  try {
    new RowSplitter(delimiter, keep, skip).add(text, whole);
  } catch (error) {
    if (!(error instanceof OpenQuote)) throw error;
  }
  return rows;
}
