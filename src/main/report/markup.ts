/**
 * HTML and SVG as tagged templates: whatever is filled in is escaped, unless it is `Markup` itself.
 */
import { escape } from 'html-escaper';
import { notationParts, SHIFTED_SIZE, SHIFTS } from '#shared/notation.ts';
import { visibleLines } from '#shared/plain-text.ts';

/** Text that is already valid markup. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** What a template takes: text and numbers are escaped, lists joined, null and false left out. */
export type Fill = string | number | Markup | null | undefined | false | readonly Fill[];

/** Tagged template for HTML and SVG. */
export function markup(literals: TemplateStringsArray, ...fills: Fill[]): Markup {
  return new Markup(String.raw({ raw: literals }, ...fills.map(render)));
}

function render(fill: Fill): string {
  if (fill === null || fill === undefined || fill === false) return '';
  if (fill instanceof Markup) return fill.text;
  if (typeof fill === 'object') return fill.map(render).join('');
  // XML allows no control characters, not even escaped.
  return escape(visibleLines(String(fill)));
}

/** Notation for a web page. */
export function notationHtml(notation: string): Markup {
  const parts = notationParts(notation).map(({ text, shift }) => {
    if (shift === 'sub') return markup`<sub>${text}</sub>`;
    return shift === 'super' ? markup`<sup>${text}</sup>` : markup`${text}`;
  });
  return markup`<span class="notation">${parts}</span>`;
}

/** Notation as `<tspan>`s; `dy` rather than `baseline-shift`, which not every reader knows. */
export function notationSvg(notation: string, fontSize: number): Markup {
  let at = 0;
  const parts = notationParts(notation).map(({ text, shift }) => {
    const size = shift === 'none' ? fontSize : fontSize * SHIFTED_SIZE;
    const dy = (SHIFTS[shift] - at) * fontSize;
    at = SHIFTS[shift];
    // Some readers drop a space at the start of a tspan.
    const spaced = text.replaceAll(' ', '\u00a0');
    return markup`<tspan dy="${dy.toFixed(2)}" font-size="${size.toFixed(2)}">${spaced}</tspan>`;
  });
  return markup`${parts}`;
}
