/** What panels with axes have in common: colours, the frame, ticks that do not overlap. */
import { INK, MUTED, RULE } from '../report/plot.ts';
import { fitted, widthOf, wrapped } from './font.ts';
import { line, type Mark, type TextMark } from './marks.ts';

/** Where a panel stands on the sheet: its width, and the size of its letters, in points. */
export interface Room {
  width: number;
  font: number;
}

/** A panel drawn from its own origin. */
export interface Drawn {
  height: number;
  marks: Mark[];
}

/** Distance between lines of text, in units of the font size. */
export const LEADING = 1.4;
/** Widths of strokes in points: an axis, a curve. */
export const THIN = 0.5;
export const THICK = 1.1;

type Placed = Partial<Pick<TextMark, 'anchor' | 'bold' | 'turned' | 'colour'>>;

export function text(x: number, y: number, words: string, size: number, more: Placed = {}): TextMark {
  return { kind: 'text', x, y, text: words, size, colour: INK, anchor: 'start', ...more };
}

export const rule = (x1: number, y1: number, x2: number, y2: number): Mark => ({
  ...{ kind: 'path', d: line(x1, y1, x2, y2), stroke: RULE, width: THIN },
});

export const axisLine = (x1: number, y1: number, x2: number, y2: number): Mark => ({
  ...{ kind: 'path', d: line(x1, y1, x2, y2), stroke: MUTED, width: THIN },
});

/** The panel's title, where it has one. */
export function heading(title: string, room: Room): Drawn {
  return title === '' ? { height: 0, marks: [] } : paragraph(title, room, { bold: true });
}

/** A text in as many lines as it needs. */
export function paragraph(words: string, { width, font }: Room, more: Placed = {}): Drawn {
  const lines = wrapped(words, font, width, more.bold ? 'bold' : 'regular');
  return {
    height: lines.length * font * LEADING,
    marks: lines.map((each, i) => text(0, i * font * LEADING + font, each, font, more)),
  };
}

export interface Label {
  x: number;
  text: string;
}

/** No name of a tick is longer than this, in units of the font size. */
const LONGEST = 12;

/** Labels below an axis: beside each other where they fit, turned where they do not. */
export function labelsBelow(labels: readonly Label[], y: number, { width, font }: Room): Drawn {
  const cut = labels.map((label) => ({ ...label, text: fitted(label.text, font, LONGEST * font) }));
  const widths = cut.map((label) => widthOf(label.text, font));
  // The outermost stay on the sheet.
  const short = cut.map(({ x, text: words }, i) => ({
    x: Math.min(width - widths[i] / 2, Math.max(widths[i] / 2, x)),
    text: words,
  }));
  const fits = short.every(
    ({ x }, i) => i === 0 || x - short[i - 1].x > (widths[i] + widths[i - 1]) / 2 + font / 3,
  );
  if (fits)
    return {
      height: font * LEADING,
      marks: short.map((label) =>
        text(label.x, y + font * 1.2, label.text, font, { anchor: 'middle', colour: MUTED }),
      ),
    };
  return {
    height: Math.max(...widths) + font * 0.8,
    marks: cut.map((label) =>
      text(label.x + font * 0.35, y + font * 0.5, label.text, font, {
        anchor: 'end',
        turned: true,
        colour: MUTED,
      }),
    ),
  };
}
