/** Turns table rows into entities and facts, and keeps count of everything left out. */
import { showValue, UserError } from '#shared/errors.ts';
import type { CellCount } from '#shared/records.ts';
import { isLikelyMarker } from '#shared/unknown-markers.ts';
import { cleanText } from './clean-text.ts';
import { LOST } from './csv-encoding.ts';
import { isBlank } from './csv-file.ts';
import type { TableColumns } from './csv-columns.ts';
import type { Remark } from './csv-preamble.ts';
import type { RowRemark, TableRow } from './csv-records.ts';
import { Drops } from './drops.ts';
import type { LoadReport } from './knowledge-base.ts';

/** A longer cell is a mistake in the file (an unclosed quote, a whole article), not an answer. */
const MAX_CELL = 10_000;
const UNREADABLE = 'characters that cannot be read in this encoding (�)';
const EMPTY: string[] = [];

const REMARKS: Record<RowRemark, string> = {
  space: 'row with spaces before a quote: the quotes are not part of the cells',
  quote: 'row with a double quote that its cell does not close: taken as a plain character',
  lines: 'row with a quoted cell over several lines',
  rows: 'row with a quoted cell whose lines look like rows of the table: if they are, close the quote',
};

type Marker = Pick<CellCount, 'text'> & { marker: 'unknown' | 'proposed' };

/** What a cell says: its accepted answers, and what in it stands for "not known" or may. */
interface Reading {
  text: string;
  answers: string[];
  markers: Marker[];
  /** Bytes of it could not be read. */
  lost: boolean;
}

/** Collects rows one by one; rows and cells that cannot be used are counted, never silently dropped. */
export class RowCollector {
  readonly entities: string[] = [];
  readonly facts: string[][][] = [];
  private readonly columns: TableColumns;
  private readonly missing: ReadonlySet<string>;
  private readonly seen = new Set<string>();
  private readonly drops = new Drops();
  /** By cell text: most cells repeat, and equal ones share one list of answers. */
  private readonly readings = new Map<string, Reading>();
  private readonly markers = new Map<string, CellCount & Marker>();
  private readonly noted = new Map<string, Remark>();
  private rowsRead = 0;
  /** Rows that begin with `#`: comments, where most do not. */
  private readonly hashed = { count: 0, line: 0 };

  /** @param missing cells that stand for "not known" */
  constructor(columns: TableColumns, missing: readonly string[]) {
    this.columns = columns;
    this.missing = new Set(missing);
  }

  /**
   * Takes one data row.
   * @throws UserError `dataset.long-cell` if a cell that would be used is too long
   */
  add(row: TableRow): void {
    const { line } = row;
    if (isBlank(row.cells)) return this.drops.leave('blank line', `line ${line}`, { line });
    this.rowsRead++;
    for (const remark of row.remarks) this.note(REMARKS[remark], line);
    const cells = this.fitted(row);
    this.checkLengths(cells, line);
    const expected = this.columns.names.length;
    if (cells.length !== expected)
      return this.drops.leave(
        'wrong number of cells',
        `line ${line}: ${cells.length} instead of ${expected}`,
        { line },
      );
    if (this.isHeader(cells)) return this.drops.leave('the header again', `line ${line}`, { line });
    this.take(cells, line);
  }

  /** What was read and what was left out. */
  report(): LoadReport {
    return { rowsRead: this.rowsRead, rowsKept: this.entities.length, dropped: this.drops.list() };
  }

  /** Whether rows were left out because their bytes could not be read. */
  lostRows(): boolean {
    return this.drops.list().some(({ reason }) => reason === UNREADABLE);
  }

  /** Cells taken for "not known", and those that may stand for it, the most frequent first. */
  markerCounts(wanted: 'unknown' | 'proposed'): CellCount[] {
    return [...this.markers.values()]
      .filter(({ marker }) => marker === wanted)
      .map(({ text, count, line, column }) => ({ text, count, line, column }))
      .sort((one, other) => other.count - one.count);
  }

  /** What was done to read the rows. */
  remarks(): Remark[] {
    const { count, line } = this.hashed;
    const text = 'row that begins with #, as a comment does: taken as a row';
    const comments = count > 0 && count <= this.rowsRead / 2 ? [{ text, count, line }] : [];
    return [...this.noted.values(), ...comments];
  }

  private take(cells: string[], line: number): void {
    const { entity, facts } = this.columns;
    const name = cleanText(cells[entity]);
    const readings = facts.map(({ index }) => this.read(cells[index]));
    readings.forEach(({ markers }, i) =>
      markers.forEach((marker) => this.countMarker(marker, line, facts[i].name)),
    );
    if (isLikelyMarker(name) && !this.missing.has(name))
      this.countMarker({ text: name, marker: 'proposed' }, line, this.columns.names[entity]);
    if (name.startsWith('#') && this.hashed.count++ === 0) this.hashed.line = line;
    const reason = this.unusable(name, readings);
    if (reason) return this.drops.leave(reason, `line ${line}: ${showValue(name)}`, { line });
    this.keep(name, readings, line);
  }

  private unusable(name: string, readings: readonly Reading[]): string | null {
    if (name === '' || this.missing.has(name)) return 'no name';
    if (name.includes(LOST) || readings.some(({ lost }) => lost)) return UNREADABLE;
    if (this.seen.has(name)) return 'name already taken by an earlier row';
    return readings.filter(({ answers }) => answers.length > 0).length < 2
      ? 'fewer than two known facts'
      : null;
  }

  private keep(name: string, readings: readonly Reading[], line: number): void {
    this.seen.add(name);
    this.entities.push(name);
    this.facts.push(readings.map(({ answers }) => answers));
    readings.forEach(({ answers, text }, i) => {
      if (answers.length > 0) return;
      const reason = text === '' ? 'empty cell' : 'cell listed in dataset.missing';
      const shown = text === '' ? '' : `: ${showValue(text)}`;
      this.drops.leave(reason, `line ${line}, column ${this.columns.facts[i].name}${shown}`, { line });
    });
  }

  /** Rows may end in delimiters that the header does not have. */
  private fitted({ cells, line }: TableRow): string[] {
    const expected = this.columns.names.length;
    if (cells.length <= expected || cells.slice(expected).some((cell) => cell.trim() !== '')) return cells;
    this.note('row that ends in more delimiters than the header: the empty cells are ignored', line);
    return cells.slice(0, expected);
  }

  private isHeader(cells: readonly string[]): boolean {
    const { headerCells } = this.columns;
    return (
      headerCells !== null &&
      headerCells.length === cells.length &&
      cells.every((cell, i) => cell === headerCells[i])
    );
  }

  private note(text: string, line: number): void {
    const known = this.noted.get(text);
    if (known) known.count++;
    else this.noted.set(text, { text, count: 1, line });
  }

  private countMarker({ text, marker }: Marker, line: number, column: string): void {
    const known = this.markers.get(text);
    if (known) known.count++;
    else this.markers.set(text, { text, count: 1, line, column, marker });
  }

  /** Columns that are not used may hold whole articles; a row that does not fit the header may not. */
  private checkLengths(cells: string[], line: number): void {
    const { names, entity, facts } = this.columns;
    const fits = cells.length === names.length;
    const used = fits ? [entity, ...facts.map(({ index }) => index)] : [...cells.keys()];
    const long = used.find((index) => cells[index].length > MAX_CELL);
    if (long === undefined) return;
    throw new UserError(
      'dataset.long-cell',
      `dataset.path: line ${line}, column ${showValue(names[long] ?? `column${long + 1}`)} has ${cells[long].length} characters ` +
        `(${showValue(cells[long], 30)}), more than ${MAX_CELL}; shorten it, close a quote left open, or leave the column out of dataset.attributes`,
    );
  }

  /** Accepted answers of a cell: trimmed, without empties, duplicates and what stands for "not known". */
  private read(cell: string): Reading {
    const known = this.readings.get(cell);
    if (known) return known;
    const text = cell.trim();
    const whole = this.markerOf(text);
    const parts = cell.split(';').map(cleanText);
    const answers =
      whole?.marker === 'unknown'
        ? EMPTY
        : [...new Set(parts.filter((part) => part !== '' && !this.missing.has(part)))];
    const markers = whole ? [whole] : parts.flatMap((part) => this.markerOf(part) ?? []);
    const reading = { text, answers, markers, lost: text.includes(LOST) };
    this.readings.set(cell, reading);
    return reading;
  }

  /** What a cell, or one of several answers in it, may mean but an answer; empty cells are counted elsewhere. */
  private markerOf(text: string): Marker | null {
    if (text === '') return null;
    if (this.missing.has(text)) return { text, marker: 'unknown' };
    return isLikelyMarker(text) ? { text, marker: 'proposed' } : null;
  }
}
