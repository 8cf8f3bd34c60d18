/** Learning curves as a Chart.js config: a line and a band per subset, traces per seed on demand. */
import { max } from 'd3-array';
import type { CurvesReply } from '#shared/api/analysis.ts';
import { isShare, METRICS, type MetricId } from '#shared/metrics.ts';
import type { Curve } from '#shared/stats/curves.ts';
import { subsetTitle, TEST_SUBSETS, type TestSubset } from '#shared/subsets.ts';
import { subsetColour, withAlpha } from '../lib/colours.ts';
import { axisTitle, drawnScale, metricText } from '../lib/metric-text.ts';
import { chanceLine, linearAxes, MARGIN, stageMarks, tooltipLook } from './axes.ts';
import type { Band, BandedLine } from './bands.ts';
import { DRAWN_AS_GIVEN, type ChartColours, type LineConfig } from './chart.ts';

export interface CurveLook {
  dark: boolean;
  hidden: ReadonlySet<TestSubset>;
  /** The subset under the pointer: the others step back. */
  focus: TestSubset | null;
  /** Shared limits, for small multiples. */
  yMax?: number;
  xMax?: number;
  compact?: boolean;
}

export function learningCurveConfig(reply: CurvesReply, look: CurveLook, colours: ChartColours): LineConfig {
  const { metric } = reply;
  const scale = drawnScale(metric);
  const chance = isShare(metric) && reply.chance !== null ? reply.chance * scale : null;
  const shown = reply.curves.filter(({ subset }) => !look.hidden.has(subset));
  const traces = reply.traces.filter(({ subset }) => !look.hidden.has(subset));
  return {
    type: 'line',
    data: {
      datasets: [
        ...shown.map((curve) => curveLine(curve, scale, look)),
        ...traces.map(({ subset, points }) => traceLine(subset, points, scale, look)),
      ],
    },
    options: {
      ...DRAWN_AS_GIVEN,
      layout: { padding: chance === null || look.compact ? { ...MARGIN, right: 8 } : MARGIN },
      interaction: { mode: 'index', axis: 'x', intersect: false },
      scales: linearAxes(
        colours,
        { x: 'Epoch', y: axisTitle(metric) },
        {
          xMax: look.xMax ?? reply.stages.at(-1)?.to,
          yMin: 0,
          yMax: look.yMax ?? highest(shown, scale, chance),
        },
      ),
      plugins: {
        annotation: {
          clip: false,
          annotations: [...stageMarks(reply.stages, colours), ...chanceLine(chance, colours, !look.compact)],
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
  const alpha = fades(subset, look) ? 0.03 : look.dark ? 0.2 : 0.13;
  return {
    low: points.map(({ mean, low }) => (low ?? mean) * scale),
    high: points.map(({ mean, high }) => (high ?? mean) * scale),
    colour: withAlpha(subsetColour(subset, look.dark), alpha),
  };
}

function fades(subset: TestSubset, { focus }: CurveLook): boolean {
  return focus !== null && focus !== subset;
}

/** One point has no line to be seen by. */
function pointRadius(points: number, { compact }: CurveLook): number {
  if (points === 1) return 3.5;
  return points > 40 ? 0 : compact ? 1.5 : 2.2;
}

function curveLine(curve: Curve, scale: number, look: CurveLook): BandedLine {
  const { subset, points } = curve;
  const colour = subsetColour(subset, look.dark);
  const faded = fades(subset, look);
  return {
    label: subsetTitle(subset),
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

function traceLine(
  subset: TestSubset,
  points: { epoch: number; value: number }[],
  scale: number,
  look: CurveLook,
): BandedLine {
  const faded = fades(subset, look);
  return {
    data: points.map(({ epoch, value }) => ({ x: epoch, y: value * scale })),
    borderColor: withAlpha(subsetColour(subset, look.dark), faded ? 0.06 : 0.4),
    borderWidth: 1,
    pointRadius: 0,
    pointHitRadius: 0,
    order: 15,
  };
}

/** The same in words. */
export function describeCurves({ curves, n, metric }: CurvesReply): string {
  const ends = curves.map(
    ({ subset, points }) => `${subsetTitle(subset)} ${endText(points.at(-1)?.mean, metric)}`,
  );
  return `${METRICS[metric].label} over epochs, mean over ${n} seeds. Latest: ${ends.join(', ') || 'nothing yet'}.`;
}

export function endText(value: number | undefined, metric: MetricId): string {
  return value === undefined ? '–' : metricText(value, metric);
}
