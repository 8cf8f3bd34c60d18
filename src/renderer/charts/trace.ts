/** Training loss and throughput of single runs, over the epochs of all stages. */
import type { TracePoint } from '#shared/api/runs.ts';
import type { StageSpan } from '#shared/stats/curves.ts';
import { withAlpha } from '../lib/colours.ts';
import { linearAxes, stageMarks, tooltipLook } from './axes.ts';
import { DRAWN_AS_GIVEN, type ChartColours, type LineConfig } from './chart.ts';
import { seenScales, type LinesSeen } from './lines-seen.ts';
import { smoothed } from './smooth.ts';

export type TraceField = 'loss' | 'examples_per_second';

const AXIS = { loss: 'Training loss (nats)', examples_per_second: 'Documents per second' } as const;

export function traceConfig(
  trace: readonly TracePoint[],
  look: LinesSeen & { field: TraceField },
  stages: readonly StageSpan[],
  colours: ChartColours,
): LineConfig {
  const { field, smooth } = look;
  return {
    type: 'line',
    data: {
      datasets: traceLines(trace, field, smooth, stages, colours),
    },
    options: {
      ...DRAWN_AS_GIVEN,
      layout: { padding: { top: 18, right: 6 } },
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      scales: seenScales(
        linearAxes(
          colours,
          { x: 'Epoch', y: AXIS[field] },
          { xMax: stages.at(-1)?.to, yMin: look.log ? undefined : 0 },
        ),
        look,
      ),
      plugins: {
        annotation: { clip: false, annotations: stageMarks(stages, colours) },
        tooltip: {
          ...tooltipLook(colours),
          filter: ({ dataset }) => dataset.label !== undefined,
          callbacks: { title: (items) => `Epoch ${(items[0]?.parsed.x ?? 0).toFixed(1)}` },
        },
      },
    },
  };
}

/** The line, and where it is smoothed, what was measured behind it. */
function traceLines(
  trace: readonly TracePoint[],
  field: TraceField,
  over: number,
  stages: readonly StageSpan[],
  colours: ChartColours,
): LineConfig['data']['datasets'] {
  const line = (values: readonly number[]) => ({
    data: trace.map(({ epoch }, i) => ({ x: epoch, y: values[i]! })),
    borderColor: colours.accent,
    backgroundColor: colours.accent,
    pointRadius: 0,
  });
  const measured = line(trace.map((point) => point[field]));
  if (over === 1) return [{ ...measured, label: AXIS[field], borderWidth: 1.6 }];
  const smooth = line(smoothed(trace, (point) => point[field], stages, over));
  return [
    { ...smooth, label: `${AXIS[field]}, mean of ${over}`, borderWidth: 1.8, order: 1 },
    { ...measured, borderColor: withAlpha(colours.accent, 0.4), borderWidth: 1, order: 10 },
  ];
}
