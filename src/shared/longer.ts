/** An experiment whose last stage is trained for more epochs, as one of its own: what it found before stays. */
import { TASK_SCHEMAS, type ExperimentConfig } from './config.ts';
import type { TrainingParts } from './config/training.ts';
import { stageBeforeStage2 } from './stages.ts';
import { showValue, UserError } from './errors.ts';
import { stageText, type StageId } from './records.ts';

/** The stage that is trained longer, and the one whose weights it begins with; null begins anew. */
export function lastStage({ training }: { training: Pick<TrainingParts, 'pipeline' | 'stage0'> }): {
  last: 'stage1' | 'stage2';
  before: StageId | null;
} {
  const { pipeline, stage0 } = training;
  if (pipeline !== 'single-stage') return { last: 'stage2', before: stageBeforeStage2(pipeline) };
  return { last: 'stage1', before: stage0 === null ? null : 'stage0' };
}

/** Epochs of the last stage. */
export function lastEpochs(config: ExperimentConfig): number {
  return config.training[lastStage(config).last]?.epochs ?? 0;
}

/**
 * The config of an experiment that trains its last stage longer.
 * @param text how many epochs in all
 * @throws UserError `extend.epochs` unless these are more than it has
 */
export function longerConfig(config: ExperimentConfig, text: string, name = config.name): ExperimentConfig {
  const { last } = lastStage(config);
  const epochs = /^[1-9]\d{0,5}$/.test(text.trim()) ? Number(text) : NaN;
  const had = lastEpochs(config);
  if (!(epochs > had))
    throw new UserError(
      'extend.epochs',
      `epochs: ${showValue(text)} is no whole number above ${had}, which ${stageText(last)} has already; give how many it should have in all, for example ${2 * had}`,
    );
  const training = { ...config.training, [last]: { ...config.training[last], epochs } };
  return TASK_SCHEMAS[config.task].parse({ ...config, name, training }) as ExperimentConfig;
}
