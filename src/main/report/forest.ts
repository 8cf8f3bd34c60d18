/** A small forest plot of one effect: a dot per seed, the mean with its 95 % interval below. */
import { scaleLinear, type ScaleLinear } from 'd3-scale';
import type { TagEffect } from '#shared/stats/effects.ts';
import { isShare } from '#shared/metrics.ts';
import { amountTick, unitOf } from '#shared/stats/amount.ts';
import { endsOf } from '#shared/stats/interval.ts';
import { markup, type Markup } from './markup.ts';

const WIDTH = 460;
const PLOT = { left: 74, right: WIDTH - 18, top: 10 };
const SUMMARY_HEIGHT = 34;
const FOOT = 44;

/**
 * @param label what the effect is, for people who cannot see the plot
 * @returns an inline SVG that takes its colours from the page
 */
export function forestSvg(effect: TagEffect, label: string): Markup {
  const step = Math.max(5, Math.min(20, 320 / effect.n));
  const bottom = PLOT.top + effect.n * step + SUMMARY_HEIGHT;
  const x = scaleOf(effect);
  const ends = endsOf(effect).map((end) => x(end));
  const summaryY = bottom - SUMMARY_HEIGHT / 2;
  return markup`<svg viewBox="0 0 ${WIDTH} ${bottom + FOOT}" role="img" aria-label="${label}" class="forest">
${x.ticks(6).map((tick) => gridLine(x(tick), amountTick(tick, effect.metric), bottom))}
<line x1="${x(0)}" x2="${x(0)}" y1="${PLOT.top}" y2="${bottom}" class="zero"/>
${effect.per_seed.map(({ seed, difference }, i) => seedRow(seed, x(difference), PLOT.top + (i + 0.5) * step, step))}
<text x="${PLOT.left - 10}" y="${summaryY + 4}" text-anchor="end" class="strong">mean</text>
${ends.length > 0 && markup`<line x1="${ends[0]}" x2="${ends[1]}" y1="${summaryY}" y2="${summaryY}" class="interval"/>`}
<path d="M${x(effect.mean) - 7},${summaryY}l7,-7l7,7l-7,7z" class="mean"/>
<text x="${(PLOT.left + PLOT.right) / 2}" y="${bottom + 38}" text-anchor="middle" class="muted">difference, ${unitOf(effect.metric)}</text>
</svg>`;
}

function scaleOf({ per_seed, ...interval }: TagEffect): ScaleLinear<number, number> {
  const values = [0, ...endsOf(interval), ...per_seed.map(({ difference }) => difference)];
  const least = isShare(interval.metric) ? 0.01 : 0;
  const widest = Math.max(least, Math.max(...values) - Math.min(...values)) || 1;
  const domain = [Math.min(...values) - widest * 0.04, Math.max(...values) + widest * 0.04];
  return scaleLinear(domain, [PLOT.left, PLOT.right]);
}

function gridLine(x: number, label: string, bottom: number): Markup {
  return markup`<line x1="${x}" x2="${x}" y1="${PLOT.top}" y2="${bottom}" class="rule"/>
<text x="${x}" y="${bottom + 17}" text-anchor="middle" class="muted">${label}</text>`;
}

function seedRow(seed: number, x: number, y: number, step: number): Markup {
  return markup`${step >= 12 && markup`<text x="${PLOT.left - 10}" y="${y + 4}" text-anchor="end" class="muted">${seed}</text>`}<circle cx="${x}" cy="${y}" r="${Math.min(4, step / 2)}" class="seed"><title>seed ${seed}</title></circle>
`;
}
