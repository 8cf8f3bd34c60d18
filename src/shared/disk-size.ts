/** What the runs of an experiment will leave on the disk, before anything is trained. */
import { answersEstimate } from './answers-size.ts';
import type { ExperimentConfig, StageConfig } from './config.ts';
import { plannedRuns } from './planned-runs.ts';
import { plannedSpans } from './stats/curves.ts';

/** float32. */
const WEIGHT_BYTES = 4;
/** AdamW holds two moments beside every weight; Adafactor's factored one is small. */
const CHECKPOINT_COPIES = { adamw: 3, adafactor: 1 };
/** The rolling checkpoint, the one before it, and the one that is being written. */
const ROLLING_FILES = 3;

export interface DiskEstimate {
  /** Weights at the ends of stages and after epochs that `save_every` keeps, of all runs. */
  weights: number;
  /** What one run needs on its way and gives back: its rolling checkpoints. */
  working: number;
  answers: number;
  /** All of it, `working` for as many runs as train at a time. */
  bytes: number;
}

/**
 * @param trained weights that a run trains, of its model
 * @param asked what it is asked, which says how large its answers are
 * @param atOnce runs that train at a time
 */
export function diskEstimate(
  config: ExperimentConfig,
  trained: number,
  asked: Parameters<typeof answersEstimate>[1],
  atOnce = 1,
): DiskEstimate {
  const runs = plannedRuns(config).length;
  const first = Math.min(runs, config.seeds.length);
  const files = plannedSpans(config).reduce(
    (sum, { stage }) => sum + (stage === 'stage2' ? runs : first) * filesOf(config.training[stage]),
    0,
  );
  const weights = files * trained * WEIGHT_BYTES;
  const copies = CHECKPOINT_COPIES[config.training.optimizer.name];
  const working = ROLLING_FILES * copies * trained * WEIGHT_BYTES;
  const answers = answersEstimate(config, asked)?.bytes ?? 0;
  return { weights, working, answers, bytes: weights + answers + Math.min(atOnce, runs) * working };
}

/** Files of weights that a stage keeps. */
function filesOf(stage: Pick<StageConfig, 'epochs' | 'save_every'> | null): number {
  if (stage === null) return 0;
  return stage.save_every === 0 ? 1 : Math.ceil(stage.epochs / stage.save_every);
}

/** What is still to come of an estimate. @param there bytes that are on the disk already */
export function diskLeft(
  estimate: DiskEstimate,
  there: Pick<DiskEstimate, 'weights' | 'working' | 'answers'>,
): DiskEstimate {
  const left = (of: keyof typeof there) => Math.max(0, estimate[of] - there[of]);
  const atOnce = estimate.bytes - estimate.weights - estimate.answers;
  const [weights, answers] = [left('weights'), left('answers')];
  const bytes = weights + answers + Math.max(0, atOnce - there.working);
  return { weights, working: left('working'), answers, bytes };
}
