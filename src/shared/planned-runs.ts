/** Which runs an experiment has: its seeds, and for each of them the stage-2 seeds and starting points. */
import type { ExperimentConfig } from './config.ts';
import { stageBeforeStage2 } from './config/training.ts';

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

/** The epochs before its end whose weights the stage before stage 2 keeps, where stage 2 starts from each. */
function earlierStarts({ pipeline, stage2_from, ...stages }: TrainingConfig): number[] {
  if (stage2_from !== 'each') return [];
  const { epochs, save_every } = stages[stageBeforeStage2(pipeline)];
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
