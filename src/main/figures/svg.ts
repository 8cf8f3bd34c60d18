/**
 * A figure as SVG: text stays text, nothing is fetched from anywhere. Its colours are those of paper; classes say what is
 * ink, rule, axis or paper, so that a page can give it its own (`report/style.ts`).
 */
import { markup, notationSvg, type Markup } from '../report/markup.ts';
import { at, INK, MUTED, RULE } from '../report/plot.ts';
import { FAMILY, widthOf } from './font.ts';
import { PAPER, type Mark, type PathMark, type Sheet, type TextMark } from './marks.ts';

/** @returns an SVG document whose size is in points */
export function sheetSvg({ width, height, title, description, marks }: Sheet): string {
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${at(width)} ${at(height)}" width="${at(width)}pt" height="${at(height)}pt" role="img" font-family="${FAMILY}">
<title>${title}</title>
<desc>${description}</desc>
<rect width="${at(width)}" height="${at(height)}" fill="${PAPER}" class="paper"/>
${marks.map(markSvg)}</svg>
`.text;
}

const markSvg = (mark: Mark): Markup => (mark.kind === 'text' ? textSvg(mark) : pathSvg(mark));

const TEXT_CLASSES: Record<string, string> = { [INK]: 'ink', [MUTED]: 'muted' };
const STROKE_CLASSES: Record<string, string> = { [INK]: 'line', [MUTED]: 'axis', [RULE]: 'rule' };

/** Where a reader has not the font, letters of another one take the room that was laid out for them. */
function textSvg({ x, y, text, size, colour, anchor, bold, turned }: TextMark): Markup {
  return markup`<text x="${at(x)}" y="${at(y)}" font-size="${at(size)}" fill="${colour}" text-anchor="${anchor}" textLength="${at(widthOf(text, size, bold ? 'bold' : 'regular'))}" lengthAdjust="spacingAndGlyphs"${bold && markup` font-weight="600"`}${turned && markup` transform="rotate(-90 ${at(x)} ${at(y)})"`}${classOf(TEXT_CLASSES[colour])}>${notationSvg(text, size)}</text>
`;
}

function pathSvg(mark: PathMark): Markup {
  const { d, fill, opacity, stroke, width = 1, dash } = mark;
  return markup`<path d="${d}" fill="${fill ?? 'none'}"${opacity !== undefined && markup` fill-opacity="${opacity}"`}${stroke && markup` stroke="${stroke}" stroke-width="${width}" stroke-linejoin="round"`}${dash && markup` stroke-dasharray="${dash.join(' ')}"`}${classOf(pathClass(mark))}/>
`;
}

const classOf = (name: string | undefined) => name !== undefined && markup` class="${name}"`;

/** A ground has the ink of paper on it, and stays as it is. */
function pathClass({ fill, stroke, ground }: PathMark): string | undefined {
  if (ground) return undefined;
  if (stroke) return STROKE_CLASSES[stroke] ?? (fill === PAPER ? 'colour open' : 'colour');
  return fill === INK ? 'ink' : 'colour';
}
