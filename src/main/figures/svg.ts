/** A figure as SVG: text stays text, nothing is fetched from anywhere. */
import { markup, notationSvg, type Markup } from '../report/markup.ts';
import { at } from '../report/plot.ts';
import { FAMILY } from './font.ts';
import type { Mark, PathMark, Sheet, TextMark } from './marks.ts';

/** @returns an SVG document whose size is in points */
export function sheetSvg({ width, height, title, description, marks }: Sheet): string {
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${at(width)} ${at(height)}" width="${at(width)}pt" height="${at(height)}pt" role="img" font-family="${FAMILY}">
<title>${title}</title>
<desc>${description}</desc>
<rect width="${at(width)}" height="${at(height)}" fill="#ffffff"/>
${marks.map(markSvg)}</svg>
`.text;
}

const markSvg = (mark: Mark): Markup => (mark.kind === 'text' ? textSvg(mark) : pathSvg(mark));

function textSvg({ x, y, text, size, colour, anchor, bold, turned }: TextMark): Markup {
  return markup`<text x="${at(x)}" y="${at(y)}" font-size="${at(size)}" fill="${colour}" text-anchor="${anchor}"${bold && markup` font-weight="600"`}${turned && markup` transform="rotate(-90 ${at(x)} ${at(y)})"`}>${notationSvg(text, size)}</text>
`;
}

function pathSvg({ d, fill, opacity, stroke, width = 1, dash }: PathMark): Markup {
  return markup`<path d="${d}" fill="${fill ?? 'none'}"${opacity !== undefined && markup` fill-opacity="${opacity}"`}${stroke && markup` stroke="${stroke}" stroke-width="${width}" stroke-linejoin="round"`}${dash && markup` stroke-dasharray="${dash.join(' ')}"`}/>
`;
}
