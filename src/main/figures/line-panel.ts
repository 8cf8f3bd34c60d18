/** Means over an axis: curves in a band of their intervals, or points with bars and a dot per seed. */
import { scaleLinear, scaleLog } from 'd3-scale';
import { area, line as curve } from 'd3-shape';
import { endsOf } from '#shared/stats/interval.ts';
import { MUTED } from '../report/plot.ts';
import { fitted, widthOf } from './font.ts';
import {
  axisLine,
  heading,
  labelsBelow,
  LEADING,
  rule,
  text,
  THICK,
  THIN,
  type Drawn,
  type Label,
  type Room,
} from './frame.ts';
import { circle, line, openMark, type Mark } from './marks.ts';
import type { LinePanel, LineSeries, Spot } from './model.ts';

/** Height of the plot in units of the panel's width, so that panels beside each other agree, and in letters at least and at most. */
const SHAPE = 0.5;
const LEAST = 9;
const MOST = 24;
const TICKS = 5;
const BAND = 0.13;
/** Of the dots of seeds. */
const PALE = 0.4;
/** Stands beside the plot, where nothing is drawn over it. */
const CHANCE = 'chance';

interface Plot {
  left: number;
  right: number;
  top: number;
  bottom: number;
  font: number;
  x: (value: number) => number;
  y: (value: number) => number;
}

export function drawLines(panel: LinePanel, room: Room): Drawn {
  const { font } = room;
  const head = heading(panel.title, room);
  const spans = panel.spans.length > 1 ? font * LEADING : 0;
  const { domain, ticks } = vertical(panel);
  const words = ticks.map(panel.y.text);
  const left = font * LEADING + Math.max(...words.map((word) => widthOf(word, font))) + font * 0.6;
  const right = room.width - (panel.chance === null ? font * 0.8 : widthOf(CHANCE, font) + font * 0.5);
  const top = head.height + spans + font * 0.5;
  const bottom = top + Math.min(MOST * font, Math.max(LEAST * font, room.width * SHAPE));
  const y = scaleLinear(domain, [bottom, top]);
  const plot: Plot = { left, right, top, bottom, font, x: horizontal(panel, left, right), y };
  const below = labelsBelow(labelsOf(panel, plot), bottom + font * 0.2, room);
  const foot = bottom + font * 0.2 + below.height;
  const named = font * LEADING;
  return {
    height: foot + named,
    marks: [
      ...head.marks,
      ...ticks.flatMap((tick, i) => yTick(plot, tick, words[i])),
      axisLine(left, bottom, right, bottom),
      ...below.marks,
      ...labelsOf(panel, plot).map(({ x }) => axisLine(x, bottom, x, bottom + font * 0.25)),
      text((left + right) / 2, foot + font, panel.x.title, font, { anchor: 'middle' }),
      text(font, (top + bottom) / 2, fitted(panel.y.title, font, bottom - top + font), font, {
        anchor: 'middle',
        turned: true,
      }),
      ...spanMarks(panel, plot),
      ...chanceMarks(panel.chance, plot),
      ...layered(panel.series.map((series, i) => seriesMarks(series, plot, laneOf(panel, i, plot)))),
    ],
  };
}

function vertical({ y, chance, series }: LinePanel): { domain: number[]; ticks: number[] } {
  const all = series.flatMap(({ points }) =>
    points.flatMap((point) => [
      point.mean,
      ...endsOf(point),
      ...(point.seeds ?? []).map(({ value }) => value),
      ...(point.singles ?? []).map(({ value }) => value),
    ]),
  );
  const high = Math.max(y.least, chance ?? 0, ...all);
  const scale = scaleLinear([Math.min(0, ...all), Math.min(y.most, high * 1.04) || 1], [0, 1]).nice(TICKS);
  return { domain: scale.domain(), ticks: scale.ticks(TICKS) };
}

function horizontal({ x: { domain, scale } }: LinePanel, left: number, right: number): Plot['x'] {
  const scaled = scale === 'log' ? scaleLog(domain, [left, right]) : scaleLinear(domain, [left, right]);
  return (value) => scaled(value);
}

/** Letters that an epoch's number takes with the space beside it. */
const SPACED = 4;

function labelsOf({ x: axis }: LinePanel, { x, left, right, font }: Plot): Label[] {
  const ticks =
    axis.ticks ??
    scaleLinear(axis.domain, [left, right])
      .ticks(Math.max(2, Math.floor((right - left) / (SPACED * font))))
      .filter(Number.isInteger);
  return ticks.map((tick) => ({ x: x(tick), text: axis.text(tick) }));
}

function yTick({ left, right, y, font }: Plot, tick: number, word: string): Mark[] {
  const height = y(tick);
  return [
    tick === 0 ? axisLine(left, height, right, height) : rule(left, height, right, height),
    text(left - font * 0.4, height + font * 0.36, word, font, { anchor: 'end', colour: MUTED }),
  ];
}

/** Stages: their names over their stretch, a dashed line where one begins. */
function spanMarks({ spans }: LinePanel, { x, top, bottom, font }: Plot): Mark[] {
  if (spans.length < 2) return [];
  return spans.flatMap(({ from, to, text: name }, i): Mark[] => {
    const left = x(from);
    const width = x(to) - left - font;
    const fits = [name, name.replace(/^Stage /, '')].find((each) => widthOf(each, font) < width);
    const begin = line(left, top - font * LEADING, left, bottom);
    return [
      ...(i > 0 ? [{ kind: 'path', d: begin, stroke: MUTED, width: THIN, dash: [3, 2] } as const] : []),
      ...(fits ? [text(left + font * 0.4, top - font * 0.7, fits, font)] : []),
    ];
  });
}

function chanceMarks(chance: number | null, { left, right, y, font }: Plot): Mark[] {
  if (chance === null) return [];
  const height = y(chance);
  return [
    { kind: 'path', d: line(left, height, right, height), stroke: MUTED, width: THICK * 0.7, dash: [1, 2] },
    text(right + font * 0.4, height + font * 0.36, CHANCE, font, { colour: MUTED }),
  ];
}

/** Of the distance between two places, what the marks of all series take; and of one series in letters at most. */
const CROWD = 0.7;
const WIDEST = 1.2;

/** Where a series stands at each place: bars beside each other, so that they can be told apart, its seeds to their right. */
interface Lane {
  shift: number;
  seeds: number;
}

function laneOf({ series, x: { ticks = [] } }: LinePanel, index: number, plot: Plot): Lane {
  if (series[index].interval === 'band') return { shift: 0, seeds: 0 };
  const { x, left, right, font } = plot;
  const places = ticks.map((tick) => x(tick)).toSorted((a, b) => a - b);
  const ends = places.length > 0 ? [places[0] - left, right - places.at(-1)!].map((end) => 2 * end) : [];
  const between = places.slice(1).map((place, i) => place - places[i]);
  const nearest = Math.min(right - left, ...ends, ...between.filter((gap) => gap > 0));
  const width = Math.min(font * WIDEST, (CROWD * nearest) / series.length);
  return { shift: (index - (series.length - 1) / 2) * width, seeds: width / 2 };
}

/** Marks of a series in the order in which all series are drawn: nothing of one hides the seeds of another. */
type Layers = Record<(typeof LAYERS)[number], Mark[]>;
const LAYERS = ['bands', 'curves', 'bars', 'means', 'seeds', 'singles'] as const;

const layered = (all: readonly Layers[]): Mark[] =>
  LAYERS.flatMap((layer) => all.flatMap((series) => series[layer]));

function seriesMarks(series: LineSeries, { x, y, font }: Plot, { shift, seeds }: Lane): Layers {
  const { points, colour, interval, joined } = series;
  const place = (point: LineSeries['points'][number]) => x(point.x) + shift;
  const path = curve<LineSeries['points'][number]>(place, ({ mean }) => y(mean)).digits(2)(points);
  const band = area<LineSeries['points'][number]>(
    place,
    ({ mean, low }) => y(low ?? mean),
    ({ mean, high }) => y(high ?? mean),
  ).digits(2);
  const r = font * 0.25;
  const several = points.length > 1;
  return {
    bands:
      interval === 'band' && several ? [{ kind: 'path', d: band(points)!, fill: colour, opacity: BAND }] : [],
    curves: joined && path && several ? [{ kind: 'path', d: path, stroke: colour, width: THICK }] : [],
    bars:
      interval === 'bars' ? points.flatMap((point) => barMarks(point, place(point), y, { colour, r })) : [],
    means: (interval === 'band' ? points.slice(-1) : points).map((point) => ({
      kind: 'path',
      d: circle(place(point), y(point.mean), r),
      fill: colour,
    })),
    seeds: points.flatMap((point) =>
      (point.seeds ?? []).map(({ value }): Mark => ({
        kind: 'path',
        d: circle(place(point) + seeds, y(value), r * 0.55),
        fill: colour,
        opacity: PALE,
      })),
    ),
    singles: points.flatMap((point) =>
      (point.singles ?? []).map((single) => openMark(single, place(point) - seeds, y(single.value), r * 0.8)),
    ),
  };
}

function barMarks(
  point: Spot,
  x: number,
  y: Plot['y'],
  { colour, r }: { colour: string; r: number },
): Mark[] {
  const [low, high] = endsOf(point).map(y);
  if (low === undefined) return [];
  const bar = `${line(x, low, x, high)}${line(x - r, low, x + r, low)}${line(x - r, high, x + r, high)}`;
  return [{ kind: 'path', d: bar, stroke: colour, width: THICK * 0.8 }];
}
