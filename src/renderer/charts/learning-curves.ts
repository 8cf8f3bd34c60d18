/** Learning curves as a Chart.js config: a line and a band per subset, traces per seed on demand. */
import { max } from 'd3-array';
import type { CurvesReply, Trace } from '#shared/api/analysis.ts';
import { plural } from '#shared/counting.ts';
import { isShare, METRICS, type MetricId } from '#shared/metrics.ts';
import type { Curve } from '#shared/stats/curves.ts';

import { subsetTitle, TEST_SUBSETS, type TestSubset } from '#shared/subsets.ts';
import { axisTitle } from '#shared/measured-names.ts';
import { subsetColour, withAlpha } from '../lib/colours.ts';
import { drawnScale } from '#shared/metrics.ts';
import { metricText } from '../lib/metric-text.ts';
import { chanceLine, linearAxes, MARGIN, stageMarks, tooltipLook } from './axes.ts';
import type { Band, CurveLine, Singles } from './behind-lines.ts';
import { DRAWN_AS_GIVEN, type ChartColours, type LineConfig } from './chart.ts';
import { seenScales, type LinesSeen } from './lines-seen.ts';
import { smoothed } from './smooth.ts';

/** Curves as they are drawn, with those of single runs behind them. */
export interface DrawnCurves extends Omit<CurvesReply, 'traces'> {
  traces: readonly Pick<Trace, 'seed' | 'subset' | 'points'>[];
}

export interface CurveLook extends Partial<LinesSeen> {
  dark: boolean;
  hidden: ReadonlySet<TestSubset>;
  /** The subset under the pointer: the others step back. */
  focus: TestSubset | null;
  /** Shared limits, for small multiples. */
  yMax?: number;
  xMax?: number;
  compact?: boolean;
  /** In a file, where no sentence beside it tells what is dotted: the line of guessing has its name. */
  chanceNamed?: boolean;
  /** In place of the subsets' own. */
  colour?: string;
  /** Without the marks of stages. */
  unmarked?: boolean;
}

export function learningCurveConfig(reply: DrawnCurves, look: CurveLook, colours: ChartColours): LineConfig {
  const { metric } = reply;
  const scale = drawnScale(metric);
  const chance = isShare(metric) && reply.chance !== null ? reply.chance * scale : null;
  const named = look.chanceNamed ?? !look.compact;
  const shown = reply.curves.filter(({ subset }) => !look.hidden.has(subset));
  return {
    type: 'line',
    data: {
      datasets: shown.flatMap((curve) => curveLines(curve, reply, scale, look)),
    },
    options: {
      ...DRAWN_AS_GIVEN,
      layout: { padding: chance === null || !named ? { ...MARGIN, right: 8 } : MARGIN },
      interaction: { mode: 'index', axis: 'x', intersect: false },
      scales: seenScales(
        linearAxes(
          colours,
          { x: 'Epoch', y: axisTitle(metric) },
          {
            xMax: look.xMax ?? reply.stages.at(-1)?.to,
            yMin: look.log ? undefined : 0,
            yMax: look.yMax ?? highest(shown, scale, chance),
          },
        ),
        look,
      ),
      plugins: {
        annotation: {
          clip: false,
          annotations: [
            ...(look.unmarked ? [] : stageMarks(reply.stages, colours)),
            ...chanceLine(chance, colours, named),
          ],
        },
        tooltip: { ...tooltipLook(colours), ...tooltipText(metric) },
      },
    },
  };
}

function tooltipText(
  metric: MetricId,
): NonNullable<NonNullable<LineConfig['options']>['plugins']>['tooltip'] {
  return {
    filter: ({ dataset }) => dataset.label !== undefined,
    itemSort: (a, b) => (b.parsed.y ?? 0) - (a.parsed.y ?? 0),
    callbacks: {
      title: (items) => `Epoch ${items[0]?.parsed.x ?? ''}`,
      label: ({ dataset, parsed }) =>
        `${dataset.label}  ${metricText((parsed.y ?? 0) / drawnScale(metric), metric, 3)}`,
    },
  };
}

/** The order fixes which line lies on top: that of the subset table, the headline pair last. */
function orderOf(subset: TestSubset): number {
  return subset === 'd1consis' ? -2 : subset === 'd2consis' ? -1 : TEST_SUBSETS.indexOf(subset);
}

/** What has to fit: every interval, and the line of guessing with some room above it. */
function highest(shown: readonly Curve[], scale: number, chance: number | null): number | undefined {
  const ends = shown.flatMap(({ points }) => points.map(({ mean, high }) => (high ?? mean) * scale));
  return max([...ends, (chance ?? 0) * 1.3]) || undefined;
}

/** The interval around a line; a single seed has none. */
function bandOf({ subset, points }: Curve, scale: number, look: CurveLook): Band | null {
  if (points.every(({ low }) => low === null)) return null;
  const alpha = (fades(subset, look) ? 0.03 : look.dark ? 0.2 : 0.13) * (look.colour ? 0.55 : 1);
  return {
    low: points.map(({ mean, low }) => (low ?? mean) * scale),
    high: points.map(({ mean, high }) => (high ?? mean) * scale),
    colour: withAlpha(colourOf(subset, look), alpha),
  };
}

const colourOf = (subset: TestSubset, look: CurveLook) => look.colour ?? subsetColour(subset, look.dark);

function fades(subset: TestSubset, { focus }: CurveLook): boolean {
  return focus !== null && focus !== subset;
}

/** One point has no line to be seen by. */
function pointRadius(points: number, { compact }: CurveLook): number {
  if (points === 1) return 3.5;
  return points > 40 ? 0 : compact ? 1.5 : 2.2;
}

/** The line of a subset, and where it is smoothed, what was measured behind it. */
function curveLines(
  curve: Curve,
  { stages, traces }: DrawnCurves,
  scale: number,
  look: CurveLook,
): CurveLine[] {
  const { subset, points } = curve;
  const line = { ...curveLine(curve, scale, look), singles: singlesOf(subset, traces, scale, look) };
  const over = look.smooth ?? 1;
  if (over === 1) return [line];
  const means = smoothed(points, ({ mean }) => mean * scale, stages, over);
  const smooth = { ...line, data: points.map(({ epoch }, i) => ({ x: epoch, y: means[i]! })) };
  const faint = withAlpha(colourOf(subset, look), 0.5);
  const measured = {
    ...line,
    label: undefined,
    borderWidth: 1,
    borderColor: faint,
    pointRadius: 0,
    order: 10,
    singles: null,
  };
  return [
    { ...smooth, label: `${subsetTitle(subset)} (mean of ${over})`, pointRadius: 0, band: null },
    measured,
  ];
}

function curveLine(curve: Curve, scale: number, look: CurveLook): CurveLine {
  const { subset, points } = curve;
  const colour = colourOf(subset, look);
  const faded = fades(subset, look);
  return {
    label: subsetTitle(subset),
    subset,
    data: points.map(({ epoch, mean }) => ({ x: epoch, y: mean * scale })),
    borderColor: faded ? withAlpha(colour, 0.25) : colour,
    backgroundColor: colour,
    borderWidth: look.focus === subset ? 3 : 2,
    pointRadius: pointRadius(points.length, look),
    pointBackgroundColor: faded ? withAlpha(colour, 0.25) : colour,
    pointBorderWidth: 0,
    order: orderOf(subset),
    band: bandOf(curve, scale, look),
  };
}

function singlesOf(
  subset: TestSubset,
  traces: DrawnCurves['traces'],
  scale: number,
  look: CurveLook,
): Singles {
  const alpha = fades(subset, look) ? 0.06 : look.compact ? 0.28 : 0.4;
  const mine = traces.filter((trace) => trace.subset === subset);
  return {
    lines: mine.map(({ points }) => points.map(({ epoch, value }) => ({ x: epoch, y: value * scale }))),
    colour: withAlpha(colourOf(subset, look), alpha),
  };
}

/** The same in words. */
export function describeCurves({ curves, n, metric }: Pick<CurvesReply, 'curves' | 'n' | 'metric'>): string {
  const ends = curves.map(
    ({ subset, points }) => `${subsetTitle(subset)} ${endText(points.at(-1)?.mean, metric)}`,
  );
  return `${METRICS[metric].label} over epochs, mean over ${plural(n, 'seed')}. Latest: ${ends.join(', ') || 'nothing yet'}.`;
}

export function endText(value: number | undefined, metric: MetricId): string {
  return value === undefined ? '–' : metricText(value, metric);
}
