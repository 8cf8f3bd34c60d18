/** Effects below each other: what it is and its numbers, below them a dot per seed and the mean with its interval. */
import { scaleLinear } from 'd3-scale';
import { endsOf } from '#shared/stats/interval.ts';
import { COLOURS, INK, MUTED } from '../report/plot.ts';
import { fitted, widthOf } from './font.ts';
import { axisLine, heading, LEADING, rule, text, THICK, type Drawn, type Room } from './frame.ts';
import { circle, diamond, line, openMark, type Mark } from './marks.ts';
import type { ForestPanel } from './model.ts';

/** Height of a row, in units of the font size. */
const ROW = 2.9;
const PALE = 0.4;
const TICKS = 5;

export function drawForest(panel: ForestPanel, room: Room): Drawn {
  const { width, font } = room;
  const head = heading(panel.title, room);
  const top = head.height + font * 0.3;
  const bottom = top + panel.rows.length * ROW * font;
  const values = panel.rows.flatMap((row) => [
    row.mean,
    ...endsOf(row),
    ...(row.seeds ?? []).map(({ value }) => value),
    ...(row.singles ?? []).map(({ value }) => value),
  ]);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const domain = [low, high - low < panel.x.least ? low + panel.x.least : high || 1e-9];
  const scale = scaleLinear(domain, [font, width - font]).nice(TICKS);
  const ticks = scale.ticks(TICKS);
  const grid = panel.rows.flatMap((_, i) =>
    // Not through what is written above.
    ticks.map((tick) =>
      (tick === 0 ? axisLine : rule)(
        scale(tick),
        top + (i * ROW + 1.35) * font,
        scale(tick),
        top + (i + 0.88) * ROW * font,
      ),
    ),
  );
  const labels = ticks.map((tick) => {
    const written = panel.x.text(tick);
    return text(clear(scale(tick), written, room), bottom + font * 1.1, written, font, {
      anchor: 'middle',
      colour: MUTED,
    });
  });
  const rows = panel.rows.flatMap((row, i) =>
    rowMarks(row, (value) => scale(value), top + i * ROW * font, room),
  );
  const foot = bottom + font * LEADING;
  return {
    height: foot + font * LEADING,
    marks: [
      ...head.marks,
      ...grid,
      ...labels,
      ...rows,
      text(width / 2, foot + font, fitted(panel.x.title, font, width), font, { anchor: 'middle' }),
    ],
  };
}

/** A label at the edge stays on the sheet. */
function clear(x: number, words: string, { width, font }: Room): number {
  const half = widthOf(words, font) / 2;
  return Math.min(width - half, Math.max(half, x));
}

function rowMarks(
  row: ForestPanel['rows'][number],
  x: (value: number) => number,
  top: number,
  { width, font }: Room,
): Mark[] {
  const [base, middle, r] = [top + font, top + font * 1.95, font * 0.36];
  const numbers = widthOf(row.text, font);
  const ends = endsOf(row).map(x);
  return [
    text(0, base, fitted(row.name, font, width - numbers - font), font),
    text(width, base, row.text, font, { anchor: 'end', colour: MUTED }),
    ...(row.seeds ?? []).map(({ value }): Mark => ({
      kind: 'path',
      d: circle(x(value), middle, r * 0.55),
      fill: COLOURS[0],
      opacity: PALE,
    })),
    ...(ends.length > 0
      ? [{ kind: 'path', d: line(ends[0], middle, ends[1], middle), stroke: INK, width: THICK } as const]
      : []),
    { kind: 'path', d: diamond(x(row.mean), middle, r), fill: INK },
    ...(row.singles ?? []).map((single) => openMark(single, x(single.value), middle + r * 1.6, r * 0.7)),
  ];
}
