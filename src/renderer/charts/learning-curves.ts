/** Learning curves as a Chart.js config: a line and a band per subset, traces per seed on demand. */
import type { ChartDataset } from 'chart.js';
import type { CurveMetric, CurvesReply } from '#shared/api/analysis.ts';
import type { Curve } from '#shared/stats/curves.ts';
import { TEST_SUBSETS, type TestSubset } from '#shared/subsets.ts';
import { subsetColour, withAlpha } from '../lib/colours.ts';
import { chanceLine, linearAxes, MARGIN, stageMarks, tooltipLook } from './axes.ts';
import type { ChartColours, LineConfig, Point } from './chart.ts';

export interface CurveLook {
  metric: CurveMetric;
  dark: boolean;
  hidden: ReadonlySet<TestSubset>;
  /** The subset under the pointer: the others step back. */
  focus: TestSubset | null;
  /** Shared limits, for small multiples. */
  yMax?: number;
  xMax?: number;
  compact?: boolean;
}

type Line = ChartDataset<'line', Point[]>;

const AXIS = { exact_match: 'Exact match (%)', loss: 'Loss (nats)' } as const;

export function learningCurveConfig(reply: CurvesReply, look: CurveLook, colours: ChartColours): LineConfig {
  const scale = look.metric === 'exact_match' ? 100 : 1;
  const chance = look.metric === 'exact_match' && reply.chance !== null ? reply.chance * 100 : null;
  const shown = reply.curves.filter(({ subset }) => !look.hidden.has(subset));
  const traces = reply.traces.filter(({ subset }) => !look.hidden.has(subset));
  return {
    type: 'line',
    data: {
      datasets: [
        ...shown.flatMap((curve) => curveLines(curve, scale, look)),
        ...traces.map(({ subset, points }) => traceLine(subset, points, scale, look)),
      ],
    },
    options: {
      responsive: true,
      maintainAspectRatio: false,
      layout: { padding: chance === null || look.compact ? { ...MARGIN, right: 8 } : MARGIN },
      interaction: { mode: 'index', axis: 'x', intersect: false },
      scales: linearAxes(
        colours,
        { x: 'Epoch', y: AXIS[look.metric] },
        {
          xMax: look.xMax ?? reply.stages.at(-1)?.to,
          yMin: 0,
          yMax: look.yMax ?? (chance ? chance * 1.3 : undefined),
        },
      ),
      plugins: {
        annotation: {
          clip: false,
          annotations: [...stageMarks(reply.stages, colours), ...chanceLine(chance, colours, !look.compact)],
        },
        tooltip: { ...tooltipLook(colours), ...tooltipText(look.metric) },
      },
    },
  };
}

function tooltipText(
  metric: CurveMetric,
): NonNullable<NonNullable<LineConfig['options']>['plugins']>['tooltip'] {
  const unit = metric === 'exact_match' ? ' %' : '';
  const digits = metric === 'exact_match' ? 1 : 3;
  return {
    filter: ({ dataset }) => dataset.label !== undefined,
    itemSort: (a, b) => (b.parsed.y ?? 0) - (a.parsed.y ?? 0),
    callbacks: {
      title: (items) => `Epoch ${items[0]?.parsed.x ?? ''}`,
      label: ({ dataset, parsed }) => `${dataset.label}  ${(parsed.y ?? 0).toFixed(digits)}${unit}`,
    },
  };
}

/** The order fixes which line lies on top: that of the subset table, the headline pair last. */
function orderOf(subset: TestSubset): number {
  return subset === 'd1consis' ? -2 : subset === 'd2consis' ? -1 : TEST_SUBSETS.indexOf(subset);
}

function curveLines({ subset, points }: Curve, scale: number, look: CurveLook): Line[] {
  const colour = subsetColour(subset, look.dark);
  const faded = look.focus !== null && look.focus !== subset;
  const order = orderOf(subset);
  const edge = (pick: 'low' | 'high', fill: string | false): Line => ({
    data: points.map((point) => ({ x: point.epoch, y: point[pick] * scale })),
    borderWidth: 0,
    pointRadius: 0,
    pointHitRadius: 0,
    fill,
    backgroundColor: withAlpha(colour, faded ? 0.03 : look.dark ? 0.2 : 0.13),
    order: order + 20,
  });
  const line: Line = {
    label: subset,
    data: points.map(({ epoch, mean }) => ({ x: epoch, y: mean * scale })),
    borderColor: faded ? withAlpha(colour, 0.25) : colour,
    backgroundColor: colour,
    borderWidth: look.focus === subset ? 3 : 2,
    pointRadius: points.length > 40 ? 0 : look.compact ? 1.5 : 2.2,
    pointBackgroundColor: faded ? withAlpha(colour, 0.25) : colour,
    pointBorderWidth: 0,
    order,
  };
  return [edge('low', false), edge('high', '-1'), line];
}

function traceLine(
  subset: TestSubset,
  points: { epoch: number; value: number }[],
  scale: number,
  look: CurveLook,
): Line {
  const faded = look.focus !== null && look.focus !== subset;
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
export function describeCurves({ curves, n }: CurvesReply, metric: CurveMetric): string {
  const ends = curves.map(({ subset, points }) => `${subset} ${endText(points.at(-1)?.mean, metric)}`);
  const what = metric === 'loss' ? 'Loss' : 'Exact match';
  return `${what} over epochs, mean over ${n} seeds. Latest: ${ends.join(', ') || 'nothing yet'}.`;
}

export function endText(value: number | undefined, metric: CurveMetric): string {
  if (value === undefined) return '–';
  return metric === 'loss' ? value.toFixed(2) : `${(value * 100).toFixed(1)} %`;
}
