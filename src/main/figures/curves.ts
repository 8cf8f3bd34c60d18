/** Learning curves: every subset over epochs, a panel for each experiment and test. */
import { distinctNames } from '#shared/distinct-names.ts';
import { axisTitle, STAGE_NAMES, TEST_NAMES } from '#shared/measured-names.ts';
import { isShare, METRICS, type MetricId } from '#shared/metrics.ts';
import { METRIC_TESTS, type MetricTest } from '#shared/records.ts';
import { amount } from '#shared/stats/amount.ts';
import type { LearningCurves } from '#shared/stats/curves.ts';
import { subsetInfo, subsetTitle, type TestSubset } from '#shared/subsets.ts';
import { sideCurves, type Side } from '../report/comparison/sides.ts';
import type { LinePanel, PaperFigure } from './model.ts';
import { overOf } from './over.ts';

export interface CurvesAsked {
  /** All that were measured where left out. */
  tests?: readonly MetricTest[];
  subsets?: readonly TestSubset[];
}

/** Panels in the order of the sides, those of one test together; those of one metric on axes of the same height. */
export function curvePanels(
  given: readonly Side[],
  { tests = METRIC_TESTS, subsets }: CurvesAsked = {},
): LinePanel[] {
  const names = distinctNames(given.map(({ name }) => name));
  return tests.flatMap((test) =>
    sharedHeights(
      given.flatMap((side, i) => {
        const { metric } = side;
        const { chance, ...all } = sideCurves(side, test);
        const curves = all.curves.filter(({ subset }) => subsets === undefined || subsets.includes(subset));
        if (curves.length === 0) return [];
        const named = given.length > 1 || side.over !== undefined;
        const title = [...(named ? [names[i]] : []), testTitle(test)].join(': ');
        const told = { title, metric, chance: isShare(metric) ? chance : null };
        return { metric, panel: curvePanel({ ...all, curves }, told) };
      }),
    ),
  );
}

/** The curves of experiments, or of groups, over the questions, as a figure; nothing where no run was evaluated. */
export function curvesFigure(given: readonly Side[]): PaperFigure | null {
  const panels = curvePanels(given, { tests: ['questions'] });
  if (panels.length === 0) return null;
  const names = given.map(({ name }) => name).join(', ');
  return { title: `${names}: learning curves`, panels, notes: [...overOf(panels)] };
}

/** The axes of one metric hold what is highest in any of its panels. */
function sharedHeights(panels: readonly { metric: MetricId; panel: LinePanel }[]): LinePanel[] {
  const highest = new Map(
    [...Map.groupBy(panels, ({ metric }) => metric)].map(([metric, group]) => {
      const points = group.flatMap(({ panel }) => panel.series.flatMap(({ points: of }) => of));
      return [metric, Math.max(0, ...points.map(({ mean, high }) => high ?? mean))];
    }),
  );
  return panels.map(({ metric, panel }) => ({
    ...panel,
    y: { ...panel.y, least: Math.max(panel.y.least, highest.get(metric)!) },
  }));
}

const testTitle = (test: MetricTest) => TEST_NAMES[test].title ?? TEST_NAMES[test].label;

interface Told {
  title: string;
  metric: MetricId;
  chance: number | null;
}

function curvePanel({ stages, curves }: LearningCurves, { title, metric, chance }: Told): LinePanel {
  const share = isShare(metric);
  return {
    ...{ kind: 'lines', title, chance },
    x: { title: 'Epoch', text: String, domain: [0, stages.at(-1)?.to || 1], scale: 'linear' },
    y: {
      title: axisTitle(metric),
      text: (value) => (share ? String(Math.round(value * 1000) / 10) : amount(value, metric)),
      least: share ? 0.05 : 0,
      most: METRICS[metric].limits[1],
    },
    spans: stages.map(({ stage, from, to }) => ({ from, to, text: STAGE_NAMES[stage] })),
    series: curves.map(({ subset, points }) => ({
      ...{ name: subsetTitle(subset), colour: subsetInfo(subset).colour, interval: 'band', joined: true },
      points: points.map(({ epoch, ...spot }) => ({ x: epoch, ...spot })),
    })),
  };
}
