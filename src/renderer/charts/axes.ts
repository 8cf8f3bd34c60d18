/** Axes, stage marks and the chance line that all charts over epochs share. */
import type { AnnotationOptions } from 'chartjs-plugin-annotation';
import { tickFormat } from 'd3-scale';
import type { StageSpan } from '#shared/stats/curves.ts';
import type { StageId } from '#shared/records.ts';
import { STAGE_NAMES } from '#shared/measured-names.ts';
import type { Chart, ChartColours, LineConfig } from './chart.ts';

type Scales = NonNullable<NonNullable<LineConfig['options']>['scales']>;

interface AxisText {
  x: string;
  y: string;
}

/**
 * A tick as the forest plots write theirs, with a true minus; Chart.js itself would have an `Intl.NumberFormat` made,
 * which takes as long as two charts.
 */
export function tickText(value: number | string, _: number, ticks: readonly { value: number }[]): string {
  const [first, last] = [ticks[0]?.value ?? 0, ticks.at(-1)?.value ?? 0];
  return first === last ? String(value) : tickFormat(first, last, ticks.length - 1)(Number(value));
}

/** Linear axes with quiet lines. @param range limits of both axes; the data decides what is left out */
export function linearAxes(
  colours: ChartColours,
  text: AxisText,
  range: { xMax?: number; yMin?: number; yMax?: number },
): Scales {
  const title = (label: string) => ({ display: true, text: label, color: colours.muted });
  return {
    x: {
      type: 'linear',
      min: 0,
      max: range.xMax,
      title: title(text.x),
      grid: { display: false },
      border: { color: colours.strong },
      // The end of the last stage is rarely a round number and would crowd the tick before it.
      ticks: {
        color: colours.muted,
        maxRotation: 0,
        precision: 0,
        includeBounds: false,
        callback: tickText,
      },
    },
    y: {
      type: 'linear',
      min: range.yMin,
      suggestedMax: range.yMax,
      title: title(text.y),
      grid: { color: colours.rule },
      border: { display: false },
      ticks: { color: colours.muted, maxTicksLimit: 7, callback: tickText },
    },
  };
}

const SHORT: Record<StageId, string> = { stage0: 'S0', stage1: 'S1', stage1_qa: 'QA', stage2: 'S2' };

/** Pixels between two epochs, those that are in sight. */
function room({ scales: { x } }: Chart, from: number, to: number): number {
  if (!x) return 0;
  return x.getPixelForValue(Math.min(to, x.max)) - x.getPixelForValue(Math.max(from, x.min));
}

/** Whether a stretch of the axis is, where one looks at a part of it. */
const inSight = ({ scales: { x } }: Chart, from: number, to: number) => !x || (to >= x.min && from <= x.max);

/** A dashed line where each stage begins, with the stage's name. */
export function stageMarks(
  stages: readonly StageSpan[],
  colours: ChartColours,
  names = true,
): AnnotationOptions[] {
  return stages.flatMap(({ stage, from, to }, i) => {
    const line: AnnotationOptions = {
      type: 'line',
      scaleID: 'x',
      value: from,
      display: ({ chart }) => inSight(chart, from, from),
      borderColor: colours.strong,
      borderWidth: 1,
      borderDash: [5, 4],
    };
    const label: AnnotationOptions = {
      type: 'label',
      xValue: ({ chart }) => Math.max(from, chart.scales.x?.min ?? from),
      yValue: ({ chart }) => chart.scales.y?.max ?? 1,
      // In a narrow figure the number has to do.
      content: ({ chart }) => (room(chart, from, to) > 56 ? STAGE_NAMES[stage] : SHORT[stage]),
      color: colours.muted,
      font: { size: 11.5, weight: 600 },
      position: { x: 'start', y: 'end' },
      xAdjust: 2,
      yAdjust: 2,
      display: ({ chart }) => names && inSight(chart, from, to) && room(chart, from, to) > 24,
    };
    return i > 0 ? [line, label] : [label];
  });
}

/** Room to the right of the figure for what is written there. */
export const MARGIN = { top: 18, right: 46 } as const;

/** What guessing would reach; named in the margin, where no curve runs. */
export function chanceLine(chance: number | null, colours: ChartColours, named = true): AnnotationOptions[] {
  if (chance === null) return [];
  const line: AnnotationOptions = {
    type: 'line',
    scaleID: 'y',
    value: chance,
    display: ({ chart }) => heightInSight(chart, chance),
    borderColor: colours.muted,
    borderWidth: 1.2,
    borderDash: [1.5, 4],
  };
  const name: AnnotationOptions = {
    type: 'label',
    xValue: ({ chart }) => chart.scales.x?.max ?? 0,
    yValue: chance,
    display: ({ chart }) => heightInSight(chart, chance),
    content: 'chance',
    color: colours.muted,
    font: { size: 11, weight: 'normal' },
    padding: 0,
    position: { x: 'start', y: 'center' },
    xAdjust: 5,
  };
  return named ? [line, name] : [line];
}

const heightInSight = ({ scales: { y } }: Chart, value: number) => !y || (value >= y.min && value <= y.max);

/** A tooltip in the look of the app's floating parts. */
export function tooltipLook(colours: ChartColours) {
  return {
    backgroundColor: colours.raised,
    borderColor: colours.strong,
    borderWidth: 1,
    titleColor: colours.ink,
    bodyColor: colours.ink,
    padding: 10,
    cornerRadius: 8,
    boxWidth: 8,
    boxHeight: 8,
    boxPadding: 6,
    usePointStyle: true,
  };
}
