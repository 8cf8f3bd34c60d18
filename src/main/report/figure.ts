/**
 * The learning-curve figure as plain SVG: text stays text, no style sheet, no script, no font of its own,
 * so that it survives LaTeX, Inkscape and a web page's own colours alike.
 */
import { scaleLinear, type ScaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import { isShare, METRICS, type MetricId } from '#shared/metrics.ts';
import { amount } from '#shared/stats/amount.ts';
import type { StageId } from '#shared/records.ts';
import { subsetInfo } from '#shared/subsets.ts';
import type { Curve, CurvePoint, LearningCurves, StageSpan } from '#shared/stats/curves.ts';
import { markup, notationSvg, type Markup } from './markup.ts';
import { at, FONT, INK, MUTED, RULE } from './plot.ts';

export interface FigureOptions {
  /** What the curves show; exact match unless said. */
  metric?: MetricId;
  /** Exact match of guessing, drawn as a dotted line where it is known. */
  chance?: number | null;
  /** Words for people who cannot see the figure. */
  title?: string;
}

const WIDTH = 960;
const PLOT = { left: 58, top: 50, right: 660, height: 380 };
const FOOT = 52;
const LABEL_GAP = 34;
const LABEL_X = PLOT.right + 34;

/** A stage's name over its stretch of the figure, and what is trained in it. */
const STAGE_TITLES: Record<StageId, [name: string, what: string]> = {
  stage0: ['Stage 0', 'facts, real names'],
  stage1: ['Stage 1', 'questions and definitions'],
  stage1_qa: ['Stage 1', 'questions'],
  stage2: ['Stage 2', 'new definitions'],
};

interface Scales {
  x: ScaleLinear<number, number>;
  y: ScaleLinear<number, number>;
  bottom: number;
}

/**
 * Exact match over epochs across all stages: one curve per subset with its 95 % interval over seeds, a
 * dashed line between stages.
 * @returns an SVG document, 960 units wide
 */
export function learningCurvesSvg(data: LearningCurves, options: FigureOptions = {}): string {
  const bottom = PLOT.top + Math.max(PLOT.height, data.curves.length * LABEL_GAP);
  const metric = options.metric ?? 'exact_match';
  const scales = makeScales(data, metric, options.chance ?? 0, bottom);
  const title = options.title ?? `${METRICS[metric].label} over epochs`;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + FOOT}" width="${WIDTH}" height="${bottom + FOOT}" role="img" font-family="${FONT}" font-size="12" fill="${INK}">
<title>${title}</title>
<desc>${describe(data, metric)}</desc>
${axes(scales, data, metric)}
${data.stages.map((span, i) => stageMark(span, i, scales))}
${typeof options.chance === 'number' && chanceLine(options.chance, scales)}
<g class="bands">${data.curves.map((curve) => band(curve, scales))}</g>
<g class="curves">${data.curves.map((curve) => path(curve, scales))}</g>
<g class="labels">${labels(data.curves, scales)}</g>
</svg>
`.text;
}

function makeScales(
  { stages, curves }: LearningCurves,
  metric: MetricId,
  least: number,
  bottom: number,
): Scales {
  const highest = Math.max(
    least,
    isShare(metric) ? 0.05 : 0,
    ...curves.flatMap(({ points }) => points.map(({ mean, high }) => high ?? mean)),
  );
  return {
    x: scaleLinear([0, stages.at(-1)?.to ?? 1], [PLOT.left, PLOT.right]),
    y: scaleLinear([0, Math.min(METRICS[metric].limits[1], highest * 1.04) || 1], [bottom, PLOT.top]).nice(6),
    bottom,
  };
}

function describe({ curves, n }: LearningCurves, metric: MetricId): string {
  const unit = isShare(metric) ? ' %' : '';
  const ends = curves.map(({ subset, points }) => `${subset} ${amount(points.at(-1)!.mean, metric)}${unit}`);
  return `Mean over ${n} ${n === 1 ? 'seed' : 'seeds'} with 95 % intervals; at the end: ${ends.join(', ')}.`;
}

function axes({ x, y, bottom }: Scales, { n }: LearningCurves, metric: MetricId): Markup {
  const rows = y.ticks(6).map(
    (
      tick,
    ) => markup`<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${at(y(tick))}" y2="${at(y(tick))}" stroke="${RULE}" class="rule"/>
<text x="${PLOT.left - 9}" y="${at(y(tick) + 4)}" text-anchor="end" fill="${MUTED}" class="muted">${isShare(metric) ? Math.round(tick * 1000) / 10 : amount(tick, metric)}</text>`,
  );
  const columns = x
    .ticks(10)
    .filter(Number.isInteger)
    .map(
      (
        tick,
      ) => markup`<line x1="${at(x(tick))}" x2="${at(x(tick))}" y1="${bottom}" y2="${bottom + 5}" stroke="${MUTED}" class="axis"/>
<text x="${at(x(tick))}" y="${bottom + 19}" text-anchor="middle" fill="${MUTED}" class="muted">${tick}</text>`,
    );
  const middle = at((PLOT.top + bottom) / 2);
  return markup`${rows}${columns}
<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${bottom}" y2="${bottom}" stroke="${MUTED}" class="axis"/>
<text x="${(PLOT.left + PLOT.right) / 2}" y="${bottom + 41}" text-anchor="middle">Epoch</text>
<text x="16" y="${middle}" text-anchor="middle" transform="rotate(-90 16 ${middle})">${METRICS[metric].label}${isShare(metric) && ' (%)'}</text>
<text x="${LABEL_X}" y="${PLOT.top - 30}" fill="${MUTED}" class="muted">${n === 1 ? 'One seed' : `Mean and 95 % interval over ${n} seeds`}</text>`;
}

function stageMark({ stage, from, to }: StageSpan, index: number, { x, bottom }: Scales): Markup {
  const [name, what] = STAGE_TITLES[stage];
  const left = x(from);
  const width = x(to) - left;
  const fits = (text: string, unit: number) => text.length * unit < width - 10;
  return markup`${
    index > 0 &&
    markup`<line x1="${at(left)}" x2="${at(left)}" y1="${PLOT.top - 40}" y2="${bottom}" stroke="${MUTED}" stroke-dasharray="5 4" class="axis"/>
`
  }<text x="${at(left + 7)}" y="${PLOT.top - 30}" font-weight="bold">${fits(name, 6.6) ? name : name.slice(-1)}</text>
${fits(what, 5.6) && markup`<text x="${at(left + 7)}" y="${PLOT.top - 15}" font-size="11" fill="${MUTED}" class="muted">${what}</text>`}
`;
}

function chanceLine(chance: number, { y }: Scales): Markup {
  const level = at(y(chance));
  return markup`<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${level}" y2="${level}" stroke="${MUTED}" stroke-dasharray="1 4" stroke-linecap="round" class="axis"/>
<text x="${PLOT.left + 6}" y="${at(y(chance) - 5)}" font-size="11" fill="${MUTED}" class="muted">chance</text>`;
}

function band({ subset, points }: Curve, { x, y }: Scales): Markup {
  const shape = area<CurvePoint>()
    .x(({ epoch }) => x(epoch))
    .y0(({ mean, low }) => y(low ?? mean))
    .y1(({ mean, high }) => y(high ?? mean))
    .digits(2);
  return markup`<path d="${shape(points)}" fill="${subsetInfo(subset).colour}" fill-opacity="0.13"/>
`;
}

function path({ subset, points }: Curve, { x, y }: Scales): Markup {
  const shape = line<CurvePoint>()
    .x(({ epoch }) => x(epoch))
    .y(({ mean }) => y(mean))
    .digits(2);
  const { colour } = subsetInfo(subset);
  const end = points.at(-1)!;
  return markup`<path d="${shape(points)}" fill="none" stroke="${colour}" stroke-width="2" stroke-linejoin="round"/>
<circle cx="${at(x(end.epoch))}" cy="${at(y(end.mean))}" r="2.6" fill="${colour}"/>
`;
}

function labels(curves: Curve[], { x, y, bottom }: Scales): Markup[] {
  const ends = curves.map(({ subset, points }) => ({
    subset,
    x: x(points.at(-1)!.epoch),
    y: y(points.at(-1)!.mean),
  }));
  ends.sort((a, b) => a.y - b.y);
  const rows = spread(
    ends.map((end) => end.y),
    LABEL_GAP,
    PLOT.top + 8,
    bottom - 8,
  );
  return ends.map(({ subset, ...end }, i) => {
    const { notation, label, colour } = subsetInfo(subset);
    const row = rows[i];
    return markup`<path d="M${at(end.x + 4)},${at(end.y)}L${LABEL_X - 22},${at(row)}H${LABEL_X - 6}" fill="none" stroke="${colour}" stroke-opacity="0.75"/>
<text x="${LABEL_X}" y="${at(row)}" font-size="13">${notationSvg(notation, 13)}</text>
<text x="${LABEL_X}" y="${at(row + 13)}" font-size="11" fill="${MUTED}" class="muted">${label}</text>
`;
  });
}

/**
 * Moves ascending positions apart by at least `gap`, as little as needed, within `[low, high]`: those that
 * would touch form a group that is centred on where its members want to be.
 */
export function spread(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const groups: { members: number[]; top: number }[] = [];
  const place = (members: number[]) => {
    const extent = (members.length - 1) * gap;
    const centre = members.reduce((sum, member) => sum + member, 0) / members.length;
    return { members, top: Math.max(low, Math.min(high - extent, centre - extent / 2)) };
  };
  for (const position of wanted) {
    let group = place([position]);
    for (
      let above = groups.at(-1);
      above && above.top + above.members.length * gap > group.top;
      above = groups.at(-1)
    ) {
      groups.pop();
      group = place([...above.members, ...group.members]);
    }
    groups.push(group);
  }
  return groups.flatMap(({ members, top }) => members.map((_, i) => top + i * gap));
}
