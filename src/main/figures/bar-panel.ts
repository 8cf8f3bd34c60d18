/** Histograms below each other, on one axis. */
import { scaleLinear } from 'd3-scale';
import { MUTED } from '../report/plot.ts';
import { widthOf } from './font.ts';
import { axisLine, heading, labelsBelow, LEADING, text, type Drawn, type Room } from './frame.ts';
import { box, type Mark } from './marks.ts';
import type { BarPanel } from './model.ts';

const ROW = 3.2;
/** Of the width, what names take at most before they are short. */
const NAMES = 0.4;
const SPACED = 5;

export function drawBars(panel: BarPanel, room: Room): Drawn {
  const { width, font } = room;
  const head = heading(panel.title, room);
  const step = panel.bins.length > 1 ? panel.bins[1] - panel.bins[0] : 1;
  const named = namesOf(panel, room);
  const labels = [...named, ...panel.rows.map(({ text: written }) => written)];
  const left = Math.max(...labels.map((label) => widthOf(label, font))) + font;
  const x = scaleLinear([0, panel.bins.length * step], [left, width - font * 0.5]);
  const most = Math.max(...panel.rows.flatMap(({ shares }) => shares)) || 1;
  const top = head.height;
  const bottom = top + panel.rows.length * ROW * font;
  const ticks = x
    .ticks(Math.max(2, Math.floor((width - left) / (SPACED * font))))
    .map((tick) => ({ x: x(tick), text: String(tick) }));
  const below = labelsBelow(ticks, bottom, room);
  const rows = panel.rows.flatMap(({ colour, shares, text: written }, i): Mark[] => {
    const base = top + (i + 1) * ROW * font;
    return [
      ...shares.map((share, bin): Mark => {
        const height = (share / most) * (ROW - 0.5) * font;
        return {
          kind: 'path',
          d: box(x(bin * step), base - height, x(step) - x(0) - 0.3, height),
          fill: colour,
        };
      }),
      axisLine(left, base, width - font * 0.5, base),
      text(0, base - font * 1.5, named[i], font),
      text(0, base - font * 0.3, written, font, { colour: MUTED }),
    ];
  });
  const foot = bottom + below.height;
  return {
    height: foot + font * LEADING,
    marks: [
      ...head.marks,
      ...rows,
      ...below.marks,
      text((left + width) / 2, foot + font, panel.xTitle, font, { anchor: 'middle' }),
    ],
  };
}

function namesOf({ rows }: BarPanel, { width, font }: Room): string[] {
  const fit = rows.every(({ name }) => widthOf(name, font) < NAMES * width);
  return rows.map(({ name, short }) => (fit ? name : short));
}
