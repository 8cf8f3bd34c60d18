/** Tables of text as LaTeX, with whatever would be taken for a command made harmless. */
import type { TextColumn } from '#shared/markdown.ts';
import { inLines, visible } from '#shared/plain-text.ts';

/**
 * A `tabular` with the rules of the package booktabs.
 * @param rows of LaTeX, as `escapedLatex` makes it of plain text
 */
export function latexTabular(columns: readonly TextColumn[], rows: readonly string[][]): string {
  const line = (cells: readonly string[]) => String.raw`  ${cells.join(' & ')} \\`;
  return [
    String.raw`\begin{tabular}{${columns.map(({ number }) => (number ? 'r' : 'l')).join('')}}`,
    String.raw`  \toprule`,
    line(
      columns.map(({ head, number }) => stacked(head, WIDEST_HEAD, number ? '[b]{@{}r@{}}' : '[b]{@{}l@{}}')),
    ),
    String.raw`  \midrule`,
    ...rows.map(line),
    String.raw`  \bottomrule`,
    String.raw`\end{tabular}`,
    '',
  ].join('\n');
}

/** Letters of a line: a head is hardly wider than the numbers below it, a name than half of a page's column. */
const [WIDEST_HEAD, WIDEST_NAME] = [12, 28];

/** A name in as many lines as it takes to leave room for the columns beside it. */
export const latexName = (text: string): string => stacked(text, WIDEST_NAME, '[t]{@{}l@{}}');

/** @param aligned how the lines of a small table of their own stand: at its foot or head, left or right */
function stacked(text: string, widest: number, aligned: string): string {
  const lines = inLines(text.split(' '), (line) => [...line].length <= widest).map(escapedLatex);
  if (lines.length === 1) return lines[0];
  return String.raw`\begin{tabular}${aligned}${lines.join(String.raw`\\`)}\end{tabular}`;
}

/** Drawn smaller where it is wider than the text around it, in place of running off the page; needs graphicx. */
export function latexFitted(tabular: string): string {
  const width = String.raw`\ifdim\width>\linewidth\linewidth\else\width\fi`;
  return `\\resizebox{${width}}{!}{%\n${tabular}}`;
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
  // Behind the end of a row they would be its own.
  '[': '{[}',
  '*': '{*}',
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
