/** Several experiments as figures: one each on shared axes, or all in one, told apart by their dashes. */
import { max } from 'd3-array';
import type { CurvesReply } from '#shared/api/analysis.ts';
import { isShare } from '#shared/metrics.ts';
import { TEST_SUBSETS, type TestSubset } from '#shared/subsets.ts';
import { drawnScale } from '../lib/metric-text.ts';
import { alignCurves, countWithinStages, sameStages, sharedStages } from './align-stages.ts';
import type { ChartColours, LineConfig } from './chart.ts';
import { describeCurves, learningCurveConfig, type CurveLook } from './learning-curves.ts';

export type Layout = 'beside' | 'overlay';

export interface ComparisonLook {
  layout: Layout;
  chosen: ReadonlySet<TestSubset>;
  dark: boolean;
}

export interface Figure {
  /** Tells figures apart; experiments may share a name. */
  id: string;
  title: string;
  description: string;
  /** Nothing has been evaluated yet. */
  empty: boolean;
  config: (colours: ChartColours) => LineConfig;
}

/** Solid, dashed, dotted, …: the colour already says which subset it is. */
const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3], [14, 4], [1, 5]];

const DASH_WORDS = ['solid', 'dashed', 'dotted', 'dash-dot', 'long dashes', 'sparse dots'];

/**
 * The figures of a comparison. Experiments of different metrics share neither axes nor a figure.
 * @param names of the experiments, in the order of the replies
 */
export function comparisonFigures(
  replies: readonly CurvesReply[],
  names: string[],
  look: ComparisonLook,
): Figure[] {
  const named = replies.map((reply, i) => ({ reply, name: names[i] ?? '' }));
  return [...Map.groupBy(named, ({ reply }) => reply.metric).values()].flatMap((group) =>
    figuresOf(
      group.map(({ reply }) => reply),
      group.map(({ name }) => name),
      look,
    ),
  );
}

/** Those of one metric. */
function figuresOf(replies: readonly CurvesReply[], names: string[], look: ComparisonLook): Figure[] {
  const shared = sharedLook(replies, look);
  return look.layout === 'beside'
    ? replies.map((reply, i) => ({
        id: String(reply.experiment),
        title: names[i] ?? '',
        description: `${names[i]}. ${describeCurves(reply)}`,
        empty: reply.curves.length === 0,
        config: (colours) => learningCurveConfig(reply, shared, colours),
      }))
    : [overlay(replies, names, shared)];
}

/** Limits that fit every experiment. */
function sharedLook(replies: readonly CurvesReply[], look: ComparisonLook): CurveLook {
  const share = replies.every(({ metric }) => isShare(metric));
  const scale = replies[0] ? drawnScale(replies[0].metric) : 1;
  const highest = max(replies, ({ curves }) =>
    max(curves, ({ subset, points }) =>
      look.chosen.has(subset) ? max(points, ({ mean, high }) => high ?? mean) : 0,
    ),
  );
  return {
    dark: look.dark,
    hidden: new Set(TEST_SUBSETS.filter((subset) => !look.chosen.has(subset))),
    focus: null,
    // No share is above 100 %, so no axis is.
    yMax: Math.min(share ? 100 : Infinity, Math.max(0, highest ?? 0) * scale * 1.04) || undefined,
    xMax: Math.max(0, ...replies.map(({ stages }) => stages.at(-1)?.to ?? 0)) || undefined,
    compact: true,
  };
}

function overlay(replies: readonly CurvesReply[], names: string[], look: CurveLook): Figure {
  return {
    id: `overlay ${replies[0]?.metric}`,
    title: names.map((name, i) => `${name} (${DASH_WORDS[i % DASH_WORDS.length]})`).join(' · '),
    description: replies.map((reply, i) => `${names[i]}: ${describeCurves(reply)}`).join(' '),
    empty: replies.every(({ curves }) => curves.length === 0),
    config: (colours) => {
      const [first, ...others] = onOneAxis(replies, look, colours);
      for (const [i, config] of others.entries())
        first?.data.datasets.push(...dashed(config, i + 1, names[i + 1]));
      for (const line of first?.data.datasets ?? [])
        line.label &&= line.label.includes(' · ') ? line.label : `${line.label} · ${names[0]}`;
      return first as LineConfig;
    },
  };
}

/** On shared stages where those of the experiments differ: else one's marks would stand in another's curve. */
function onOneAxis(replies: readonly CurvesReply[], look: CurveLook, colours: ChartColours): LineConfig[] {
  if (sameStages(replies)) return replies.map((reply) => learningCurveConfig(reply, look, colours));
  const stages = sharedStages(replies);
  const wide = { ...look, xMax: stages.at(-1)?.to };
  return replies.map((reply) =>
    countWithinStages(learningCurveConfig(alignCurves(reply, stages), wide, colours), stages),
  );
}

function dashed(config: LineConfig, index: number, name = ''): LineConfig['data']['datasets'] {
  return config.data.datasets.map((line) => ({
    ...line,
    ...(line.label ? { label: `${line.label} · ${name}`, borderDash: DASHES[index % DASHES.length] } : {}),
  }));
}
