/** What the table has rows of, and its columns where none were chosen; light, as the first window needs it. */

export const ROWS = ['experiments', 'runs'] as const;
export type RowKind = (typeof ROWS)[number];

/** By the names of columns (`columns.ts`). */
const DEFAULT_COLUMNS: Record<RowKind, readonly string[]> = {
  experiments: ['id', 'name', 'state', 'done', 'iml', 'stage1_effect', 'seconds', 'created'],
  runs: ['id', 'name', 'seed', 'state', 'qd1consis', 'qd2incons', 'd1consis', 'd2consis', 'seconds'],
};

/** The columns of a table. @param chosen none are those that it has at first */
export function columnNames(rows: RowKind, chosen: readonly string[]): readonly string[] {
  return chosen.length > 0 ? chosen : DEFAULT_COLUMNS[rows];
}
