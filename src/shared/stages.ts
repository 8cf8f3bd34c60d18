/** The stages of training. */
import type { TrainingParts } from './config/training.ts';

/** Stages in the order they are trained; the ids are those of `training` in the config. */
export const STAGE_IDS = ['stage0', 'stage1', 'stage1_qa', 'stage2'] as const;

/** A single-stage pipeline trains `stage1` only. */
export type StageId = (typeof STAGE_IDS)[number];

/** `stage1_qa` → `stage 1 qa`. */
export function stageText(stage: StageId): string {
  return stage.replace('_', ' ').replace(/(\d)/, ' $1');
}

/** The stage whose weights stage 2 continues from. */
export function stageBeforeStage2(pipeline: TrainingParts['pipeline']): 'stage1' | 'stage1_qa' {
  return pipeline === 'three-stage' ? 'stage1_qa' : 'stage1';
}
