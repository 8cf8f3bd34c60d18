/** A table as it is on the page, to be pasted: into a spreadsheet as TSV, into a text as Markdown. */
import { escapedMarkdown, markdownRows } from '#shared/markdown.ts';
import { safeCell } from '#shared/plain-text.ts';
import { subsetInfo, type TestSubset } from '#shared/subsets.ts';

export interface CopiedTable {
  head: readonly string[];
  /** Texts as they are read. */
  rows: readonly (readonly string[])[];
}

/** A subset in a table that is taken away: by both of its names. */
export const subsetText = (subset: TestSubset): string => `${subset} ${subsetInfo(subset).notation}`;

export const COPIES = { tsv, markdown } satisfies Record<string, (table: CopiedTable) => string>;

/** A cell has neither a tab nor a line of its own, and no program takes it for a formula. */
function tsv({ head, rows }: CopiedTable): string {
  // A plus before a number would make a formula of it.
  const cell = (text: string) => safeCell(text.replace(/[\t\r\n]+/g, ' ').replace(/^\+(?=\d)/, ''));
  return [head, ...rows].map((row) => `${row.map(cell).join('\t')}\n`).join('');
}

/** The first column to the left, numbers to the right. */
function markdown({ head, rows }: CopiedTable): string {
  return markdownRows(
    head.map((text, i) => ({ head: text, number: i > 0 })),
    rows.map((row) => row.map((text) => escapedMarkdown(text.replace(/[\r\n]+/g, ' ')))),
  );
}
