/** Fixing a comparison before it is run, and what came of those that were fixed. */
import type { ExperimentConfig } from '#shared/config.ts';
import { showValue, UserError } from '#shared/errors.ts';
import type { MetricId } from '#shared/metrics.ts';
import {
  lock,
  registeredConfig,
  unlocked,
  type RegisteredPlan,
  type Registration,
} from '#shared/registration.ts';
import { registeredOutcomes, seedList, type Registered } from '#shared/stats/registered.ts';
import type { TestSubset } from '#shared/subsets.ts';
import { metricOf } from '#shared/tasks.ts';
import { ourConfig } from '#shared/saved-config.ts';
import type { History } from '../history/history.ts';
import { credenceVersion } from '../resources.ts';

/** What one fixes; the rest follows from the experiments. */
export interface NewRegistration extends Pick<
  RegisteredPlan,
  'comparison' | 'seeds' | 'analysis' | 'margin' | 'question'
> {
  /** One where subsets are compared; two where effects are, the second against the first. */
  experiments: readonly number[];
}

/**
 * Locks a comparison of saved experiments, none of whose registered seeds has a result yet.
 * @throws UserError `register.experiments`, `register.seeds`, `register.seen`, `register.subset`, `register.metric`,
 *   `history.no-experiment`
 */
export function register(history: History, wanted: NewRegistration): Registration {
  const sides = wanted.experiments.map((id) => history.getExperiment(id));
  if (new Set(wanted.experiments).size !== sides.length) throw sameTwice(wanted.experiments);
  const metric = registrable(
    wanted,
    sides.map((side) => ourConfig(side, 'fix what it is to show')),
  );
  for (const { id } of sides) assertUnseen(history, id, wanted.seeds);
  const uids = new Map([...history.experimentUids()].map(([uid, id]) => [id, uid]));
  const { comparison, seeds, analysis, margin, question } = wanted;
  const { text, hash } = lock({
    ...{ comparison, analysis, margin, question },
    seeds: seeds.toSorted((a, b) => a - b),
    metric,
    experiments: sides.map(({ id, name, config }) => ({
      ...{ uid: uids.get(id)!, name },
      config: registeredConfig(config) as RegisteredPlan['experiments'][number]['config'],
    })),
    registered_at: new Date().toISOString(),
    version: credenceVersion(),
  });
  return unlocked({ id: history.addRegistration(text, hash), text, hash });
}

/**
 * Whether a comparison can be made of experiments with these configs, saved or not.
 * @returns what they measure
 * @throws UserError `register.experiments`, `register.seeds`, `register.analysis`, `register.subset`, `register.metric`
 */
export function registrable(
  { comparison, seeds, analysis }: Pick<NewRegistration, 'comparison' | 'seeds' | 'analysis'>,
  configs: readonly ExperimentConfig[],
): MetricId {
  const needed = comparison.kind === 'subsets' ? 1 : 2;
  if (configs.length !== needed)
    throw new UserError(
      'register.experiments',
      `experiments: ${configs.length} given, and ${needed === 1 ? 'subsets are compared within one; name one' : 'an effect is compared between two; name two'}`,
    );
  if (new Set(seeds).size < 2)
    throw new UserError(
      'register.seeds',
      `seeds: ${showValue(seeds)} leaves nothing to test; register two or more, for example 0..9`,
    );
  if (comparison.kind === 'subsets') assertSubsets(comparison, analysis, configs[0]);
  const [metric, ...others] = new Set(configs.map(metricOf));
  if (others.length === 0) return metric;
  throw new UserError(
    'register.metric',
    `experiments: one measures ${metric} and the other ${others.join()}, which have no difference; name two of one kind`,
  );
}

function sameTwice(experiments: readonly number[]): UserError {
  return new UserError(
    'register.experiments',
    `experiments: ${experiments.join(' and ')} are the same; name two different ones`,
  );
}

function assertSubsets(
  { first, second }: Record<'first' | 'second', TestSubset>,
  analysis: NewRegistration['analysis'],
  config: ExperimentConfig,
): void {
  if (first === second)
    throw new UserError(
      'register.comparison',
      `comparison: ${first} and ${second} are the same; name two different subsets`,
    );
  if (analysis === 'welch')
    throw new UserError(
      'register.analysis',
      'analysis: welch takes independent runs, and subsets of one experiment are asked of the same models; register paired',
    );
  for (const subset of [first, second]) assertAsked(config, subset);
}

/** Subsets that come of others. */
const DERIVED: readonly TestSubset[] = ['qd1incons', 'qd2consis', 'd2incons'];

/** @throws UserError `register.subset` for one without entities */
function assertAsked(config: ExperimentConfig, subset: TestSubset): void {
  const fractions = 'subsets' in config ? (config.subsets.fractions as Record<string, number>) : null;
  if (!fractions || DERIVED.includes(subset) || fractions[subset] > 0) return;
  const there = Object.keys(fractions).filter((name) => fractions[name] > 0);
  throw new UserError(
    'register.subset',
    `comparison: ${showValue(subset)} has no entities in "${config.name}"; it has ${there.join(', ')}`,
  );
}

/** @throws UserError `register.seen` where a seed has been evaluated */
function assertUnseen(history: History, experiment: number, seeds: readonly number[]): void {
  const evaluated = history.evaluationsOf(experiment, { last: true });
  const known = evaluated.filter(({ evaluations }) => evaluations.length > 0).map(({ run }) => run.seed);
  const seen = [...new Set(known.filter((seed) => seeds.includes(seed)))];
  if (seen.length === 0) return;
  const next = Math.max(...known) + 1;
  throw new UserError(
    'register.seen',
    `seeds: experiment ${experiment} has results of ${seedList(seen)} already, which can no longer be registered; register seeds that were not run, for example ${next}..${next + 9}, and add them`,
  );
}

/**
 * What came of every registration that concerns any of some experiments, p-values corrected for all of them.
 * @param experiments `all`: whatever was registered, also where its experiments are gone
 */
export function registeredOf(history: History, experiments: readonly number[] | 'all'): Registered {
  const ids = history.experimentUids();
  const asked = new Set(
    [...ids].filter(([, id]) => experiments === 'all' || experiments.includes(id)).map(([uid]) => uid),
  );
  const concerning = history
    .registrations()
    .filter(
      ({ plan }) =>
        experiments === 'all' || plan === null || plan.experiments.some(({ uid }) => asked.has(uid)),
    );
  const uids = new Set(concerning.flatMap(({ plan }) => plan?.experiments.map(({ uid }) => uid) ?? []));
  const sides = [...uids].flatMap((uid) => {
    const id = ids.get(uid);
    return id === undefined
      ? []
      : [
          {
            uid,
            experiment: history.getExperiment(id),
            runs: history.evaluationsOf(id, { last: true }),
          },
        ];
  });
  const missing = history.missingRegistrations();
  return {
    outcomes: registeredOutcomes(concerning, sides),
    removed: missing.map(
      (id) => `Pre-registration ${id} of this history is gone: something other than Credence removed it.`,
    ),
  };
}
