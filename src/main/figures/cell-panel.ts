/** A map of cells: the stronger the colour, the larger the value; numbers in them where they fit. */
import { scaleLinear } from 'd3-scale';
import { INK, MUTED } from '../report/plot.ts';
import { fitted, widthOf } from './font.ts';
import { heading, labelsBelow, LEADING, text, type Drawn, type Room } from './frame.ts';
import { box, type Mark } from './marks.ts';
import type { CellPanel } from './model.ts';

const ROW = 1.7;
/** Of the width, what the names of rows take at most. */
const NAMES = 0.35;
/** A cell is no wider, in units of the font size: a map of two columns is no chessboard. */
const WIDEST = 9;
const STEPS = 10;
const colour = scaleLinear([0, 1], ['#f2f5fa', '#1f4e9e']);
/** Text on a strong colour is white. */
const WHITE_FROM = 0.55;

export function drawCells(panel: CellPanel, room: Room): Drawn {
  const { width, font } = room;
  const head = heading(panel.title, room);
  const top = head.height + font * 0.3;
  const names = panel.rows.map((name) => fitted(name, font, width * NAMES));
  const left = Math.max(...names.map((name) => widthOf(name, font))) + font * 0.6;
  const cell = Math.min(WIDEST * font, (width - left) / Math.max(1, panel.columns.length));
  const bottom = top + panel.rows.length * ROW * font;
  const columns = panel.columns.map((name, k) => ({ x: left + (k + 0.5) * cell, text: visible(name) }));
  const below = labelsBelow(columns, bottom, room);
  const scale = scaleMarks(panel, left, bottom + below.height + font * 0.4, room);
  return {
    height: bottom + below.height + scale.height,
    marks: [
      ...head.marks,
      ...panel.cells.flatMap((row, i) =>
        rowMarks(panel, row, { left, top: top + i * ROW * font, cell, font }),
      ),
      ...names.map((name, i) =>
        text(left - font * 0.4, top + (i + 0.5) * ROW * font + font * 0.36, name, font, {
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

interface RowPlace {
  left: number;
  top: number;
  cell: number;
  font: number;
}

function rowMarks(
  { domain: [least, most], text: written }: CellPanel,
  row: CellPanel['cells'][number],
  { left, top, cell, font }: RowPlace,
): Mark[] {
  const fits = row.every(({ mean }) => widthOf(written(mean), font) < cell - font * 0.3);
  return row.flatMap(({ mean }, k): Mark[] => {
    const strength = Math.min(1, Math.max(0, (mean - least) / (most - least || 1)));
    const ink = strength > WHITE_FROM ? '#ffffff' : INK;
    return [
      { kind: 'path', d: box(left + k * cell, top, cell - 0.4, ROW * font - 0.4), fill: hex(strength) },
      ...(fits
        ? [
            text(left + (k + 0.5) * cell, top + ROW * font * 0.5 + font * 0.36, written(mean), font, {
              anchor: 'middle',
              colour: ink,
            }),
          ]
        : []),
    ];
  });
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
