/** Points on two axes: an experiment or a run each, in the colour and mark of its experiment. */
import { digitsText } from '#shared/decimals.ts';
import { scaleLinear, scaleLog } from 'd3-scale';
import { MUTED } from '../report/plot.ts';
import { fitted, widthOf } from './font.ts';
import { axisLine, heading, labelsBelow, LEADING, rule, text, type Drawn, type Room } from './frame.ts';
import { markPath, type Mark } from './marks.ts';
import type { PlacedAxis, PointPanel } from './model.ts';

const SHAPE = 0.62;
const LEAST = 12;
const MOST = 30;
const TICKS = 5;
/** Opacity of what was chosen, and of the rest. */
const CLEAR = 0.85;
const PALE = 0.2;
/** A name on the vertical axis takes no more, in units of the font size. */
const LONGEST = 12;

interface Scaled {
  place: (value: number) => number;
  ticks: { value: number; text: string }[];
}

export function drawPoints(panel: PointPanel, room: Room): Drawn {
  const { font, width } = room;
  const head = heading(panel.title, room);
  const wanted = scaled(panel.y, [1, 0]).ticks.map((tick) => fitted(tick.text, font, LONGEST * font));
  const left = font * LEADING + Math.max(0, ...wanted.map((word) => widthOf(word, font))) + font * 0.6;
  const right = width - font * 0.8;
  const top = head.height + font * 0.5;
  const bottom = top + Math.min(MOST * font, Math.max(LEAST * font, width * SHAPE));
  const [x, y] = [scaled(panel.x, [left, right]), scaled(panel.y, [bottom, top])];
  const below = labelsBelow(
    x.ticks.map((tick) => ({ x: x.place(tick.value), text: tick.text })),
    bottom + font * 0.2,
    room,
  );
  const foot = bottom + font * 0.2 + below.height;
  return {
    height: foot + font * LEADING,
    marks: [
      ...head.marks,
      ...y.ticks.flatMap((tick, i) => [
        rule(left, y.place(tick.value), right, y.place(tick.value)),
        text(left - font * 0.4, y.place(tick.value) + font * 0.36, wanted[i]!, font, {
          ...{ anchor: 'end', colour: MUTED },
        }),
      ]),
      ...x.ticks.map(({ value }) => axisLine(x.place(value), bottom, x.place(value), bottom + font * 0.25)),
      axisLine(left, bottom, right, bottom),
      axisLine(left, top, left, bottom),
      ...below.marks,
      text((left + right) / 2, foot + font, fitted(panel.x.title, font, width), font, { anchor: 'middle' }),
      text(font, (top + bottom) / 2, fitted(panel.y.title, font, bottom - top + font), font, {
        ...{ anchor: 'middle', turned: true },
      }),
      ...pointMarks(panel, x, y, font * 0.36),
    ],
  };
}

/** What was not chosen first: nothing lies over what was. */
function pointMarks({ series }: PointPanel, x: Scaled, y: Scaled, r: number): Mark[] {
  const all = series.flatMap(({ points, ...ink }) => points.map((point) => ({ ...point, ...ink })));
  return all
    .toSorted((a, b) => Number(b.pale) - Number(a.pale))
    .map(({ mark, colour, pale, ...point }) => ({
      ...{ kind: 'path', d: markPath(mark, x.place(point.x), y.place(point.y), r) },
      ...{ fill: colour, opacity: pale ? PALE : CLEAR },
    }));
}

function scaled({ domain, scale, names }: PlacedAxis, range: [number, number]): Scaled {
  const placed = scale === 'log' ? scaleLog(domain, range) : scaleLinear(domain, range);
  const place = (value: number) => placed(value);
  if (names.length > 0) return { place, ticks: names.map((name, value) => ({ value, text: name })) };
  const ticks = placed.ticks(TICKS);
  // Powers of ten may be all too far apart.
  const shown = ticks.length >= 2 && ticks.length <= 2 * TICKS ? ticks : [...domain];
  return { place, ticks: shown.map((value) => ({ value, text: numberText(value) })) };
}

/** With a true minus sign; without what floating point adds. */
const numberText = (value: number) => digitsText(value, 3);
