/** The messages between the host and a training process. */
import type { StoredAnswers } from '#shared/answers.ts';
import type { AnalysisParams, AnalysisResult, CheckpointPlace } from '#shared/analysis.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import type { WireError } from '#shared/errors.ts';
import type { KnownFacts } from '#shared/known-facts.ts';
import type { Evaluation, LossPoint, TrainingPosition, TrainingProgress } from '#shared/progress.ts';
import type { EngineDescription, EngineId } from '#shared/engines.ts';
import type { DataFile, StageRecord } from '#shared/records.ts';

/** A file to go on from. */
export interface ResumePoint {
  path: string;
  /**
   * Optimiser steps up to which the history heard everything. A file of more steps was written when its host was gone,
   * which may have missed an evaluation before it.
   */
  step: number;
}

export interface TrainingJob {
  config: ExperimentConfig;
  experiment: number;
  /** The files that the experiment was made with; null where that is not known. */
  data: DataFile[] | null;
  seed: number;
  /** Threads the engine may use. */
  threads: number;
  /** Folder of datasets that were parsed before. */
  dataset_cache: string;
  /** Folder for this run's weights; it exists. */
  folder: string;
  /** Re-splits the stage-2 pool; null leaves it to `config.subsets.seed_stage2`. */
  seed_stage2: number | null;
  /** Epoch of the stage before whose weights stage 2 starts from; null is its end. */
  stage1_epoch: number | null;
  /** Checkpoints to go on from: the first that is whole and not ahead of the history; none starts afresh. */
  resume_from: ResumePoint[];
  /** Weights from just before stage 2 that a run of the same seed trained, or null; used where they fit. */
  stage2_from: string | null;
}

/** A short measured training, of which nothing is kept. */
export interface TrialJob {
  config: ExperimentConfig;
  seed: number;
  engine: EngineId;
  threads: number;
}

/** Asks a pre-trained model what it knows before it is trained. */
export interface FactsJob {
  config: ExperimentConfig;
  seed: number;
  threads: number;
  dataset_cache: string;
}

/** Looks inside a run at weights that it kept. */
export interface AnalysisJob extends Pick<
  TrainingJob,
  'config' | 'experiment' | 'data' | 'seed' | 'seed_stage2' | 'threads' | 'dataset_cache'
> {
  params: AnalysisParams;
  /** In the order of training. */
  checkpoints: (CheckpointPlace & { path: string })[];
}

export type ToTrainer =
  | { type: 'start'; job: TrainingJob }
  /** In place of `start`: several runs of one experiment, seeds together in one graph. */
  | { type: 'together'; jobs: TrainingJob[] }
  /** To one of the runs that train together, numbered as their jobs; a pause holds for all of them. */
  | { type: 'member'; member: number; message: Extract<ToTrainer, { type: 'pause' | 'resume' | 'cancel' }> }
  | { type: 'pause' }
  | { type: 'resume' }
  | { type: 'cancel' }
  /** In place of `start`: try an engine out, or measure it. */
  | { type: 'describe'; engine: EngineId }
  | { type: 'trial'; job: TrialJob }
  | { type: 'facts'; job: FactsJob }
  | { type: 'analyse'; job: AnalysisJob };

export interface CheckpointMessage {
  type: 'checkpoint';
  position: TrainingPosition;
  /** Those of a `stage` and of an `epoch` within it are kept; the `rolling` one is overwritten. */
  kind: 'stage' | 'epoch' | 'rolling';
  path: string;
  bytes: number;
}

export type FromTrainer =
  /** `flops`: floating-point operations of the whole run, roughly. */
  | {
      type: 'ready';
      engine: string;
      device: string;
      /** How many hold the weights, where a vector of them is too large for one; else null. */
      buffers: number | null;
      corpus_hash: string;
      /** The files that were read. */
      data: DataFile[];
      steps: number;
      flops: number;
    }
  | { type: 'stage'; stage: Omit<StageRecord, 'run'> }
  | { type: 'progress'; progress: TrainingProgress }
  | { type: 'trace'; points: LossPoint[] }
  /** `kept`: what was answered; null where that is not kept. */
  | { type: 'evaluation'; evaluation: Evaluation; kept: StoredAnswers | null }
  | CheckpointMessage
  /** Something a person should know that stops nothing. */
  | { type: 'remark'; text: string }
  | { type: 'paused' }
  | { type: 'resumed' }
  | { type: 'done'; seconds: number }
  | { type: 'cancelled'; seconds: number }
  | { type: 'failed'; error: WireError }
  /** From one of the runs that train together. */
  | { type: 'member'; member: number; message: FromTrainer }
  | { type: 'described'; engine: EngineDescription }
  | { type: 'tried'; steps_per_s: number }
  /** How far a question to this process is, from 0 to 1. */
  | { type: 'share'; share: number }
  | { type: 'facts'; facts: KnownFacts }
  | { type: 'analysed'; result: AnalysisResult };
