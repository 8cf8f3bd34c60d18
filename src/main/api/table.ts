/** API: the table of experiments and runs, and the views of it that were saved. */
import type { TableLook, TablePart, TableReplies } from '#shared/api/table.ts';
import type { Handlers } from '#shared/contract.ts';
import { overallState } from '#shared/overall-state.ts';
import { columnNamed, offeredColumns } from '#shared/table/columns.ts';
import { parseFilter } from '#shared/table/filter-text.ts';
import { completions } from '../table/complete.ts';
import { cellTexts, FORMATS } from '../table/formats.ts';
import { groupsOf } from '../table/groups.ts';
import { columnsOf, filled, headOf, rowsInOrder } from '../table/look.ts';
import { readAhead } from '../table/read-ahead.ts';
import type { TableRow } from '../table/snapshot.ts';
import type { HistoryTable } from '../table/table.ts';
import { readViews, removeView, saveView } from '../table/views.ts';
import type { Context } from './context.ts';

const MIME = { csv: 'text/csv', md: 'text/markdown', latex: 'application/x-tex', json: 'application/json' };
const ENDINGS = { csv: 'csv', md: 'md', latex: 'tex', json: 'json' };

export function tableHandlers({
  history,
  table,
}: Pick<Context, 'history' | 'table'>): Pick<Handlers, keyof TableReplies> {
  const ahead = startsOnce(() => readAhead(table));
  const inOrder = remembered(table, () => history.changeStamp());
  return {
    'table.find': ({ where }) =>
      table
        .rows({ rows: 'experiments', filter: parseFilter(where), archived: true })
        .map(({ experiment }) => experiment.id),
    'table.rows': ({ look, from, count }) => part(table, look, inOrder(look), from, count),
    'table.texts': ({ look }) => {
      const columns = columnsOf(look);
      const rows = cellTexts(filled(table, columns, inOrder(look)));
      return { head: columns.map(({ label }) => label), rows };
    },
    'table.groups': ({ look, by, of }) =>
      groupsOf(table, inOrder({ ...look, sort: '' }), columnNamed(by), columnNamed(of)),
    'table.complete': ({ text, at, rows }) => completions(table, text, at, rows),
    'table.columns': ({ rows }) => offeredColumns(rows).map(headOf),
    'table.export': ({ look, format }) => ({
      file_name: `${look.rows}.${ENDINGS[format]}`,
      mime: MIME[format],
      text: FORMATS[format](filled(table, columnsOf(look), inOrder(look))),
    }),
    'table.views': () => {
      ahead();
      return readViews(history);
    },
    'table.saveView': (view) => {
      columnsOf(view.look);
      parseFilter(view.look.where);
      return saveView(history, view);
    },
    'table.removeView': ({ name }) => removeView(history, name),
  };
}

/** Milliseconds that a window has to itself after it asked for the table, and between two stretches. */
const PAUSE = { first: 1000, next: 50 };

/** Does something in steps. @param begin gives the steps, one each time @returns what begins with that, the first time */
function startsOnce(begin: () => Iterator<undefined>): () => void {
  let steps: Iterator<undefined> | null = null;
  const step = () => {
    try {
      if (!steps!.next().done) setTimeout(step, PAUSE.next).unref();
    } catch {
      // The history was closed, or cannot be read just now: what is asked for next will say so itself.
    }
  };
  return () => {
    if (steps === null) setTimeout(step, PAUSE.first).unref();
    steps ??= begin();
  };
}

/** The rows of the last look, as long as nothing was changed: a window asks for stretch after stretch of them. */
function remembered(table: HistoryTable, stamp: () => string): (look: TableLook) => readonly TableRow[] {
  let last: { key: string; rows: readonly TableRow[] } | null = null;
  return (look) => {
    const key = JSON.stringify([stamp(), { ...look, columns: [] }]);
    if (last?.key !== key) last = { key, rows: rowsInOrder(table, look) };
    return last.rows;
  };
}

function part(
  table: HistoryTable,
  look: TableLook,
  rows: readonly TableRow[],
  from: number,
  count: number,
): TablePart {
  const columns = columnsOf(look);
  const some = rows.slice(from, from + count);
  const texts = cellTexts(filled(table, columns, some));
  return {
    head: columns.map(headOf),
    total: rows.length,
    experiments: [...new Set(rows.map(({ experiment }) => experiment.id))],
    from,
    lines: some.map(({ experiment, run }, i) => ({
      experiment: experiment.id,
      run: run?.id ?? null,
      state: run?.state ?? overallState(experiment),
      cells: texts[i]!,
    })),
  };
}
