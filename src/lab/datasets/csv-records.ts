/**
 * Splits delimited text into rows, a piece at a time, as RFC 4180 says, and goes on where a file breaks its rules:
 * what was done then stands in the row. csv-parse and papaparse either stop at such a quote or swallow the rows
 * up to the next one, and tell rows by number, not by the line of the file.
 */

/** What had to be decided to read a row. */
export type RowRemark =
  /** `a, "b"`: the space before a quote was skipped. */
  | 'space'
  /** A quote that its cell does not close was taken as a plain character. */
  | 'quote'
  /** A quoted cell goes over several lines. */
  | 'lines'
  /** So does one whose lines hold delimiters, as rows do. */
  | 'rows';

export interface TableRow {
  cells: string[];
  /** Line of the file in which it begins, from 1. */
  line: number;
  remarks: readonly RowRemark[];
}

/** A quote that never closes, in a file where that means damage. */
export class OpenQuote extends Error {
  /** The line of the quote. */
  readonly line: number;

  constructor(line: number) {
    super(`a quote in line ${line} never closes`);
    this.line = line;
  }
}

/** More than this without an end is an unclosed quote, not a cell. */
const MAX_ROW = 1_000_000;
const NONE: readonly RowRemark[] = [];
const LINE_END = /\r\n|\n|\r/g;

/** A row that was read, and where the text goes on; or why it was not. */
type Read = { cells: string[]; end: number; remarks: readonly RowRemark[] } | 'more' | 'irregular' | 'open';
type Cell = { text: string; end: number; remarks: readonly RowRemark[] } | Exclude<Read, object>;

export class RowSplitter {
  /** Cells of the first row: of two ways to read a broken row, the one that fits is taken. */
  private width = 0;
  private rest = '';
  private quote = -1;
  private line = 1;
  private skip: number;
  private readonly delimiter: string;
  private readonly use: (row: TableRow) => void;

  /** @param skip lines at the top that hold no rows */
  constructor(delimiter: string, use: (row: TableRow) => void, skip = 0) {
    this.delimiter = delimiter;
    this.use = use;
    this.skip = skip;
  }

  /**
   * Takes the next piece of the text.
   * @param last nothing comes after it
   * @throws OpenQuote
   */
  add(text: string, last = false): void {
    this.rest += text;
    this.quote = -1;
    let at = 0;
    for (let end: number | null; (end = this.take(at, last)) !== null;) at = end;
    this.rest = this.rest.slice(at);
  }

  /** Reads the row at a place; null where it is not whole yet, or there is none. */
  private take(at: number, last: boolean): number | null {
    if (at >= this.rest.length) return null;
    const stop = this.lineEnd(at, last);
    const quote = this.nextQuote(at);
    if (stop === null && quote === this.rest.length) return null;
    const plain = stop !== null && quote >= stop;
    if (plain || this.skip > 0) {
      if (stop === null) return null;
      return this.emit(this.rest.slice(at, stop).split(this.delimiter), at, this.after(stop), NONE);
    }
    const read = this.quotedRow(at, last);
    if (typeof read === 'object' && !this.joinsCells(read, at, stop))
      return this.emit(read.cells, at, read.end, read.remarks);
    if (read === 'more' && this.rest.length - at <= MAX_ROW) return null;
    if (read !== 'irregular' && this.delimiter !== '\t') throw new OpenQuote(this.lineOfOpenQuote(at));
    if (stop === null) return null;
    return this.emit(this.brokenRow(this.rest.slice(at, stop)), at, this.after(stop), ['quote']);
  }

  /** Where the next quote is; the length of the text where there is none. */
  private nextQuote(at: number): number {
    if (this.quote < at) {
      const found = this.rest.indexOf('"', at);
      this.quote = found < 0 ? this.rest.length : found;
    }
    return this.quote;
  }

  /** Between tabs, quotes may be plain characters of two cells: where that fits the first row, and a quoted cell does not. */
  private joinsCells({ cells }: { cells: string[] }, at: number, stop: number | null): boolean {
    if (this.delimiter !== '\t' || stop === null || this.width === 0 || cells.length === this.width)
      return false;
    return this.rest.slice(at, stop).split(this.delimiter).length === this.width;
  }

  private emit(cells: string[], at: number, end: number, remarks: readonly RowRemark[]): number {
    const { line } = this;
    this.line += remarks.includes('lines') || remarks.includes('rows') ? this.linesIn(at, end) : 1;
    if (this.skip > 0) this.skip--;
    else {
      if (this.width === 0 && cells.length > 1) this.width = cells.length;
      this.use({ cells, line, remarks });
    }
    return end;
  }

  private linesIn(at: number, end: number): number {
    return (this.rest.slice(at, end).match(LINE_END) ?? []).length;
  }

  /** Where the line ends; null where that is not known yet. */
  private lineEnd(at: number, last: boolean): number | null {
    LINE_END.lastIndex = at;
    const found = LINE_END.exec(this.rest);
    if (!found) return last ? this.rest.length : null;
    // A carriage return at the end of a piece may be half of a line end.
    return !last && found.index + 1 === this.rest.length && found[0] === '\r' ? null : found.index;
  }

  /** The place after the line end at `stop`. */
  private after(stop: number): number {
    return stop + (this.rest.startsWith('\r\n', stop) ? 2 : 1);
  }

  private isLineEnd(at: number): boolean {
    return this.rest[at] === '\n' || this.rest[at] === '\r';
  }

  private isSpace(at: number): boolean {
    return this.rest[at] === ' ' || (this.rest[at] === '\t' && this.delimiter !== '\t');
  }

  /** A row as the rules have it. */
  private quotedRow(at: number, last: boolean): Read {
    const cells: string[] = [];
    const remarks = new Set<RowRemark>();
    for (let place = at; ; place++) {
      const cell = this.cell(place, last);
      if (typeof cell === 'string') return cell;
      cells.push(cell.text);
      cell.remarks.forEach((remark) => remarks.add(remark));
      place = cell.end;
      if (place < this.rest.length && !this.isLineEnd(place)) continue;
      if (place + 1 >= this.rest.length && !last) return 'more';
      return { cells, end: this.after(place), remarks: [...remarks] };
    }
  }

  /** The cell at a place; its end is that of the text, a line end or a delimiter. */
  private cell(at: number, last: boolean): Cell {
    let begin = at;
    while (this.isSpace(begin)) begin++;
    if (this.rest[begin] === '"') return this.quotedCell(begin, begin > at, last);
    let end = begin;
    while (end < this.rest.length && this.rest[end] !== this.delimiter && !this.isLineEnd(end)) end++;
    if (end === this.rest.length && !last) return 'more';
    return { text: this.rest.slice(at, end), end, remarks: NONE };
  }

  private quotedCell(begin: number, spaced: boolean, last: boolean): Cell {
    for (let at = begin + 1; ;) {
      const quote = this.rest.indexOf('"', at);
      if (this.swallows(begin + 1, quote < 0 ? this.rest.length : quote)) return 'irregular';
      if (quote < 0) return last ? 'open' : 'more';
      if (this.rest[quote + 1] === '"') {
        at = quote + 2;
        continue;
      }
      let end = quote + 1;
      while (this.isSpace(end)) end++;
      if (end >= this.rest.length && !last) return 'more';
      if (end < this.rest.length && this.rest[end] !== this.delimiter && !this.isLineEnd(end))
        return 'irregular';
      const text = this.rest.slice(begin + 1, quote).replaceAll('""', '"');
      return { text, end, remarks: [...(spaced ? (['space'] as const) : NONE), ...this.spread(text)] };
    }
  }

  /** Tab-separated files quote few cells, and none that holds both line ends and tabs. */
  private swallows(begin: number, end: number): boolean {
    if (this.delimiter !== '\t') return false;
    const text = this.rest.slice(begin, end);
    return text.includes('\t') && /[\n\r]/.test(text);
  }

  private spread(text: string): RowRemark[] {
    if (!/[\n\r]/.test(text)) return [];
    const [, ...lines] = text.split(LINE_END);
    const likeRows = lines.some((line) => line.split(this.delimiter).length >= Math.max(2, this.width));
    return [likeRows ? 'rows' : 'lines'];
  }

  /** The line of a quote that opens in the row at a place and has no end. */
  private lineOfOpenQuote(at: number): number {
    let open = at;
    for (let place = at; place < this.rest.length;) {
      const cell = this.cell(place, true);
      if (typeof cell === 'string') {
        open = place;
        break;
      }
      place = cell.end + 1;
    }
    return this.line + this.linesIn(at, open);
  }

  /**
   * A line whose quotes do not fit: cells that close their quotes are unquoted, the others are taken as they are.
   * Where that gives another number of cells than the first row has, a quote may also close at the next delimiter
   * behind a quote (`"the "best" of, all",1`).
   */
  private brokenRow(line: string): string[] {
    const literal = splitBroken(line, this.delimiter, false);
    if (literal.length === this.width) return literal;
    const plain = line.split(this.delimiter);
    if (plain.length === this.width) return plain;
    const loose = splitBroken(line, this.delimiter, true);
    return loose.length === this.width ? loose : literal;
  }
}

function splitBroken(line: string, delimiter: string, loose: boolean): string[] {
  const cells: string[] = [];
  for (let at = 0; at <= line.length;) {
    const quoted = quotedIn(line, at, delimiter, loose);
    const stop = line.indexOf(delimiter, at);
    const end = quoted?.end ?? (stop < 0 ? line.length : stop);
    cells.push(quoted?.text ?? line.slice(at, end));
    at = end + 1;
  }
  return cells;
}

/** A quoted cell within one line; null where there is none, or it does not close. */
function quotedIn(
  line: string,
  at: number,
  delimiter: string,
  loose: boolean,
): { text: string; end: number } | null {
  const open = /^ *"/.exec(line.slice(at));
  if (!open) return null;
  const begin = at + open[0].length;
  for (let quote = line.indexOf('"', begin); quote >= 0; quote = line.indexOf('"', quote + 1)) {
    if (line[quote + 1] === '"' && !loose) {
      quote++;
      continue;
    }
    const end = quote + 1 + /^ */.exec(line.slice(quote + 1))![0].length;
    if (end === line.length || line[end] === delimiter)
      return { text: line.slice(begin, quote).replaceAll('""', '"'), end };
    if (!loose) return null;
  }
  return null;
}
