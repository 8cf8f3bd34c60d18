/** What a comparison lays side by side: experiments, or groups of them that are each measured as one. */
import { plural } from '#shared/counting.ts';
import { overGroup } from '#shared/group-words.ts';
import { isImported } from '#shared/imported.ts';
import type { MetricId } from '#shared/metrics.ts';
import type { ExperimentRecord, MetricTest, RunEvaluations } from '#shared/records.ts';
import { chanceInAll } from '#shared/saved-config.ts';
import type { Compared } from '#shared/stats/compare.ts';
import { effectsOf, type Effects } from '#shared/stats/effects.ts';
import {
  learningCurves,
  plannedSpans,
  pooledCurves,
  valuesOf,
  type LearningCurves,
} from '#shared/stats/curves.ts';
import { fromTheEnd } from '#shared/stats/nested.ts';
import { metricOf } from '#shared/tasks.ts';
import type { ExperimentGroup } from '../../table/experiment-groups.ts';

/** An experiment with its runs, and their evaluations: all of them, or the last of each stage. */
export interface ExperimentRuns {
  experiment: ExperimentRecord;
  runs: RunEvaluations[];
}

/** One of the experiments compared. */
export interface ComparedExperiment extends ExperimentRuns {
  effects: Effects;
}

/** An experiment, or a group. */
export interface Side extends Compared {
  /** One, or those of the group. */
  experiments: ExperimentRecord[];
  /** Those of all of them. */
  runs: RunEvaluations[];
  /** The headline. */
  metric: MetricId;
}

/** Effects are over the runs of the whole side: those of a seed are averaged first, whichever experiment they are of. */
export interface ComparedSide extends Side {
  effects: Effects;
}

/** @param given every experiment of the groups @param groups null leaves each by itself */
export function sidesOf(given: readonly ExperimentRuns[], groups: readonly ExperimentGroup[] | null): Side[] {
  if (groups === null) return given.map(aloneSide);
  return groups.map((group, i) =>
    groupSide(
      group,
      given.filter(({ experiment }) => group.experiments.includes(experiment.id)),
      i + 1,
    ),
  );
}

/** The same with what they found. */
export function comparedSides(
  compared: readonly ComparedExperiment[],
  groups: readonly ExperimentGroup[] | null,
): ComparedSide[] {
  return sidesOf(compared, groups).map((side, i) => ({
    ...side,
    effects: groups === null ? compared[i]!.effects : effectsOf(side.runs, 'questions', side.metric),
  }));
}

function aloneSide({ experiment, runs }: ExperimentRuns): Side {
  const { id, name, config } = experiment;
  return { id, name, config, experiments: [experiment], runs, metric: metricOf(config) };
}

function groupSide(
  { label, metric }: ExperimentGroup,
  members: readonly ExperimentRuns[],
  place: number,
): Side {
  const experiments = members.map(({ experiment }) => experiment);
  const configs = experiments.map(({ config }) => config);
  return {
    ...{ id: place, name: label, experiments, metric },
    runs: members.flatMap(({ runs }) => runs),
    config: configs.find(isImported) ?? configs[0],
    over: plural(members.length, 'experiment'),
    uneven: new Set(members.map(({ runs }) => seedsCounted(runs).join())).size > 1,
  };
}

const counted = (runs: readonly RunEvaluations[]) =>
  runs.filter(({ run }) => run.state === 'done' && fromTheEnd(run));

/** The seeds that enter results, from the lowest. */
function seedsCounted(runs: readonly RunEvaluations[]): number[] {
  return [...new Set(counted(runs).map(({ run }) => run.seed))].sort((a, b) => a - b);
}

/** What a side is over: `2 experiments, 6 runs, n = 3 seeds`. */
export function overSide({ experiments, runs }: Side): string {
  return overGroup(experiments.length, { runs: counted(runs).length, n: seedsCounted(runs).length });
}

/**
 * The learning curves of a side over its finished runs.
 * @returns with what guessing gives, null where that is not one number for all of it
 */
export function sideCurves(
  { experiments, runs, over, metric }: Side,
  test: MetricTest = 'questions',
): LearningCurves & { chance: number | null } {
  const done = runs.filter(({ run }) => run.state === 'done');
  const configs = experiments.map(({ config }) => config);
  const curves =
    over === undefined
      ? learningCurves(done, { test, metric })
      : pooledCurves(
          done.map((run) => valuesOf(run, { test, metric })),
          configs.map(plannedSpans),
          metric,
        );
  return { ...curves, chance: chanceInAll(configs, test) };
}

/** `pocket (3)`; `Truthfulness α 0.5 (2 experiments)`. */
export function sideTitle({ id, name, over }: Compared): string {
  return `${name} (${over ?? id})`;
}

/** Numbers of its experiments: `3`; `4, 8`. */
export function numbersOf({ experiments }: Side, between = ', '): string {
  return experiments.map(({ id }) => id).join(between);
}

/** The side that an experiment is in; that of the first where it is in none. */
export function sideWith<T extends Side>(sides: readonly T[], experiment: number | null): T | undefined {
  return sides.find(({ experiments }) => experiments.some(({ id }) => id === experiment)) ?? sides[0];
}
