/** Lines over named places, with their 95 % intervals over seeds. */
import { scaleLinear, scalePoint } from 'd3-scale';
import { endsOf, type Interval } from '#shared/stats/interval.ts';
import { markup, notationSvg, type Markup } from './markup.ts';
import { at, MUTED, RULE, type Drawing } from './plot.ts';

export interface Series {
  notation: string;
  colour: string;
  /** One for each place; null where there is none. */
  points: readonly (Interval | null)[];
}

/** Where on the axis: what is written below, and below that what it shares with its neighbours. */
interface Place {
  text: string;
  group?: string;
}

interface Lines {
  title: string;
  x: readonly Place[];
  series: readonly Series[];
}

const PLOT = { left: 60, right: 560, top: 26, bottom: 246 };
const MOST_TICKS = 8;

export function lines({ title, x: places, series }: Lines): Drawing {
  const keys = places.map((_, i) => String(i));
  const x = scalePoint(keys, [PLOT.left + 20, PLOT.right - 20]).padding(places.length === 1 ? 0.5 : 0);
  const all = series.flatMap(({ points }) =>
    points.flatMap((point) => (point ? [point.mean, ...endsOf(point)] : [])),
  );
  const y = scaleLinear([Math.min(0, ...all), Math.max(1e-9, ...all)], [PLOT.bottom, PLOT.top]).nice(5);
  const rows = y.ticks(5).map(
    (
      tick,
    ) => markup`<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${at(y(tick))}" y2="${at(y(tick))}" stroke="${RULE}" class="rule"/>
<text x="${PLOT.left - 8}" y="${at(y(tick) + 4)}" text-anchor="end" fill="${MUTED}" class="muted">${String(tick).replace('-', '−')}</text>
`,
  );
  const step = Math.ceil(places.length / MOST_TICKS);
  const named = (text: string, left: number, row: number) =>
    markup`<text x="${at(left)}" y="${PLOT.bottom + 18 + row * 16}" text-anchor="middle" font-size="11" fill="${MUTED}" class="muted">${text}</text>`;
  const below = places.map(({ text }, i) => (i % step === 0 ? named(text, x(String(i))!, 0) : null));
  const groups = runsOf(places).map(({ group, first, last }) =>
    named(group, (x(String(first))! + x(String(last))!) / 2, 1),
  );
  const drawn = series.map((each, i) =>
    marks(each, (at) => x(String(at))! + (i - (series.length - 1) / 2) * 4, y),
  );
  const legend = series.map(
    ({ notation, colour }, i) =>
      markup`<circle cx="${PLOT.right + 18}" cy="${PLOT.top + 8 + i * 20}" r="4.5" fill="${colour}"/><text x="${PLOT.right + 30}" y="${PLOT.top + 12 + i * 20}">${notationSvg(notation, 12)}</text>`,
  );
  return {
    width: 760,
    height: Math.max(PLOT.bottom + (groups.length > 0 ? 50 : 34), PLOT.top + 20 + series.length * 20),
    body: markup`<text x="14" y="12" font-weight="bold">${title}</text>${rows}${below}${groups}${drawn}${legend}`,
  };
}

/** Neighbours of one group. */
function runsOf(places: readonly Place[]): { group: string; first: number; last: number }[] {
  const runs: { group: string; first: number; last: number }[] = [];
  for (const [i, { group }] of places.entries()) {
    const run = runs.at(-1);
    if (run && run.group === group && run.last === i - 1) run.last = i;
    else if (group !== undefined) runs.push({ group, first: i, last: i });
  }
  return runs;
}

function marks(
  { points, colour }: Series,
  x: (place: number) => number,
  y: (value: number) => number,
): Markup {
  const there = points.flatMap((point, i) => (point ? [{ point, left: at(x(i)) }] : []));
  const path = there
    .map(({ point, left }, i) => `${i === 0 ? 'M' : 'L'}${left},${at(y(point.mean))}`)
    .join('');
  const ends = there.map(({ point, left }) => {
    const [low, high] = endsOf(point).map((end) => at(y(end)));
    return low === undefined
      ? null
      : markup`<path d="M${left},${low}V${high}" stroke="${colour}" stroke-width="1.4"/>`;
  });
  const dots = there.map(
    ({ point, left }) => markup`<circle cx="${left}" cy="${at(y(point.mean))}" r="3.5" fill="${colour}"/>`,
  );
  return markup`<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.8"/>${ends}${dots}
`;
}
