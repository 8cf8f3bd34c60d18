/** What a run will do, stage by stage: steps, epochs, evaluations and work, known before it starts. */
import type { ExperimentConfig, StageConfig } from '#shared/config.ts';
import { stageBeforeStage2 } from '#shared/stages.ts';
import type { StageId } from '#shared/records.ts';

/** Forward and backward against forward alone. */
export const TRAINING_COST = 3;

/** How much there is to compute in a stage; work is counted in what is read forward: tokens, images, points. */
export interface StageWork {
  steps: number;
  workPerStep: number;
  evaluations: number;
}

export interface StagePlan extends StageWork {
  id: StageId;
  config: StageConfig;
  /** Examples of a step. */
  rows: number;
  stepsPerEpoch: number;
  /** Epochs to train: all of the stage, unless stage 2 starts from its weights after fewer. */
  epochs: number;
  /** Steps over which the learning rate is planned: those of all epochs. */
  scheduledSteps: number;
}

/** A whole run before it starts. */
export interface RunPlan {
  stages: StagePlan[];
  steps: number;
  /** Number of weights. */
  parameters: number;
  /** How many of these are read and never changed. */
  frozen: number;
  /** Floating-point operations, roughly. */
  flops: number;
  /** What one evaluation reads. */
  evaluationWork: number;
  /** Float32 values that a step of a pre-trained model keeps for the way back, at most; null for a model from scratch. */
  activations: number | null;
}

/** What a task knows of a stage. */
export interface StageSizes {
  id: StageId;
  rows: number;
  stepsPerEpoch: number;
  workPerStep: number;
}

/**
 * The stages of a run in order.
 * @param stage1Epoch epochs of the stage before stage 2 to train; null trains all
 */
export function planStages(
  { training }: Pick<ExperimentConfig, 'training'>,
  sizes: readonly StageSizes[],
  stage1Epoch: number | null,
): StagePlan[] {
  const shortened = stageBeforeStage2(training.pipeline);
  return sizes.map(({ id, ...size }) => {
    const stage = training[id];
    if (stage === null) throw new Error(`the data have a ${id} that the config leaves out`);
    const epochs = id === shortened ? (stage1Epoch ?? stage.epochs) : stage.epochs;
    return {
      id,
      config: stage,
      ...size,
      epochs,
      steps: size.stepsPerEpoch * epochs,
      scheduledSteps: size.stepsPerEpoch * stage.epochs,
      evaluations: countEvaluations({ ...stage, epochs }),
    };
  });
}

/** Optimiser steps of all stages. */
export function totalSteps(stages: readonly StagePlan[]): number {
  return stages.reduce((sum, { steps }) => sum + steps, 0);
}

/** What is read forward, or as costly, over all stages with their evaluations. */
export function workOf(stages: readonly StageWork[], evaluationWork: number): number {
  return stages.reduce(
    (sum, stage) =>
      sum + stage.steps * stage.workPerStep * TRAINING_COST + stage.evaluations * evaluationWork,
    0,
  );
}

type Cadence = Pick<StageConfig, 'epochs' | 'evaluate_every'>;

/** Whether the model is evaluated after this many epochs of a stage; it always is after the last. */
export function evaluatesAfter({ epochs, evaluate_every: every }: Cadence, epoch: number): boolean {
  return epoch === epochs || (every > 0 && epoch % every === 0);
}

function countEvaluations(stage: Cadence): number {
  const epochs = Array.from({ length: stage.epochs }, (_, i) => i + 1);
  return epochs.filter((epoch) => evaluatesAfter(stage, epoch)).length;
}
