/** Learning curves: every subset over epochs, a panel for each experiment and test. */
import { chanceOf } from '#shared/datasets.ts';
import { distinctNames } from '#shared/distinct-names.ts';
import { isShare, METRICS, type MetricId } from '#shared/metrics.ts';
import {
  METRIC_TESTS,
  type ExperimentRecord,
  type MetricTest,
  type RunEvaluations,
  type StageId,
} from '#shared/records.ts';
import { amount } from '#shared/stats/amount.ts';
import { learningCurves, type LearningCurves } from '#shared/stats/curves.ts';
import { subsetInfo, subsetTitle, type TestSubset } from '#shared/subsets.ts';
import { metricOf } from '#shared/tasks.ts';
import type { LinePanel } from './model.ts';

export interface CurvesOf {
  experiment: ExperimentRecord;
  /** Those that are finished, with all evaluations. */
  runs: readonly RunEvaluations[];
}

export interface CurvesAsked {
  /** All that were measured where left out. */
  tests?: readonly MetricTest[];
  subsets?: readonly TestSubset[];
}

const STAGES: Record<StageId, string> = {
  stage0: 'Stage 0',
  stage1: 'Stage 1',
  stage1_qa: 'Stage 1, questions',
  stage2: 'Stage 2',
};

const TESTS: Record<MetricTest, string> = {
  questions: 'Questions',
  association: 'Association',
  letters: 'Letters',
  'association-definition': 'Association, against the definitions',
  grid: 'Whole grids',
  'grid-definition': 'Whole grids, against the definitions',
};

/** Panels in the order of the experiments, those of one test together; on axes of the same height. */
export function curvePanels(
  given: readonly CurvesOf[],
  { tests = METRIC_TESTS, subsets }: CurvesAsked = {},
): LinePanel[] {
  const names = distinctNames(given.map(({ experiment }) => experiment.name));
  return tests.flatMap((test) => {
    const panels = given.flatMap(({ experiment, runs }, i) => {
      const metric = metricOf(experiment.config);
      const all = learningCurves(runs, { test, metric });
      const curves = all.curves.filter(({ subset }) => subsets === undefined || subsets.includes(subset));
      if (curves.length === 0) return [];
      const title = [...(given.length > 1 ? [names[i]] : []), TESTS[test]].join(': ');
      return curvePanel(
        { ...all, curves },
        { title, metric, chance: test === 'questions' ? chanceOf(experiment.config.dataset) : null },
      );
    });
    const highest = Math.max(
      0,
      ...panels.flatMap(({ series }) =>
        series.flatMap(({ points }) => points.map(({ mean, high }) => high ?? mean)),
      ),
    );
    return panels.map((panel) => ({ ...panel, y: { ...panel.y, least: Math.max(panel.y.least, highest) } }));
  });
}

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
      title: `${METRICS[metric].label}${share ? ' (%)' : ''}`,
      text: (value) => (share ? String(Math.round(value * 1000) / 10) : amount(value, metric)),
      least: share ? 0.05 : 0,
      most: METRICS[metric].limits[1],
    },
    spans: stages.map(({ stage, from, to }) => ({ from, to, text: STAGES[stage] })),
    series: curves.map(({ subset, points }) => ({
      ...{ name: subsetTitle(subset), colour: subsetInfo(subset).colour, interval: 'band', joined: true },
      points: points.map(({ epoch, ...spot }) => ({ x: epoch, ...spot })),
    })),
  };
}
