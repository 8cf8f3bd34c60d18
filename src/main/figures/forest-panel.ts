/** Effects below each other: what it is and its numbers, below them a dot per seed and the mean with its interval. */
import { scaleLinear } from 'd3-scale';
import { endsOf } from '#shared/stats/interval.ts';
import { COLOURS, INK, MUTED } from '../report/plot.ts';
import { fitted, widthOf, wrapped } from './font.ts';
import { axisLine, heading, LEADING, rule, text, THICK, type Drawn, type Room } from './frame.ts';
import { circle, diamond, line, openMark, type Mark } from './marks.ts';
import type { ForestPanel } from './model.ts';

/** Height of a row whose name takes one line, in units of the font size. */
const ROW = 2.9;
/** What is free below a row's dots. */
const GAP = 0.35;
const PALE = 0.4;
const TICKS = 5;

export function drawForest(panel: ForestPanel, room: Room): Drawn {
  const { width, font } = room;
  const head = heading(panel.title, room);
  const top = head.height + font * 0.3;
  const rows = placedRows(panel, top, room);
  const bottom = rows.reduce((low, row) => Math.max(low, row.bottom), top);
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
  const grid = rows.flatMap(({ middle, bottom: end }) =>
    // Not through what is written above.
    ticks.map((tick) =>
      (tick === 0 ? axisLine : rule)(scale(tick), middle - 0.6 * font, scale(tick), end - GAP * font),
    ),
  );
  const labels = ticks.map((tick) => {
    const written = panel.x.text(tick);
    return text(clear(scale(tick), written, room), bottom + font * 1.1, written, font, {
      anchor: 'middle',
      colour: MUTED,
    });
  });
  const foot = bottom + font * LEADING;
  return {
    height: foot + font * LEADING,
    marks: [
      ...head.marks,
      ...grid,
      ...labels,
      ...rows.flatMap((row) => rowMarks(row, (value) => scale(value), room)),
      text(width / 2, foot + font, fitted(panel.x.title, font, width), font, { anchor: 'middle' }),
    ],
  };
}

/** A label at the edge stays on the sheet. */
function clear(x: number, words: string, { width, font }: Room): number {
  const half = widthOf(words, font) / 2;
  return Math.min(width - half, Math.max(half, x));
}

type Row = ForestPanel['rows'][number];

/** A row where it stands: lines of its name, and where its dots are. */
interface PlacedRow {
  row: Row;
  lines: string[];
  top: number;
  middle: number;
  bottom: number;
}

/** Below each other; a name that does not fit beside its numbers takes several lines: its end may tell it from others. */
function placedRows({ rows }: ForestPanel, start: number, { width, font }: Room): PlacedRow[] {
  let top = start;
  return rows.map((row) => {
    const lines = wrapped(row.name, font, width - widthOf(row.text, font) - font);
    const more = (lines.length - 1) * LEADING;
    const placed = { row, lines, top, middle: top + (1.95 + more) * font, bottom: top + (ROW + more) * font };
    top = placed.bottom;
    return placed;
  });
}

function rowMarks(
  { row, lines, top, middle }: PlacedRow,
  x: (value: number) => number,
  { width, font }: Room,
): Mark[] {
  const [base, r] = [top + font, font * 0.36];
  const ends = endsOf(row).map(x);
  return [
    ...lines.map((each, i) => text(0, base + i * LEADING * font, each, font)),
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
