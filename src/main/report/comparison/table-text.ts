/** A table as text for other programs: CSV, Markdown, LaTeX (booktabs). */
import { stringify } from 'csv-stringify/sync';
import { markdownTable } from 'markdown-table';
import { notationParts } from '#shared/notation.ts';
import { visible } from '#shared/plain-text.ts';
import type { ComparisonInput } from './input.ts';
import { comparisonTables, type Cell, type Table, type TableId } from './tables.ts';

export type TableFormat = 'csv' | 'markdown' | 'latex';

/**
 * The tables of a comparison as one text.
 * @param which only this one; of CSV, which holds one, the numbers of every seed where it is left out
 */
export function comparisonText(input: ComparisonInput, format: TableFormat, which?: TableId): string {
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
  const grid = [
    columns.map(({ head }) => escapedMarkdown(head)),
    ...rows.map((row) => row.map(markdownCell)),
  ];
  const table = markdownTable(grid, { align: columns.map(({ number }) => (number ? 'r' : 'l')) });
  return `## ${escapedMarkdown(title)}\n\n${escapedMarkdown(note)}\n\n${table}\n`;
}

function markdownCell(cell: Cell): string {
  return escapedMarkdown(typeof cell === 'string' ? cell : cell.notation);
}

/** What Markdown would take for its own. */
function escapedMarkdown(text: string): string {
  return visible(text).replace(/[\\`*_[\]<>|#~]/g, String.raw`\$&`);
}

function latex({ id, title, note, columns, rows }: Table): string {
  const line = (cells: string[]) => String.raw`${cells.join(' & ')} \\`;
  return [
    '% \\usepackage[T1]{fontenc}, \\usepackage{booktabs}; names in other scripts than Latin and Greek need LuaLaTeX',
    String.raw`\begin{table}`,
    String.raw`\centering\small`,
    String.raw`\caption{${escapedLatex(`${title}. ${note}`)}}`,
    String.raw`\label{tab:${id}}`,
    String.raw`\begin{tabular}{${columns.map(({ number }) => (number ? 'r' : 'l')).join('')}}`,
    String.raw`\toprule`,
    line(columns.map(({ head }) => escapedLatex(head))),
    String.raw`\midrule`,
    ...rows.map((row) => line(row.map(latexCell))),
    String.raw`\bottomrule`,
    String.raw`\end{tabular}`,
    String.raw`\end{table}`,
    '',
  ].join('\n');
}

function latexCell(cell: Cell): string {
  return typeof cell === 'string' ? escapedLatex(cell) : notationLatex(cell.notation);
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

const GREEK = [
  ...[
    'alpha',
    'beta',
    'gamma',
    'delta',
    'varepsilon',
    'zeta',
    'eta',
    'theta',
    'iota',
    'kappa',
    'lambda',
    'mu',
  ],
  ...[
    'nu',
    'xi',
    'omicron',
    'pi',
    'rho',
    'varsigma',
    'sigma',
    'tau',
    'upsilon',
    'varphi',
    'chi',
    'psi',
    'omega',
  ],
];

const LATEX: Record<string, string> = {
  '\\': String.raw`\textbackslash{}`,
  '~': String.raw`\textasciitilde{}`,
  '^': String.raw`\textasciicircum{}`,
  '<': String.raw`\textless{}`,
  '>': String.raw`\textgreater{}`,
  '|': String.raw`\textbar{}`,
  '−': '$-$',
  '–': '--',
  '’': "'",
  '“': '``',
  '”': "''",
  '"': String.raw`\textquotedbl{}`,
  ...Object.fromEntries([...'&%$#_{}'].map((character) => [character, `\\${character}`])),
  ...Object.fromEntries(
    GREEK.map((name, i) => [String.fromCharCode(0x3b1 + i), name === 'omicron' ? 'o' : `$\\${name}$`]),
  ),
};

/** A text in which LaTeX takes nothing for its own. */
export function escapedLatex(text: string): string {
  return [...visible(text)].map((character) => LATEX[character] ?? character).join('');
}
