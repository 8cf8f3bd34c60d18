/** Rows of experiments as they are moved from one history to another, where they have other numbers. */
import type { Database } from 'better-sqlite3';

/** A row of any table, by column. */
export type Row = Record<string, unknown>;

/** A table whose rows belong to an experiment, by way of rows that stand before them here. */
interface MovedTable {
  name: string;
  /** Rows have a number of their own, which others refer to. */
  numbered: boolean;
  /** Columns that hold the number of a row of another table. The first says which rows belong to what is moved. */
  refers: readonly (readonly [column: string, table: string])[];
}

/** Caches (`headlines`, `replies`) and files that were made of an experiment (`artefacts`) are made anew. */
export const RUN_TABLES: readonly MovedTable[] = [
  { name: 'stages', numbered: false, refers: [['run', 'runs']] },
  { name: 'evaluations', numbered: true, refers: [['run', 'runs']] },
  { name: 'metrics', numbered: false, refers: [['evaluation', 'evaluations']] },
  {
    name: 'answers',
    numbered: false,
    refers: [
      ['evaluation', 'evaluations'],
      ['questions', 'question_sets'],
    ],
  },
  { name: 'checkpoints', numbered: true, refers: [['run', 'runs']] },
  { name: 'log', numbered: true, refers: [['run', 'runs']] },
  { name: 'traces', numbered: false, refers: [['run', 'runs']] },
  {
    name: 'analysis_parts',
    numbered: false,
    refers: [
      ['run', 'runs'],
      ['analysis', 'analyses'],
    ],
  },
];

/** Of tables whose rows belong to an experiment as a whole. */
export const OF_EXPERIMENT = [['experiment', 'experiments']] as const;

/** By table: the number that a row had, and the one that it has now. */
export type Numbers = Map<string, Map<unknown, number | bigint>>;

export const numbersOf = (numbers: Numbers, table: string): Map<unknown, number | bigint> => {
  const known = numbers.get(table) ?? new Map<unknown, number | bigint>();
  numbers.set(table, known);
  return known;
};

/** Which rows are moved, and what becomes of each. */
export interface Moved {
  from: Database;
  to: Database;
  numbers: Numbers;
  /** Only these runs; all of them unless said. */
  only?: ReadonlySet<number>;
}

/**
 * Moves the rows of a table that belong to rows already moved.
 * @param change what a row is like where it arrives; null leaves it behind
 * @throws Error where a row refers to one that is not there
 */
export function moveRows(
  { from, to, numbers }: Moved,
  { name, numbered, refers }: MovedTable,
  change: (row: Row) => Row | null = (row) => row,
): void {
  const [[owner, of]] = refers;
  const rows = from.prepare<[unknown], Row>(`SELECT * FROM ${name} WHERE ${owner} = ?`);
  for (const number of numbersOf(numbers, of).keys())
    for (const row of rows.all(number)) {
      const changed = change(row);
      if (changed) moveRow({ to, numbers }, { name, numbered, refers }, changed);
    }
}

/** Adds one row under a number of its own. @param as the number, where it takes the place of another */
export function moveRow(
  { to, numbers }: Pick<Moved, 'to' | 'numbers'>,
  { name, numbered, refers }: MovedTable,
  { ...row }: Row,
  as?: number,
): void {
  const old = row.id;
  if (as !== undefined) row.id = as;
  else if (numbered && !isFresh(to, name, old)) delete row.id;
  for (const [column, table] of refers) {
    const value = row[column];
    if (value === null) continue;
    const now = numbersOf(numbers, table).get(value);
    if (now === undefined)
      throw new Error(`${name}.${column} refers to ${table} ${String(value)}, which is not there`);
    row[column] = now;
  }
  const { lastInsertRowid } = insertInto(to, name, Object.keys(row)).run(row);
  if (numbered) numbersOf(numbers, name).set(old, lastInsertRowid);
}

/** Whether no row ever had this number, so that what comes can keep it. */
function isFresh(db: Database, table: string, number: unknown): boolean {
  const known = db
    .prepare('SELECT 1 FROM sqlite_master WHERE name = ? AND sql LIKE ?')
    .get(table, '%AUTOINCREMENT%');
  if (!known) return false;
  const last = db
    .prepare<[string], number>('SELECT seq FROM sqlite_sequence WHERE name = ?')
    .pluck()
    .get(table);
  return Number(number) > (last ?? 0);
}

const statements = new WeakMap<Database, Map<string, ReturnType<Database['prepare']>>>();

function insertInto(db: Database, table: string, columns: readonly string[]) {
  const known = statements.get(db) ?? new Map<string, ReturnType<Database['prepare']>>();
  statements.set(db, known);
  const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((name) => `@${name}`).join(', ')})`;
  const made = known.get(sql) ?? db.prepare(sql);
  known.set(sql, made);
  return made;
}
