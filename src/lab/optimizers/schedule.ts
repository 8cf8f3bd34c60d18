import type { StageConfig } from '#shared/config.ts';

/**
 * Learning rate of a step: a linear rise from 0 over the warm-up, then linear decay to 0 or the peak, as
 * Hugging Face's `get_linear_schedule_with_warmup` and `get_constant_schedule_with_warmup`.
 * @param step optimiser steps already taken in the stage
 * @param totalSteps steps of the whole stage
 */
export function learningRate(
  stage: Pick<StageConfig, 'lr' | 'schedule' | 'warmup_steps'>,
  step: number,
  totalSteps: number,
): number {
  const { lr, schedule, warmup_steps: warmup } = stage;
  if (step < warmup) return (lr * step) / warmup;
  if (schedule === 'constant') return lr;
  return lr * Math.max(0, (totalSteps - step) / Math.max(1, totalSteps - warmup));
}
