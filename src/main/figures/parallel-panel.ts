/** Lines through parallel axes: an experiment or a run each, in the colour of its experiment. */
import { INK, MUTED } from '../report/plot.ts';
import { fitted, widthOf, wrapped } from './font.ts';
import { axisLine, heading, LEADING, text, THICK, type Drawn, type Room } from './frame.ts';
import { box, line, PAPER, type Mark } from './marks.ts';
import type { ParallelPanel } from './model.ts';

const SHAPE = 0.45;
const LEAST = 14;
const MOST = 30;
const CLEAR = 0.85;
const PALE = 0.15;
/** Lines that a name of an axis may take. */
const NAME_LINES = 4;

export function drawParallel(panel: ParallelPanel, room: Room): Drawn {
  const { font, width } = room;
  const head = heading(panel.title, room);
  const step = width / panel.axes.length;
  const places = panel.axes.map((_, i) => step * (i + 0.25));
  const names = panel.axes.map(({ title }) =>
    wrapped(title, font, step - font * 0.5)
      .slice(0, NAME_LINES)
      .map((each) => fitted(each, font, step - font * 0.3)),
  );
  const top = head.height + Math.max(...names.map((lines) => lines.length)) * font * LEADING + font * 0.6;
  const bottom = top + Math.min(MOST * font, Math.max(LEAST * font, width * SHAPE));
  const y = (at: number) => top + at * (bottom - top);
  return {
    height: bottom + font * 0.8,
    marks: [
      ...head.marks,
      ...lineMarks(panel, places, y),
      ...panel.axes.flatMap(({ ticks }, i) => [
        axisLine(places[i]!, top, places[i]!, bottom),
        ...ticks.flatMap(({ at, text: words }) => [
          axisLine(places[i]! - font * 0.25, y(at), places[i]!, y(at)),
          ...written(words, places[i]! + font * 0.3, y(at) + font * 0.36, { width: step * 0.7, font }),
        ]),
        ...names[i]!.flatMap((words, k) =>
          written(
            words,
            Math.max(0, places[i]! - step * 0.2),
            head.height + (k + 1) * font * LEADING - font * 0.3,
            { width: step, font },
            INK,
          ),
        ),
      ]),
    ],
  };
}

/** A text that has room beside its axis, on paper of its own; what has none is told by the remark of the figure. */
function written(words: string, x: number, y: number, { width, font }: Room, colour: string = MUTED): Mark[] {
  const shown = fitted(words, font, width);
  const taken = widthOf(shown, font);
  if (taken > width) return [];
  const paper = box(x - font * 0.1, y - font * 0.85, taken + font * 0.2, font * 1.1);
  return [{ kind: 'path', d: paper, fill: PAPER, opacity: 0.75 }, text(x, y, shown, font, { colour })];
}

/** Letters that an axis needs for its values. */
const NEEDED = 5;

/** Whether its axes are too close for what is written on them. */
export function isCrowded({ axes }: ParallelPanel, { width, font }: Room): boolean {
  return width / axes.length < NEEDED * font;
}

/** What was not chosen first. */
function lineMarks({ series }: ParallelPanel, places: readonly number[], y: (at: number) => number): Mark[] {
  const all = series.flatMap(({ lines, colour }) => lines.map((each) => ({ ...each, colour })));
  return all
    .toSorted((a, b) => Number(b.pale) - Number(a.pale))
    .flatMap(({ at, colour, pale }): Mark[] => {
      const d = at
        .slice(1)
        .map((end, i) => {
          const start = at[i] ?? null;
          return start === null || end === null ? '' : line(places[i]!, y(start), places[i + 1]!, y(end));
        })
        .join('');
      return d === ''
        ? []
        : [{ kind: 'path', d, stroke: pale ? faint(colour, PALE) : faint(colour, CLEAR), width: THICK }];
    });
}

/** Mixed with the white of the paper: a stroke has no opacity. */
function faint(hex: string, share: number): string {
  const channels = [1, 3, 5].map((from) => parseInt(hex.slice(from, from + 2), 16));
  const mixed = channels.map((value) => Math.round(255 + (value - 255) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
