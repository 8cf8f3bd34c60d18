/**
 * A figure that nobody sees, drawn when the window has nothing else to do: code that has never run takes several times
 * as long, and the first comparison would pay for it with each of its figures in sight.
 */
import type { CurvesReply } from '#shared/api/analysis.ts';
import type { TestSubset } from '#shared/subsets.ts';
import { theme } from '../lib/theme.svelte.ts';
import { Chart, chartColours } from './chart.ts';
import { learningCurveConfig } from './learning-curves.ts';

/** As long as the curves of an experiment that evaluated often. */
const POINTS = 300;
const SUBSETS: TestSubset[] = ['d1consis', 'd2consis'];
const SIZE = { width: 320, height: 280 };

/** Draws it on a canvas that is in no page, and forgets it. */
export function rehearseFigure(): void {
  const { dark } = theme;
  const look = {
    dark,
    hidden: new Set<TestSubset>(),
    focus: null,
    compact: true,
  } as const;
  const canvas = Object.assign(document.createElement('canvas'), SIZE);
  new Chart(canvas, learningCurveConfig(figure(), look, chartColours(dark))).destroy();
}

function figure(): CurvesReply {
  const epochs = Array.from({ length: POINTS }, (_, epoch) => epoch);
  const points = epochs.map((epoch) => {
    const mean = 0.5 + Math.sin(epoch) / 4;
    return { epoch, mean, low: mean - 0.1, high: mean + 0.1, n: 5 };
  });
  const half = POINTS / 2;
  return {
    experiment: 0,
    metric: 'exact_match',
    stages: [
      { stage: 'stage1', from: 0, to: half },
      { stage: 'stage2', from: half, to: POINTS },
    ],
    curves: SUBSETS.map((subset) => ({ subset, points })),
    traces: [],
    n: 5,
    chance: 0.25,
  };
}
