/** One legend below all panels of a figure. */
import { widthOf, wrapped } from './font.ts';
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

/** In rows, as many beside each other as fit; a name that is longer than a row takes several lines. */
export function drawLegend(entries: readonly LineSeries[], { width, font }: Room): Drawn {
  const before = (STROKE + 0.4) * font;
  const leading = font * LEADING;
  let [x, y, height] = [0, 0, 0];
  const marks = entries.flatMap(({ name, colour, interval }): Mark[] => {
    const lines = wrapped(name, font, width - before);
    const needed = before + Math.max(...lines.map((each) => widthOf(each, font)));
    if (x > 0 && x + needed > width) [x, y, height] = [0, y + height, 0];
    const left = x;
    x += needed + GAP * font;
    height = Math.max(height, lines.length * leading);
    return [
      swatch({ colour, interval }, left, y + font * 0.65, font),
      ...lines.map((each, i) => text(left + before, y + i * leading + font, each, font)),
    ];
  });
  return { height: y + height, marks };
}

function swatch(
  { colour, interval }: Pick<LineSeries, 'colour' | 'interval'>,
  x: number,
  y: number,
  font: number,
): Mark {
  const stroke = STROKE * font;
  return interval === 'band'
    ? { kind: 'path', d: line(x, y, x + stroke, y), stroke: colour, width: THICK * 1.4 }
    : { kind: 'path', d: circle(x + stroke / 2, y, font * 0.28), fill: colour };
}
