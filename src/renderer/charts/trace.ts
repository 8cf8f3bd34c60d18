/** Training loss and throughput of single runs, over the epochs of all stages. */
import type { TracePoint } from '#shared/api/runs.ts';
import type { StageSpan } from '#shared/stats/curves.ts';
import { linearAxes, stageMarks, tooltipLook } from './axes.ts';
import { DRAWN_AS_GIVEN, type ChartColours, type LineConfig } from './chart.ts';

export type TraceField = 'loss' | 'examples_per_second';

const AXIS = { loss: 'Training loss (nats)', examples_per_second: 'Documents per second' } as const;

export function traceConfig(
  trace: readonly TracePoint[],
  field: TraceField,
  stages: readonly StageSpan[],
  colours: ChartColours,
): LineConfig {
  return {
    type: 'line',
    data: {
      datasets: [
        {
          label: AXIS[field],
          data: trace.map((point) => ({ x: point.epoch, y: point[field] })),
          borderColor: colours.accent,
          backgroundColor: colours.accent,
          borderWidth: 1.6,
          pointRadius: 0,
        },
      ],
    },
    options: {
      ...DRAWN_AS_GIVEN,
      layout: { padding: { top: 18, right: 6 } },
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      scales: linearAxes(colours, { x: 'Epoch', y: AXIS[field] }, { xMax: stages.at(-1)?.to, yMin: 0 }),
      plugins: {
        annotation: { clip: false, annotations: stageMarks(stages, colours) },
        tooltip: {
          ...tooltipLook(colours),
          callbacks: { title: (items) => `Epoch ${(items[0]?.parsed.x ?? 0).toFixed(1)}` },
        },
      },
    },
  };
}
