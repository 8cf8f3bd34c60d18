/** Tables of text as LaTeX, with whatever would be taken for a command made harmless. */
import type { TextColumn } from '#shared/markdown.ts';
import { visible } from '#shared/plain-text.ts';

/**
 * A `tabular` with the rules of the package booktabs.
 * @param rows of LaTeX, as `escapedLatex` makes it of plain text
 */
export function latexTabular(columns: readonly TextColumn[], rows: readonly string[][]): string {
  const line = (cells: readonly string[]) => String.raw`  ${cells.join(' & ')} \\`;
  return [
    String.raw`\begin{tabular}{${columns.map(({ number }) => (number ? 'r' : 'l')).join('')}}`,
    String.raw`  \toprule`,
    line(columns.map(({ head }) => escapedLatex(head))),
    String.raw`  \midrule`,
    ...rows.map(line),
    String.raw`  \bottomrule`,
    String.raw`\end{tabular}`,
    '',
  ].join('\n');
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
