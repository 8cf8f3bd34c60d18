/** What a run will do: its stages with their batches, steps and evaluations, known before it starts. */
import type { ExperimentConfig, StageConfig } from '#shared/config.ts';
import { stageBeforeStage2 } from '#shared/config/training.ts';
import type { StageId } from '#shared/records.ts';
import { batchShape, encodeDocuments, stepsPerEpoch, type EncodedDocuments } from '../corpus/batches.ts';
import type { Corpus } from '../corpus/corpus.ts';
import { encodeTests, type EncodedTests } from '../corpus/evaluation-batches.ts';
import type { Tokenizer } from '../corpus/vocabulary.ts';
import { parameterCount, parameterLayout } from '../models/layout.ts';
import { resolveModel, type ResolvedModel } from '../models/resolve.ts';
import { workOf, type StageWork } from './pace.ts';
import type { BatchShape } from './inputs.ts';

export interface StagePlan extends StageWork {
  id: StageId;
  config: StageConfig;
  documents: EncodedDocuments;
  shape: BatchShape;
  stepsPerEpoch: number;
  /** Epochs to train: all of the stage, unless stage 2 starts from its weights after fewer. */
  epochs: number;
  /** Steps over which the learning rate is planned: those of all epochs. */
  scheduledSteps: number;
}

/** The stages of a run in order. */
function planStages(
  config: ExperimentConfig,
  corpus: Corpus,
  tokenizer: Tokenizer,
  stage1Epoch: number | null,
): StagePlan[] {
  const shortened = stageBeforeStage2(config.training.pipeline);
  return corpus.stages.map(({ id, documents }) => {
    const stage = config.training[id];
    if (stage === null) throw new Error(`the corpus has a ${id} that the config leaves out`);
    const encoded = encodeDocuments(documents, tokenizer);
    const options = { ...stage, loss: config.training.loss };
    const { rows, length, positions } = batchShape(encoded, options);
    const perEpoch = stepsPerEpoch(encoded, options);
    const epochs = id === shortened ? (stage1Epoch ?? stage.epochs) : stage.epochs;
    return {
      id,
      config: stage,
      documents: encoded,
      shape: { batch: rows, length, targets: positions },
      stepsPerEpoch: perEpoch,
      epochs,
      steps: perEpoch * epochs,
      scheduledSteps: perEpoch * stage.epochs,
      tokensPerStep: rows * length,
      evaluations: countEvaluations({ ...stage, epochs }),
    };
  });
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

/** Longest sequence that any training step of the run reads. */
function longestInput(stages: readonly StagePlan[]): number {
  return Math.max(...stages.map(({ shape }) => shape.length));
}

/** A whole run before it starts: its model, stages, steps and how much there is to compute. */
export interface RunPlan {
  model: ResolvedModel;
  stages: StagePlan[];
  steps: number;
  /** Number of weights. */
  parameters: number;
  /** Floating-point operations, roughly. */
  flops: number;
  /** The test questions, encoded once for the plan and for every evaluation. */
  tests: EncodedTests;
}

/**
 * @param stage1Epoch epochs of the stage before stage 2 to train; null trains all
 * @throws UserError `model.*` where the shape cannot work
 */
export function planRun(
  config: ExperimentConfig,
  corpus: Corpus,
  tokenizer: Tokenizer,
  stage1Epoch: number | null = null,
): RunPlan {
  const stages = planStages(config, corpus, tokenizer, stage1Epoch);
  const tests = encodeTests(corpus.tests, tokenizer);
  const n_ctx = Math.max(longestInput(stages), tests.length);
  const model = resolveModel(config.model, { vocab_size: tokenizer.size, n_ctx });
  return {
    model,
    stages,
    tests,
    steps: stages.reduce((sum, stage) => sum + stage.steps, 0),
    parameters: parameterCount(parameterLayout(model)),
    flops: flopsOf(stages, corpus.tests.length * tests.length, model),
  };
}

/**
 * Floating-point operations of a run, roughly: two per weight and token read forward, and for training three
 * times that. Embeddings are looked up, and the head counts only where a token is predicted.
 */
function flopsOf(stages: readonly StagePlan[], evaluationTokens: number, model: ResolvedModel): number {
  const { vocab_size, n_ctx, d_model, tied_head, learned_positions } = model;
  const tables = (tied_head ? 1 : 2) * vocab_size + (learned_positions ? n_ctx : 0);
  const inner = parameterCount(parameterLayout(model)) - tables * d_model;
  const predicted = stages.map(({ shape, ...stage }) => ({ ...stage, tokensPerStep: shape.targets }));
  const heads = workOf(predicted, evaluationTokens / Math.max(1, longestInput(stages)));
  return 2 * (inner * workOf(stages, evaluationTokens) + vocab_size * d_model * heads);
}
