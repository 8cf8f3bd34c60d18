/** A table as text for other programs: CSV, Markdown, LaTeX (booktabs). */
import { stringify } from 'csv-stringify/sync';
import type { ComparisonTable } from '#shared/api/system.ts';
import { notationParts } from '#shared/notation.ts';
import type { ComparisonInput } from './input.ts';
import { escapedMarkdown, markdownRows } from '#shared/markdown.ts';
import { escapedLatex, latexFitted, latexName, latexTabular } from '../table-markup.ts';
import { comparisonTables, type Cell, type Table } from './tables.ts';

export type TableFormat = 'csv' | 'markdown' | 'latex';

/**
 * The tables of a comparison as one text.
 * @param which only this one; of CSV, which holds one, the numbers of every seed where it is left out
 */
export function comparisonText(input: ComparisonInput, format: TableFormat, which?: ComparisonTable): string {
  const chosen = which ?? (format === 'csv' ? 'seeds' : undefined);
  const tables = comparisonTables(input).filter(({ id }) => chosen === undefined || id === chosen);
  return tablesText(tables, format);
}

/** Tables one below the other. */
function tablesText(tables: readonly Table[], format: TableFormat): string {
  return tables.map(WRITERS[format]).join('\n');
}

const WRITERS: Record<TableFormat, (table: Table) => string> = {
  csv: ({ records }) => stringify(records, { header: true }),
  markdown,
  latex,
};

function markdown({ title, note, columns, rows }: Table): string {
  const cells = rows.map((row) => row.map(markdownCell));
  return `## ${escapedMarkdown(title)}\n\n${escapedMarkdown(note)}\n\n${markdownRows(columns, cells)}`;
}

function markdownCell(cell: Cell): string {
  return escapedMarkdown(typeof cell === 'string' ? cell : cell.notation);
}

function latex({ id, title, note, columns, rows }: Table): string {
  const tabular = latexTabular(
    columns,
    rows.map((row) => row.map(latexCell)),
  );
  return [
    String.raw`% \usepackage[T1]{fontenc}, \usepackage{booktabs}, \usepackage{graphicx}; names in other scripts than Latin and Greek need LuaLaTeX`,
    String.raw`\begin{table}`,
    String.raw`\centering\small\setlength{\tabcolsep}{4pt}`,
    String.raw`\caption{${escapedLatex(`${title}. ${note}`)}}`,
    String.raw`\label{tab:${id}}`,
    latexFitted(tabular),
    String.raw`\end{table}`,
    '',
  ].join('\n');
}

function latexCell(cell: Cell): string {
  return typeof cell === 'string' ? latexName(cell) : notationLatex(cell.notation);
}

/** Letters above which the paper sets a mark. */
const ACCENTS: Record<string, string> = {
  '\u0307': 'dot',
  '\u0304': 'bar',
  '\u0303': 'tilde',
  '\u0302': 'hat',
};

/** `Ḋ₁ᶜᵒⁿˢ QA₁` → `$\dot{D}_{1}^{\mathrm{cons}}\ QA_{1}$`. */
export function notationLatex(notation: string): string {
  const parts = notationParts(notation).map(({ text, shift }) => {
    if (shift === 'sub') return `_{${text}}`;
    if (shift === 'super') return String.raw`^{\mathrm{${text}}}`;
    return text
      .normalize('NFD')
      .replace(/(\p{L})(\p{M})/gu, (_, letter: string, mark: string) => `\\${ACCENTS[mark]}{${letter}}`)
      .replaceAll(' ', String.raw`\ `);
  });
  return `$${parts.join('')}$`;
}
