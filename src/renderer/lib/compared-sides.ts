/** What stands side by side in the tables and forest plots of a comparison: experiments, or groups of them. */
import type { CompareReply } from '#shared/api/analysis.ts';
import { tellingNames } from '#shared/distinct-names.ts';
import { overGroup } from '#shared/group-words.ts';
import type { MetricTest } from '#shared/records.ts';
import type { MetricId } from '#shared/metrics.ts';
import type { Effects, TagEffect } from '#shared/stats/effects.ts';
import type { Moment } from '#shared/stats/final-values.ts';
import type { TestSubset } from '#shared/subsets.ts';
import { answersLink, contrastLink, stageAt } from './answers-link.ts';
import { experimentMark, type Mark } from '#shared/experiment-colours.ts';
import { experimentColour, lineColour } from './colours.ts';

type Contrast = CompareReply['contrasts'][number];

/** An experiment or a group, as rows and columns show it. */
export interface ShownSide {
  /** Tells rows apart. */
  key: string;
  /** Number of the experiment; of a group its place. */
  id: number;
  /** `aside`: an experiment of the group before it. */
  kind: 'experiment' | 'group' | 'aside';
  name: string;
  /** Of a group: `2 experiments, 6 runs, n = 3 seeds`. */
  over: string | null;
  /** What stands behind its numbers where there is little room: `n = 3`; of a group `2 exp., n = 3`. */
  counted: string;
  experiments: number[];
  effects: Effects;
  /** Whether the others are compared with it. */
  baseline: boolean;
  subsets: (test: MetricTest) => Effects['subsets'];
  effect: (contrast: Contrast) => TagEffect | null;
  colour: (dark: boolean) => string;
  mark: Mark;
  /** The questions behind a number of a subset; and behind an effect. */
  questions: (subset: TestSubset, test: MetricTest, moment: Moment) => string;
  contrastQuestions: (contrast: Contrast, found: TagEffect) => string | undefined;
}

/** @param alone whether the experiments of each group follow it; one by itself would only be said twice */
export function shownSides(result: CompareReply, alone: boolean): ShownSide[] {
  const { grouped } = result;
  const singles = singleSides(result);
  if (!grouped) return singles;
  return groupSides(result).flatMap((group) => [
    group,
    ...(alone && group.experiments.length > 1 ? membersOf(group, singles) : []),
  ]);
}

/** The experiments of a group, to be shown beside it. */
export function membersOf(group: ShownSide, singles: readonly ShownSide[]): ShownSide[] {
  return singles
    .filter(({ id }) => group.experiments.includes(id))
    .map((side) => ({ ...side, kind: 'aside' as const, baseline: false }));
}

/** Every experiment by itself. */
export function singleSides({ experiments, contrasts, baseline }: CompareReply): ShownSide[] {
  const names = tellingNames(experiments.map(({ name }) => name));
  const ids = experiments.map(({ experiment }) => experiment);
  return experiments.map(({ experiment: id, effects, beside, pipeline }, i) => ({
    ...{
      key: `experiment ${id}`,
      id,
      kind: 'experiment' as const,
      name: names[i] ?? '',
      over: null,
      effects,
    },
    counted: `n = ${effects.n}`,
    ...{ experiments: [id], baseline: experiments.length > 1 && id === baseline },
    subsets: (test) => (test === 'questions' ? effects.subsets : (beside[test] ?? {})),
    effect: (contrast) => contrasts.find((each) => each.id === contrast.id)?.effects[i] ?? null,
    ...{ colour: (dark: boolean) => experimentColour(id, dark), mark: experimentMark(id) },
    questions: (subset, test, moment) =>
      answersLink(ids, { subset, test, stage: stageAt(moment, pipeline), finished: true }),
    contrastQuestions: (contrast, found) => contrastLink(id, contrast, found),
  }));
}

function groupSides({ grouped, contrasts }: CompareReply): ShownSide[] {
  const { groups, baseline, effects: found } = grouped!;
  return groups.map(({ place, label, experiments, effects, beside, pipeline }, i) => ({
    ...{ key: `group ${place}`, id: place, kind: 'group' as const, name: label, experiments, effects },
    counted: `${experiments.length} exp., n = ${effects.n}`,
    ...{ over: overGroup(experiments.length, effects), baseline: groups.length > 1 && place === baseline },
    subsets: (test) => (test === 'questions' ? effects.subsets : (beside[test] ?? {})),
    effect: (contrast) => found[contrasts.findIndex((each) => each.id === contrast.id)]?.[i] ?? null,
    // A group is no experiment, and has no colour of its own: that of its curves.
    ...{ colour: (dark: boolean) => lineColour(i, dark), mark: 'rectRot' as const },
    questions: (subset, test, moment) =>
      answersLink(experiments, {
        ...{ subset, test, finished: true },
        stage: pipeline === null ? undefined : stageAt(moment, pipeline),
      }),
    // The answers of several are laid out one experiment at a time.
    contrastQuestions: (contrast, effect) =>
      experiments.length === 1 ? contrastLink(experiments[0]!, contrast, effect) : undefined,
  }));
}

/** As a table that is taken away says it: with its number, or with what it is over. */
export function sideName({ name, over, id }: ShownSide): string {
  return `${name} (${over ?? id})`;
}

/** What is measured differently stands apart: neither axes nor differences are shared. */
export function byMetric(sides: readonly ShownSide[]): { metric: MetricId; sides: ShownSide[] }[] {
  const groups = Map.groupBy(sides, ({ effects }) => effects.metric);
  return [...groups].map(([metric, of]) => ({ metric, sides: of }));
}
