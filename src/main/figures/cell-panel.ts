/** A map of cells: the stronger the colour, the larger the value; numbers in them where they fit. */
import { scaleLinear } from 'd3-scale';
import { endsOf } from '#shared/stats/interval.ts';
import { MUTED } from '../report/plot.ts';
import { fitted, widthOf } from './font.ts';
import { heading, labelsBelow, LEADING, text, type Drawn, type Room } from './frame.ts';
import { box, type Mark } from './marks.ts';
import type { CellPanel } from './model.ts';

const ROW = { plain: 1.7, two: 3 };
/** Of the width, what the names of rows take at most. */
const NAMES = 0.35;
/** A cell is no wider, in units of the font size: a map of two columns is no chessboard. */
const WIDEST = 9;
const STEPS = 10;
/** Between cells, in points. */
const GAP = 0.4;
const colour = scaleLinear([0, 1], ['#f2f5fa', '#1f4e9e']);
/** Text on a strong colour is white; on a weak one black, on a dark page too. */
const WHITE_FROM = 0.55;
const [WHITE, BLACK] = ['#ffffff', '#101215'];

export function drawCells(panel: CellPanel, room: Room): Drawn {
  const { width, font } = room;
  const head = heading(panel.title, room);
  const top = head.height + font * 0.3;
  const names = panel.rows.map((name) => fitted(name, font, width * NAMES));
  const left = Math.max(...names.map((name) => widthOf(name, font))) + font * 0.6;
  const cell = Math.min(WIDEST * font, (width - left) / Math.max(1, panel.columns.length));
  const words = wordsIn(panel);
  const lines = linesIn(words.flat(), cell - font * 0.3, font);
  const row = (lines.second ? ROW.two : ROW.plain) * font;
  const bottom = top + panel.rows.length * row;
  const columns = panel.columns.map((name, k) => ({ x: left + (k + 0.5) * cell, text: visible(name) }));
  const below = labelsBelow(columns, bottom, room);
  const scale = scaleMarks(panel, left, bottom + below.height + font * 0.4, room);
  return {
    height: bottom + below.height + scale.height,
    marks: [
      ...head.marks,
      ...panel.cells.flatMap((spots, i) =>
        spots.flatMap(({ mean }, k) =>
          cellMarks(strengthOf(panel, mean), words[i][k], lines, {
            ...{ left: left + k * cell, top: top + i * row },
            ...{ width: cell - GAP, height: row - GAP, font },
          }),
        ),
      ),
      ...names.map((name, i) =>
        text(left - font * 0.4, top + (i + 0.5) * row + font * 0.36, name, font, {
          anchor: 'end',
          colour: MUTED,
        }),
      ),
      ...below.marks,
      ...scale.marks,
    ],
  };
}

const visible = (name: string) => name.replaceAll('\n', '↵').trim() || '␣';

/** What is written in a cell: its mean, and below that its interval, or what else was measured in cells of this map. */
interface Words {
  mean: string;
  second: string | null;
}

function wordsIn({ cells, text: written }: CellPanel): Words[][] {
  const others = cells.flat().some(({ also }) => also);
  const interval = ([low, high]: number[]) =>
    low === undefined ? null : `${written(low)} to ${written(high)}`;
  return cells.map((row) =>
    row.map(({ also, ...spot }) => ({
      mean: written(spot.mean),
      second: others ? (also?.text ?? null) : interval(endsOf(spot)),
    })),
  );
}

/** Which lines fit in every cell: all have them or none. */
interface Lines {
  mean: boolean;
  second: boolean;
}

function linesIn(cells: readonly Words[], room: number, font: number): Lines {
  const mean = cells.every((words) => widthOf(words.mean, font) < room);
  const second = cells.every((words) => words.second === null || widthOf(words.second, font) < room);
  return { mean, second: mean && second && cells.some((words) => words.second !== null) };
}

interface Place {
  left: number;
  top: number;
  width: number;
  height: number;
  font: number;
}

function cellMarks(
  strength: number,
  { mean, second }: Words,
  lines: Lines,
  { left, top, width, height, font }: Place,
): Mark[] {
  const look = { anchor: 'middle', colour: strength > WHITE_FROM ? WHITE : BLACK } as const;
  const x = left + width / 2;
  const two = lines.second ? second : null;
  return [
    { kind: 'path', d: box(left, top, width, height), fill: hex(strength), ground: true },
    ...(lines.mean
      ? [text(x, top + height * (two === null ? 0.5 : 0.42) + font * 0.36, mean, font, look)]
      : []),
    ...(two === null ? [] : [text(x, top + height * 0.86, two, font, look)]),
  ];
}

function strengthOf({ domain: [least, most] }: CellPanel, mean: number): number {
  return Math.min(1, Math.max(0, (mean - least) / (most - least || 1)));
}

/** PDF takes no `rgb(…)`. */
function hex(strength: number): string {
  const parts = colour(strength)
    .match(/\d+/g)!
    .map((part) => Number(part).toString(16).padStart(2, '0'));
  return `#${parts.join('')}`;
}

/** What the colours mean. */
function scaleMarks(
  { domain: [least, most], text: written }: CellPanel,
  below: number,
  y: number,
  { width, font }: Room,
): Drawn {
  const step = font * 0.9;
  const needed = widthOf(written(least), font) + widthOf(written(most), font) + STEPS * step + font * 0.8;
  const left = Math.max(0, Math.min(below, width - needed));
  const first = left + widthOf(written(least), font) + font * 0.4;
  const boxes = Array.from({ length: STEPS }, (_, i): Mark => ({
    kind: 'path',
    d: box(first + i * step, y + font * 0.3, step, font * 0.8),
    fill: hex(i / (STEPS - 1)),
    ground: true,
  }));
  return {
    height: font * LEADING + font * 0.4,
    marks: [
      text(left, y + font, written(least), font, { colour: MUTED }),
      ...boxes,
      text(first + STEPS * step + font * 0.4, y + font, written(most), font, { colour: MUTED }),
    ],
  };
}
