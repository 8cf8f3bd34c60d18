/** `credence table`: experiments or runs with chosen columns, filtered and sorted, as a table or for other programs. */
import type { TableLook } from '#shared/api/table.ts';
import { countText, plural } from '#shared/counting.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { isNumeric } from '#shared/table/cell-text.ts';
import { ROWS, type RowKind } from '#shared/table/rows.ts';
import { writeWhole } from '../../files.ts';
import { cellTexts, FORMATS, type Filled, type Format } from '../../table/formats.ts';
import { columnsOf, filled, rowsInOrder } from '../../table/look.ts';
import { tableOf } from '../../table/of-history.ts';
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
  const format = formatOf(options);
  const limit = limitOf(options.limit);
  const look = lookOf(options);
  const columns = columnsOf(look);
  const history = openForReading(options.db);
  try {
    const whole = tableOf(history);
    const rows = rowsInOrder(whole, look);
    say(filled(whole, columns, rows.slice(0, limit)), format, options.out, rows.length);
  } finally {
    history.close();
  }
}

function lookOf({ rows, columns = '', where = '', sort = '', archived = false }: TableOptions): TableLook {
  const names = columns.split(',').map((name) => name.trim());
  return { rows: rowKind(rows), columns: names.filter((name) => name !== ''), where, sort, archived };
}

function say(shown: Filled, format: Format | null, out: string | undefined, found: number): void {
  if (format === null) {
    const right = shown.columns.flatMap((column, i) => (isNumeric(column) ? [i] : []));
    print(
      table(
        shown.columns.map(({ label }) => label),
        cellTexts(shown),
        right,
      ),
    );
    const { length } = shown.rows;
    return print(
      dim(length === found ? plural(found, 'row') : `${countText(length)} of ${plural(found, 'row')}`),
    );
  }
  const text = FORMATS[format](shown);
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
