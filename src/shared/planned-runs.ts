/** Which runs an experiment has: its seeds, and for each of them the stage-2 seeds and starting points. */
import { countText, plural } from './counting.ts';
import type { ExperimentConfig } from './config.ts';
import { stageBeforeStage2 } from './stages.ts';

/** What tells the runs of one experiment apart. */
export interface PlannedRun {
  /** Everything follows from it: facts, split, tags, weights, batches. */
  seed: number;
  /** Re-splits the stage-2 pool; null where `subsets.seed_stage2` does. */
  seed_stage2: number | null;
  /** Epoch of the stage before whose weights stage 2 starts from; null is its end. */
  stage1_epoch: number | null;
}

type TrainingConfig = ExperimentConfig['training'];

/**
 * Every run of an experiment. Those that train up to stage 2 themselves come first, one per seed; the others
 * continue from their weights.
 */
export function plannedRuns(
  config: Pick<ExperimentConfig, 'seeds' | 'seeds_stage2' | 'training'>,
): PlannedRun[] {
  const stage2: (number | null)[] = config.seeds_stage2 ?? [null];
  const starts: (number | null)[] = [null, ...earlierStarts(config.training)];
  const perSeed = starts.flatMap((stage1_epoch) =>
    stage2.map((seed_stage2) => ({ seed_stage2, stage1_epoch })),
  );
  const [first, ...rest] = perSeed;
  return [
    ...config.seeds.map((seed) => ({ seed, ...first })),
    ...config.seeds.flatMap((seed) => rest.map((run) => ({ seed, ...run }))),
  ];
}

/**
 * How many runs an experiment has and of what: `6 seeds × 2 stage-2 seeds = 12 runs; stage 1 is trained 6 times.`
 */
export function describeRuns(config: Parameters<typeof plannedRuns>[0]): string {
  const { seeds, seeds_stage2, training } = config;
  const starts = earlierStarts(training).length + 1;
  const factors = [
    plural(seeds.length, 'seed'),
    ...(seeds_stage2 ? [plural(seeds_stage2.length, 'stage-2 seed')] : []),
    ...(starts > 1 ? [plural(starts, 'starting point')] : []),
  ];
  const runs = plannedRuns(config).length;
  const before = stageBeforeStage2(training.pipeline) === 'stage1' ? 'stage 1' : 'stage 1 and its QA stage';
  const shared = runs > seeds.length;
  const trained = shared
    ? `; ${before} ${before === 'stage 1' ? 'is' : 'are'} trained ${times(seeds.length)}`
    : '';
  return `${factors.join(' × ')} = ${plural(runs, 'run')}${trained}.`;
}

const times = (count: number) => (count === 1 ? 'once' : `${countText(count)} times`);

/** The epochs before its end whose weights the stage before stage 2 keeps, where stage 2 starts from each. */
function earlierStarts({ pipeline, stage2_from, ...stages }: TrainingConfig): number[] {
  if (stage2_from !== 'each') return [];
  const stage = stages[stageBeforeStage2(pipeline)];
  if (!stage) return [];
  const { epochs, save_every } = stage;
  return Array.from({ length: Math.ceil(epochs / save_every) - 1 }, (_, i) => (i + 1) * save_every);
}

/** `seed 3`, `seed 3, stage-2 seed 1, from epoch 10`. */
export function runLabel({ seed, seed_stage2, stage1_epoch }: PlannedRun): string {
  return [
    `seed ${seed}`,
    ...(seed_stage2 === null ? [] : [`stage-2 seed ${seed_stage2}`]),
    ...(stage1_epoch === null ? [] : [`from epoch ${stage1_epoch}`]),
  ].join(', ');
}

/** The same at the beginning of a line: `Seed 3, stage-2 seed 1`. */
export function runTitle(run: PlannedRun): string {
  const label = runLabel(run);
  return `${label.charAt(0).toUpperCase()}${label.slice(1)}`;
}

/** What runs are counted as: seeds where each seed has one of them, otherwise runs. */
export function runNoun(runs: readonly Pick<PlannedRun, 'seed'>[]): 'seed' | 'run' {
  return new Set(runs.map(({ seed }) => seed)).size === runs.length ? 'seed' : 'run';
}
