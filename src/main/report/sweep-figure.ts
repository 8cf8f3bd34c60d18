/** The figure of a sweep: an effect against the swept value, with its 95 % interval over seeds. */
import { fieldTitle } from '#shared/field-names.ts';
import type { MetricId } from '#shared/metrics.ts';
import { amountInterval, amountTick, amountWithUnit, signedAmount, unitOf } from '#shared/stats/amount.ts';
import { scaleLinear, scaleLog, scalePoint } from 'd3-scale';
import { line } from 'd3-shape';
import { endsOf } from '#shared/stats/interval.ts';
import { comparedBy, contrastWords, EFFECT_NAMES, type EffectName } from '#shared/stats/effect-names.ts';
import type { TagEffect } from '#shared/stats/effects.ts';
import { axisField, axisScale, sweepSeries, type SweepPoint, type SweepSeries } from '#shared/stats/sweep.ts';
import type { SweepSpec, SweepValue } from '#shared/sweep.ts';
import { markup, notationSvg, type Markup } from './markup.ts';
import { at, COLOURS, FONT, INK, MUTED, RULE } from './plot.ts';

const SIZE = { width: 760, height: 440 };
const PLOT = { left: 70, top: 40, bottom: 380, right: 730, rightWithLegend: 540 };

interface Scales {
  x: (value: SweepValue) => number;
  y: (value: number) => number;
  right: number;
}

/**
 * @param points what each combination found; those without the effect are left out
 * @returns an SVG document, 760 units wide; text stays text
 */
export function sweepSvg(
  spec: SweepSpec,
  points: readonly SweepPoint[],
  effect: EffectName,
  title: string,
): string {
  const series = sweepSeries(
    spec,
    points.map(({ experiment, cell, effects }) => ({ experiment, cell, effect: effects.effects[effect] })),
  );
  const right = series.length > 1 ? PLOT.rightWithLegend : PLOT.right;
  const values = spec.over[axisField(spec)];
  const { y, ticks } = verticalScale(series);
  const scales: Scales = { x: horizontalScale(values, right), y, right };
  const name = EFFECT_NAMES[effect];
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" width="${SIZE.width}" height="${SIZE.height}" role="img" font-family="${FONT}" font-size="12" fill="${INK}">
<title>${title}</title>
<desc>${describe(series, name)}</desc>
${axes(scales, values, ticks, axisField(spec), points[0]?.effects.metric ?? 'exact_match')}
<text x="${PLOT.left}" y="20" font-weight="bold">${name}</text>
<text x="${right}" y="20" text-anchor="end" font-size="11" fill="${MUTED}" class="muted">${notationSvg(contrastWords(comparedBy(effect)), 11)}; ${shownOver(series)}</text>
${series.map((each, i) => marks(each, COLOURS[i % COLOURS.length], scales, shiftOf(i, series.length)))}
${series.length > 1 && legend(series, right)}
</svg>
`.text;
}

function horizontalScale(values: readonly SweepValue[], right: number): Scales['x'] {
  const range = [PLOT.left + 40, right - 40];
  const kind = axisScale(values);
  if (kind === 'names') {
    const place = scalePoint(
      values.map((value) => JSON.stringify(value)),
      range,
    );
    return (value) => place(JSON.stringify(value))!;
  }
  const numbers = values.map(Number);
  const domain = [Math.min(...numbers), Math.max(...numbers)];
  const place = kind === 'log' ? scaleLog(domain, range) : scaleLinear(domain, range);
  return (value) => place(Number(value));
}

function verticalScale(series: readonly SweepSeries[]) {
  const all = series.flatMap(({ points }) =>
    points.flatMap(({ effect: { per_seed, ...interval } }) => [
      ...endsOf(interval),
      ...per_seed.map(({ difference }) => difference),
    ]),
  );
  const scale = scaleLinear([Math.min(0, ...all), Math.max(0.01, ...all)], [PLOT.bottom, PLOT.top]).nice(6);
  return { y: (value: number) => scale(value), ticks: scale.ticks(6) };
}

/** Lines beside each other are moved apart a little, so that their intervals can be told apart. */
function shiftOf(index: number, count: number): number {
  return (index - (count - 1) / 2) * 5;
}

function describe(series: readonly SweepSeries[], name: string): string {
  return series
    .map(({ label, points }) => {
      const list = points.map(
        ({ value, effect }) =>
          `${textOf(value)}: ${amountWithUnit(effect.mean, effect.metric)} (95 % interval ${amountInterval(effect, effect.metric)})`,
      );
      return `${name}${label && `, ${label}`}: ${list.join('; ')}.`;
    })
    .join(' ');
}

function axes(
  { x, y, right }: Scales,
  values: readonly SweepValue[],
  ticks: number[],
  field: string,
  metric: MetricId,
): Markup {
  const middle = at((PLOT.top + PLOT.bottom) / 2);
  const rows = ticks.map(
    (
      tick,
    ) => markup`<line x1="${PLOT.left}" x2="${right}" y1="${at(y(tick))}" y2="${at(y(tick))}" stroke="${tick === 0 ? MUTED : RULE}" class="${tick === 0 ? 'axis' : 'rule'}"/>
<text x="${PLOT.left - 9}" y="${at(y(tick) + 4)}" text-anchor="end" fill="${MUTED}" class="muted">${amountTick(tick, metric)}</text>
`,
  );
  const columns = values.map(
    (
      value,
    ) => markup`<line x1="${at(x(value))}" x2="${at(x(value))}" y1="${PLOT.bottom}" y2="${PLOT.bottom + 5}" stroke="${MUTED}" class="axis"/>
<text x="${at(x(value))}" y="${PLOT.bottom + 19}" text-anchor="middle" fill="${MUTED}" class="muted">${textOf(value)}</text>
`,
  );
  return markup`${rows}${columns}<text x="${(PLOT.left + right) / 2}" y="${PLOT.bottom + 44}" text-anchor="middle">${fieldTitle(field)}</text>
<text x="18" y="${middle}" text-anchor="middle" transform="rotate(-90 18 ${middle})">Difference (${unitOf(metric)})</text>`;
}

function marks({ points }: SweepSeries, colour: string, { x, y }: Scales, shift: number): Markup {
  const place = (value: SweepValue) => x(value) + shift;
  const named = points.some(({ value }) => typeof value !== 'number');
  const path = line<SweepSeries['points'][number]>()
    .x(({ value }) => place(value))
    .y(({ effect }) => y(effect.mean))
    .digits(2)(points);
  return markup`${
    !named &&
    points.length > 1 &&
    markup`<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>
`
  }${points.map(({ value, effect }) => pointMarks(effect, place(value), y, colour))}`;
}

function pointMarks(
  { mean, per_seed, metric, ...interval }: TagEffect,
  x: number,
  y: Scales['y'],
  colour: string,
): Markup {
  const seeds = per_seed.map(
    ({
      seed,
      difference,
    }) => markup`<circle cx="${at(x + 9)}" cy="${at(y(difference))}" r="2.2" fill="${colour}" fill-opacity="0.35"><title>seed ${seed}: ${signedAmount(difference, metric)}</title></circle>
`,
  );
  const [low, high] = endsOf(interval).map((end) => at(y(end)));
  return markup`${seeds}${
    low !== undefined &&
    markup`<path d="M${at(x)},${low}V${high}M${at(x - 5)},${low}h10M${at(x - 5)},${high}h10" fill="none" stroke="${colour}" stroke-width="1.6"/>
`
  }<circle cx="${at(x)}" cy="${at(y(mean))}" r="4.5" fill="${colour}"/>
`;
}

function legend(series: readonly SweepSeries[], right: number): Markup[] {
  return series.map(
    (
      { label },
      i,
    ) => markup`<circle cx="${right + 16}" cy="${PLOT.top + 12 + i * 22}" r="4.5" fill="${COLOURS[i % COLOURS.length]}"/>
<text x="${right + 28}" y="${PLOT.top + 16 + i * 22}" font-size="11">${label}</text>
`,
  );
}

/** `10 seeds`, or `8 to 10 seeds` where combinations differ. */
/** One seed has no interval. */
function shownOver(series: readonly SweepSeries[]): string {
  const counts = series.flatMap(({ points }) => points.map(({ effect }) => effect.n));
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (counts.length === 0) return 'no seed yet';
  if (most === 1) return 'one seed';
  return `mean and 95 % interval over ${least === most ? most : `${least} to ${most}`} seeds, dots are seeds`;
}

function textOf(value: SweepValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
