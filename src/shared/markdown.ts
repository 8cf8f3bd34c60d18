/** Tables of text as Markdown, with whatever would be taken for a command made harmless. */
import { markdownTable } from 'markdown-table';
import { visible } from './plain-text.ts';

/** A column: numbers go right. */
export interface TextColumn {
  head: string;
  number: boolean;
}

/** @param rows of Markdown, as `escapedMarkdown` makes it of plain text */
export function markdownRows(columns: readonly TextColumn[], rows: readonly string[][]): string {
  const align = columns.map(({ number }) => (number ? 'r' : 'l'));
  return `${markdownTable([columns.map(({ head }) => escapedMarkdown(head)), ...rows], { align })}\n`;
}

/** What Markdown would take for its own. */
export function escapedMarkdown(text: string): string {
  return visible(text).replace(/[\\`*_[\]<>|#~]/g, String.raw`\$&`);
}
