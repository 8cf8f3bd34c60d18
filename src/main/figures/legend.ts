/** One legend below all panels of a figure. */
import { widthOf, fitted } from './font.ts';
import { LEADING, text, THICK, type Drawn, type Room } from './frame.ts';
import { circle, line, type Mark } from './marks.ts';
import type { LineSeries, Panel } from './model.ts';

/** Length of the stroke beside a name, and the room after a name, in units of the font size. */
const STROKE = 1.6;
const GAP = 1.2;

/** What lines are called, each once; nothing where no panel has several. */
export function legendOf(panels: readonly Panel[]): LineSeries[] {
  const all = panels.flatMap((panel) => (panel.kind === 'lines' ? panel.series : []));
  const named = all.filter(({ name }) => name !== '');
  return [...new Map(named.map((series) => [`${series.name} ${series.colour}`, series])).values()];
}

/** In rows, as many beside each other as fit. */
export function drawLegend(entries: readonly LineSeries[], { width, font }: Room): Drawn {
  const stroke = STROKE * font;
  let [x, row] = [0, 0];
  const marks = entries.flatMap(({ name, colour, interval }): Mark[] => {
    const words = fitted(name, font, width - stroke - font * 0.4);
    const needed = stroke + font * 0.4 + widthOf(words, font);
    if (x > 0 && x + needed > width) [x, row] = [0, row + 1];
    const [left, y] = [x, row * font * LEADING + font];
    x += needed + GAP * font;
    const middle = y - font * 0.35;
    return [
      interval === 'band'
        ? { kind: 'path', d: line(left, middle, left + stroke, middle), stroke: colour, width: THICK * 1.4 }
        : { kind: 'path', d: circle(left + stroke / 2, middle, font * 0.28), fill: colour },
      text(left + stroke + font * 0.4, y, words, font),
    ];
  });
  return { height: entries.length === 0 ? 0 : (row + 1) * font * LEADING, marks };
}
