/** Power against the number of seeds, with what the uncertain spread over seeds makes of it. */
import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import { percentText } from '#shared/decimals.ts';
import { powerText } from '#shared/stats/plan-text.ts';
import { WANTED_POWER, type SeedsPlan } from '#shared/stats/planner.ts';
import { markup, type Markup } from '../markup.ts';
import { at, COLOURS, FONT, INK, MUTED, RULE } from '../plot.ts';

const SIZE = { width: 520, height: 300 };
const PLOT = { left: 56, right: 500, top: 34, bottom: 244 };

type Point = SeedsPlan['curve'][number];

/** @returns an SVG document, 520 units wide; text stays text */
export function planSvg(plan: SeedsPlan, title: string): string {
  const { curve, n, per_side } = plan;
  const x = scaleLinear([curve[0].n, curve.at(-1)!.n], [PLOT.left, PLOT.right]);
  const y = scaleLinear([0, 1], [PLOT.bottom, PLOT.top]);
  const [colour] = COLOURS;
  const band = area<Point>()
    .x((point) => x(point.n))
    .y0(({ low }) => y(low))
    .y1(({ high }) => y(high))
    .digits(2);
  const path = line<Point>()
    .x((point) => x(point.n))
    .y(({ value }) => y(value))
    .digits(2);
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" width="${SIZE.width}" height="${SIZE.height}" role="img" font-family="${FONT}" font-size="12" fill="${INK}">
<title>${title}</title>
<desc>Power by seeds: ${curve.map((point) => `${point.n}: ${powerText(point.value)}`).join(', ')}.</desc>
${y.ticks(5).map((tick) => row(at(y(tick)), percentText(tick, 0)))}
${x
  .ticks(8)
  .filter(Number.isInteger)
  .map((tick) => column(at(x(tick)), tick))}
<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${at(y(WANTED_POWER))}" y2="${at(y(WANTED_POWER))}" stroke="${MUTED}" stroke-dasharray="5 4" class="axis"/>
<g class="bands"><path d="${band(curve)}" fill="${colour}" fill-opacity="0.13"/></g>
<g class="curves"><path d="${path(curve)}" fill="none" stroke="${colour}" stroke-width="2"/></g>
${marked(x(n), n)}
<text x="${(PLOT.left + PLOT.right) / 2}" y="${PLOT.bottom + 40}" text-anchor="middle">${per_side ? 'Seeds on each side' : 'Seeds'}</text>
<text x="14" y="${(PLOT.top + PLOT.bottom) / 2}" text-anchor="middle" transform="rotate(-90 14 ${(PLOT.top + PLOT.bottom) / 2})">Power</text>
</svg>
`.text;
}

function row(y: string, label: string): Markup {
  return markup`<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${y}" y2="${y}" stroke="${RULE}" class="rule"/>
<text x="${PLOT.left - 8}" y="${Number(y) + 4}" text-anchor="end" fill="${MUTED}" class="muted">${label}</text>
`;
}

function column(x: string, label: number): Markup {
  return markup`<text x="${x}" y="${PLOT.bottom + 18}" text-anchor="middle" fill="${MUTED}" class="muted">${label}</text>
`;
}

/** Where one stands. */
function marked(x: number, n: number): Markup {
  const anchor = x > (PLOT.left + PLOT.right) / 2 ? 'end' : 'start';
  return markup`<line x1="${at(x)}" x2="${at(x)}" y1="${PLOT.top}" y2="${PLOT.bottom}" stroke="${MUTED}" class="axis"/>
<text x="${at(x + (anchor === 'end' ? -5 : 5))}" y="${PLOT.top - 8}" text-anchor="${anchor}" fill="${MUTED}" class="muted">${n} so far</text>`;
}
