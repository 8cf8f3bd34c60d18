/** The stages of training. */

/** Stages in the order they are trained; the ids are those of `training` in the config. */
export const STAGE_IDS = ['stage0', 'stage1', 'stage1_qa', 'stage2'] as const;

/** A single-stage pipeline trains `stage1` only. */
export type StageId = (typeof STAGE_IDS)[number];

/** `stage1_qa` → `stage 1 qa`. */
export function stageText(stage: StageId): string {
  return stage.replace('_', ' ').replace(/(\d)/, ' $1');
}
