/** `credence table`: experiments or runs with chosen columns, filtered and sorted, as a table or for other programs. */
import type { TaskId } from '#shared/config.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { sortRows } from '#shared/sort.ts';
import { isNumeric } from '#shared/table/cell-text.ts';
import {
  columnNamed,
  columnsNamed,
  DEFAULT_COLUMNS,
  ROWS,
  rowsOf,
  type RowKind,
} from '#shared/table/columns.ts';
import { parseFilter } from '#shared/table/filter-text.ts';
import type { Cell } from '#shared/table/filter.ts';
import { effectsOfExperiment } from '../../experiments/experiment.ts';
import { writeWhole } from '../../files.ts';
import type { History } from '../../history/history.ts';
import { cellTexts, FORMATS, type Filled, type Format } from '../../table/formats.ts';
import { createTable, type HeadlinesOf, type TableRow } from '../../table/table.ts';
import { openForReading } from '../history-option.ts';
import { dim, note, print, table } from '../output.ts';

export interface TableOptions {
  rows?: string;
  columns?: string;
  where?: string;
  sort?: string;
  limit?: string;
  archived?: boolean;
  format?: string;
  out?: string;
  db?: string;
  json?: boolean;
}

/** @throws UserError `table.*` */
export function tableCommand(options: TableOptions): void {
  const kind = rowKind(options.rows);
  const format = formatOf(options);
  const limit = limitOf(options.limit);
  const filter = parseFilter(options.where ?? '');
  const columns = columnsNamed(options.columns ?? DEFAULT_COLUMNS[kind].join(','));
  for (const column of columns) {
    const only = rowsOf(column);
    if (only !== null && only !== kind)
      throw new UserError(
        'table.column',
        `--columns: ${column.id} is known of ${only} only; add --rows ${only}`,
      );
  }
  const history = openForReading(options.db);
  try {
    const whole = createTable(history, headlines(history));
    const found = whole.rows({ rows: kind, filter, archived: options.archived ?? false });
    const rows = sorted(whole.cells, found, options.sort).slice(0, limit);
    const tasks = whole.cells(columnNamed('task'), rows);
    const cells = columns.map((column) => whole.cells(column, rows));
    const filled: Filled = {
      columns,
      rows: rows.map((_, i) => ({ task: tasks[i] as TaskId, cells: cells.map((of) => of[i] ?? null) })),
    };
    say(filled, format, options.out, found.length);
  } finally {
    history.close();
  }
}

/** Effects are worked out where a column or the filter asks for them. */
function headlines(history: History): HeadlinesOf {
  return (list) =>
    list.map(({ id, states }) => {
      if (states.done === 0) return null;
      const { n, effects } = effectsOfExperiment(history, id);
      return { n, iml: effects.iml, stage1: effects.stage1 };
    });
}

/** @param sort a column; with `-` before it the largest comes first */
function sorted(
  cellsOf: (column: ReturnType<typeof columnNamed>, rows: readonly TableRow[]) => Cell[],
  rows: readonly TableRow[],
  sort: string | undefined,
): readonly TableRow[] {
  if (sort === undefined) return rows;
  const descending = sort.startsWith('-');
  const cells = cellsOf(columnNamed(descending ? sort.slice(1) : sort), rows);
  return sortRows([...rows.keys()], (i) => sortable(cells[i] ?? null), descending).map((i) => rows[i]!);
}

function sortable(cell: Cell): string | number | null {
  if (cell === null || typeof cell === 'number') return cell;
  return (typeof cell === 'object' ? cell.join(' ') : String(cell)).toLowerCase();
}

function say(filled: Filled, format: Format | null, out: string | undefined, found: number): void {
  if (format === null) {
    const right = filled.columns.flatMap((column, i) => (isNumeric(column) ? [i] : []));
    print(
      table(
        filled.columns.map(({ label }) => label),
        cellTexts(filled),
        right,
      ),
    );
    const shown = filled.rows.length;
    return print(dim(shown === found ? `${found} rows` : `${shown} of ${found} rows`));
  }
  const text = FORMATS[format](filled);
  if (out === undefined) return void process.stdout.write(text);
  writeWhole(out, text);
  note(`wrote ${out}`);
}

function rowKind(text = 'experiments'): RowKind {
  const kind = ROWS.find((each) => each === text);
  if (kind) return kind;
  throw new UserError('table.rows', `--rows: ${showValue(text)} is neither of ${ROWS.join(' and ')}`);
}

/** Null prints for people. */
function formatOf({ format, json, out }: TableOptions): Format | null {
  const chosen = format ?? (json ? 'json' : out === undefined ? undefined : 'csv');
  if (chosen === undefined) return null;
  if (Object.hasOwn(FORMATS, chosen)) return chosen as Format;
  throw new UserError(
    'table.format',
    `--format: ${showValue(chosen)} is none of ${Object.keys(FORMATS).join(', ')}`,
  );
}

function limitOf(text: string | undefined): number | undefined {
  if (text === undefined || /^[1-9]\d{0,8}$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new UserError(
    'table.limit',
    `--limit: ${showValue(text)} is not a whole number from 1; leave it out for all`,
  );
}
