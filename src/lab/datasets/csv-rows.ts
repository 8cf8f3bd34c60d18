/** Turns table rows into entities and facts, and keeps count of everything left out. */
import { showValue, UserError } from '#shared/errors.ts';
import { isBlank } from './csv-file.ts';
import { cleanText, type TableColumns } from './csv-columns.ts';
import { Drops } from './drops.ts';
import type { LoadReport } from './knowledge-base.ts';

/** A longer cell is a mistake in the file (an unclosed quote, a whole article), not an answer. */
const MAX_CELL = 10_000;
const EMPTY: string[] = [];

/** Collects rows one by one; rows and cells that cannot be used are counted, never silently dropped. */
export class RowCollector {
  readonly entities: string[] = [];
  readonly facts: string[][][] = [];
  private readonly columns: TableColumns;
  private readonly missing: ReadonlySet<string>;
  private readonly seen = new Set<string>();
  private readonly drops = new Drops();
  /** Answers by cell text: most cells repeat, and equal ones share one list. */
  private readonly answers = new Map<string, string[]>();
  private rowsRead = 0;

  /** @param missing cells that stand for "not known" */
  constructor(columns: TableColumns, missing: readonly string[]) {
    this.columns = columns;
    this.missing = new Set(missing);
  }

  /**
   * Takes one data row.
   * @param row its number in the file, from 1
   * @throws UserError `dataset.long-cell` if a cell that would be used is too long
   */
  add(cells: string[], row: number): void {
    if (isBlank(cells)) return this.drops.leave('blank line', `row ${row}`);
    this.rowsRead++;
    this.checkLengths(cells, row);
    const expected = this.columns.names.length;
    if (cells.length !== expected)
      return this.drops.leave('wrong number of cells', `row ${row}: ${cells.length} instead of ${expected}`);
    const name = cleanText(cells[this.columns.entity]);
    const reason = this.unusableName(name);
    if (reason) return this.drops.leave(reason, `row ${row}: ${showValue(name)}`);
    const facts = this.columns.facts.map((column) => this.answersIn(cells[column.index]));
    if (facts.filter((answers) => answers.length > 0).length < 2)
      return this.drops.leave('fewer than two known facts', `row ${row}: ${showValue(name)}`);
    this.keep(name, facts, cells, row);
  }

  /** What was read and what was left out. */
  report(): LoadReport {
    return { rowsRead: this.rowsRead, rowsKept: this.entities.length, dropped: this.drops.list() };
  }

  private keep(name: string, facts: string[][], cells: string[], row: number): void {
    this.seen.add(name);
    this.entities.push(name);
    this.facts.push(facts);
    facts.forEach((answers, i) => {
      if (answers.length > 0) return;
      const column = this.columns.facts[i];
      const text = cells[column.index].trim();
      const reason = this.missing.has(text) ? 'cell listed in dataset.missing' : 'empty cell';
      this.drops.leave(reason, `row ${row}, column ${column.name}${text ? `: ${showValue(text)}` : ''}`);
    });
  }

  private unusableName(name: string): string | null {
    if (name === '' || this.missing.has(name)) return 'no name';
    return this.seen.has(name) ? 'name already taken by an earlier row' : null;
  }

  /** Columns that are not used may hold whole articles; a row that does not fit the header may not. */
  private checkLengths(cells: string[], row: number): void {
    const { names, entity, facts } = this.columns;
    const fits = cells.length === names.length;
    const used = fits ? [entity, ...facts.map(({ index }) => index)] : [...cells.keys()];
    const long = used.find((index) => cells[index].length > MAX_CELL);
    if (long === undefined) return;
    throw new UserError(
      'dataset.long-cell',
      `dataset.path: row ${row}, column ${showValue(names[long] ?? `column${long + 1}`)} has ${cells[long].length} characters ` +
        `(${showValue(cells[long], 30)}), more than ${MAX_CELL}; shorten it, close a quote left open, or leave the column out of dataset.attributes`,
    );
  }

  /** Accepted answers of a cell: trimmed, without empties and duplicates. */
  private answersIn(cell: string): string[] {
    let answers = this.answers.get(cell);
    if (answers) return answers;
    const parts = cell.split(';').map(cleanText);
    answers = this.missing.has(cell.trim()) ? EMPTY : [...new Set(parts.filter((part) => part !== ''))];
    this.answers.set(cell, answers);
    return answers;
  }
}
