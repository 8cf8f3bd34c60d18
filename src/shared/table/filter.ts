/**
 * What the table of experiments and runs is filtered by: `alpha < 0.8 and label:paper`. `filter-text.ts` reads and
 * writes it.
 */

import { showValue, UserError } from '../errors.ts';

/** `:` is has or contains, `~` contains. */
export const OPERATORS = ['<=', '>=', '!=', '<', '>', '=', '~', ':'] as const;
export type Operator = (typeof OPERATORS)[number];

/** Null is a cell without a value. */
export type Operand = number | string | null;

/** Lists hold two filters or more, none of them a list of the same kind. */
export type Filter =
  | { kind: 'all'; of: Filter[] }
  | { kind: 'any'; of: Filter[] }
  | { kind: 'not'; of: Filter }
  /** A column by any of its names. */
  | { kind: 'compare'; column: string; operator: Operator; value: Operand }
  /** Found anywhere in an experiment: name, labels, notes, values of its config, file names. */
  | { kind: 'text'; text: string }
  /** An experiment by its number. */
  | { kind: 'number'; id: number };

/** What a cell of the table holds; a list where a field has several values. */
export type Cell = number | string | boolean | null | readonly (number | string | boolean)[];

/** How one row is looked at. */
export interface Look {
  cell(column: string): Cell;
  /** Whether a text, in lower case, is found in it. */
  has(text: string): boolean;
  readonly experiment: number;
}

/** Whether a filter lets a row through. */
export function passes(filter: Filter, row: Look): boolean {
  switch (filter.kind) {
    case 'all':
      return filter.of.every((each) => passes(each, row));
    case 'any':
      return filter.of.some((each) => passes(each, row));
    case 'not':
      return !passes(filter.of, row);
    case 'compare':
      return compares(row.cell(filter.column), filter.operator, filter.value);
    case 'text':
      return row.has(filter.text.toLowerCase());
    case 'number':
      return row.experiment === filter.id;
  }
}

export type Comparison = Extract<Filter, { kind: 'compare' }>;

/** Every comparison with a column, wherever it stands. */
export function comparisonsIn(filter: Filter): Comparison[] {
  if (filter.kind === 'compare') return [filter];
  if (filter.kind === 'not') return comparisonsIn(filter.of);
  return 'of' in filter ? filter.of.flatMap(comparisonsIn) : [];
}

/**
 * @param cells of the column that is compared
 * @throws UserError `table.value` where numbers are to be above or below a word
 */
export function assertComparable({ column, operator, value }: Comparison, cells: readonly Cell[]): void {
  if (typeof value !== 'string' || !/[<>]/.test(operator)) return;
  if (!cells.some((cell) => typeof cell === 'number')) return;
  throw new UserError(
    'table.value',
    `where: ${column} ${operator} ${showValue(value)}: ${column} holds numbers; give one, such as ${column} ${operator} 0.5`,
  );
}

function compares(cell: Cell, operator: Operator, value: Operand): boolean {
  if (operator === '!=') return !compares(cell, '=', value);
  if (value === null) return cell === null;
  if (cell === null) return false;
  if (typeof cell === 'object')
    return operator === '=' && typeof value === 'string'
      ? cell.join(' ').toLowerCase() === value.toLowerCase() || cell.some((each) => one(each, '=', value))
      : cell.some((each) => one(each, operator, value));
  return one(cell, operator, value);
}

function one(cell: number | string | boolean, operator: Operator, value: number | string): boolean {
  if (typeof cell === 'number' && typeof value === 'number') return ordered(cell, operator, value);
  const [text, wanted] = [String(cell).toLowerCase(), String(value).toLowerCase()];
  return operator === '~' || operator === ':' ? text.includes(wanted) : ordered(text, operator, wanted);
}

function ordered<T extends number | string>(a: T, operator: Operator, b: T): boolean {
  switch (operator) {
    case '<':
      return a < b;
    case '>':
      return a > b;
    case '<=':
      return a <= b;
    case '>=':
      return a >= b;
    default:
      return a === b;
  }
}
