/** One legend below all panels of a figure. */
import { widthOf, wrapped } from './font.ts';
import { LEADING, text, THICK, type Drawn, type Room } from './frame.ts';
import { line, markPath, openMark, type Mark } from './marks.ts';
import type { ForestPanel, LineSeries, Panel, PointPanel } from './model.ts';

/** A name with its colour, beside a stroke, a dot or the mark of an experiment. */
type Entry = Pick<LineSeries, 'name' | 'colour' | 'interval'> & {
  mark?: PointPanel['series'][number]['mark'];
  /** Drawn hollow. */
  open?: boolean;
};

/** More experiments than this are not named: nobody finds one among so many. */
export const MOST_NAMED = 16;

/** Length of the stroke beside a name, and the room after a name, in units of the font size. */
const STROKE = 1.6;
const GAP = 1.2;

/** What lines are called, each once; nothing where no panel has several. */
export function legendOf(panels: readonly Panel[]): Entry[] {
  const named = panels.flatMap(entriesOf).filter(({ name }) => name !== '');
  return [...new Map(named.map((entry) => [`${entry.name} ${entry.colour}`, entry])).values()];
}

function entriesOf(panel: Panel): Entry[] {
  if (panel.kind === 'lines') return [...panel.series];
  if (panel.kind === 'forest') return singleEntries(panel);
  if (panel.kind !== 'points' && panel.kind !== 'parallel') return [];
  if (panel.series.length > MOST_NAMED) return [];
  const points = panel.kind === 'points';
  return panel.series.map(({ name, colour, mark }) => ({
    ...{ name, colour, interval: points ? 'bars' : 'band' },
    ...(points ? { mark } : {}),
  }));
}

/** The experiments of groups, by their open marks. */
function singleEntries({ rows }: ForestPanel): Entry[] {
  const singles = new Map(rows.flatMap((row) => (row.singles ?? []).map((single) => [single.name, single])));
  if (singles.size > MOST_NAMED) return [];
  return [...singles.values()].map(({ name, colour, mark }) => ({
    ...{ name, colour, mark, interval: 'bars', open: true },
  }));
}

/** In rows, as many beside each other as fit; a name that is longer than a row takes several lines. */
export function drawLegend(entries: readonly Entry[], { width, font }: Room): Drawn {
  const before = (STROKE + 0.4) * font;
  const leading = font * LEADING;
  let [x, y, height] = [0, 0, 0];
  const marks = entries.flatMap(({ name, ...look }): Mark[] => {
    const lines = wrapped(name, font, width - before);
    const needed = before + Math.max(...lines.map((each) => widthOf(each, font)));
    if (x > 0 && x + needed > width) [x, y, height] = [0, y + height, 0];
    const left = x;
    x += needed + GAP * font;
    height = Math.max(height, lines.length * leading);
    return [
      swatch(look, left, y + font * 0.65, font),
      ...lines.map((each, i) => text(left + before, y + i * leading + font, each, font)),
    ];
  });
  return { height: y + height, marks };
}

function swatch(
  { colour, interval, mark = 'circle', open = false }: Omit<Entry, 'name'>,
  x: number,
  y: number,
  font: number,
): Mark {
  const stroke = STROKE * font;
  if (open) return openMark({ mark, colour }, x + stroke / 2, y, font * 0.28);
  return interval === 'band'
    ? { kind: 'path', d: line(x, y, x + stroke, y), stroke: colour, width: THICK * 1.4 }
    : { kind: 'path', d: markPath(mark, x + stroke / 2, y, font * 0.28), fill: colour };
}
