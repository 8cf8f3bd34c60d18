/** Power against the number of seeds as a Chart.js config, with the band that the uncertain spread leaves. */
import type { AnnotationOptions } from 'chartjs-plugin-annotation';
import { WANTED_POWER, type SeedsPlan } from '#shared/stats/planner.ts';
import { powerText } from '#shared/stats/plan-text.ts';
import { lineColour, withAlpha } from '../lib/colours.ts';
import { linearAxes, tooltipLook } from './axes.ts';
import type { CurveLine } from './behind-lines.ts';
import type { ChartColours, LineConfig } from './chart.ts';

/** @param dark whether the page is */
export function planChartConfig(plan: SeedsPlan, colours: ChartColours, dark: boolean): LineConfig {
  const { curve, per_side } = plan;
  const colour = lineColour(0, dark);
  const line: CurveLine = {
    data: curve.map(({ n, value }) => ({ x: n, y: 100 * value })),
    band: {
      low: curve.map(({ low }) => 100 * low),
      high: curve.map(({ high }) => 100 * high),
      colour: withAlpha(colour, 0.16),
    },
    borderColor: colour,
    borderWidth: 2,
    pointRadius: 0,
    pointHitRadius: 12,
  };
  const text = { x: per_side ? 'Seeds on each side' : 'Seeds', y: 'Power (%)' };
  const scales = linearAxes(colours, text, { xMax: curve.at(-1)?.n, yMin: 0, yMax: 100 });
  return {
    type: 'line',
    data: { datasets: [line] },
    options: {
      // Whoever shows it gives it its size.
      responsive: false,
      maintainAspectRatio: false,
      interaction: { mode: 'index', intersect: false },
      scales,
      plugins: {
        annotation: { annotations: marks(plan, colours) },
        tooltip: {
          ...tooltipLook(colours),
          callbacks: {
            title: ([item]) => `${item ? curve[item.dataIndex]?.n : ''} seeds`,
            label: ({ dataIndex }) => pointText(curve[dataIndex]),
          },
        },
      },
    },
  };
}

function pointText(point: SeedsPlan['curve'][number] | undefined): string {
  return point ? `${powerText(point.value)} (${powerText(point.low)} to ${powerText(point.high)})` : '';
}

/** What is wanted, and where one stands. */
function marks({ n }: SeedsPlan, colours: ChartColours): AnnotationOptions[] {
  const shared = {
    type: 'line',
    borderColor: colours.strong,
    borderWidth: 1,
    drawTime: 'beforeDatasetsDraw',
  } as const;
  return [
    { ...shared, scaleID: 'y', value: 100 * WANTED_POWER, borderDash: [4, 3] },
    { ...shared, scaleID: 'x', value: n },
  ];
}

/** The same in words. */
export function describePlan(name: string, { curve }: SeedsPlan): string {
  return `${name}. Power by seeds: ${curve.map(({ n, value }) => `${n}: ${powerText(value)}`).join(', ')}`;
}
