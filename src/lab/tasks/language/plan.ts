/** The texts of a run as tokens, the model that they make, and how much there is to compute. */
import type { LanguageConfig } from '#shared/config.ts';
import type { StageId } from '#shared/records.ts';
import { batchShape, encodeDocuments, stepsPerEpoch, type EncodedDocuments } from '../../corpus/batches.ts';
import type { Corpus } from '../../corpus/corpus.ts';
import { encodeTests, type EncodedTests } from '../../corpus/evaluation-batches.ts';
import type { Reading } from '../../corpus/reading.ts';
import { parameterCount } from '../../models/layout.ts';
import { forwardFlops, frozenLayout, parameterLayout, resolveModel } from '../../models/registry.ts';
import type { TextSpec } from '../../models/text-model.ts';
import { planStages, totalSteps, workOf, type RunPlan, type StagePlan } from '../plan.ts';
import { evaluationTokens } from './evaluate.ts';
import type { BatchShape } from './inputs.ts';
import { checkLength, keptActivations, type PretrainedModel } from './pretrained.ts';

export interface EncodedStage {
  id: StageId;
  documents: EncodedDocuments;
  shape: BatchShape;
  stepsPerEpoch: number;
}

/** A corpus encoded once, for the plan and for every epoch and evaluation. */
export interface EncodedCorpus {
  stages: EncodedStage[];
  tests: EncodedTests;
}

export function encodeCorpus(config: LanguageConfig, corpus: Corpus, reading: Reading): EncodedCorpus {
  const stages = corpus.stages.map(({ id, documents }): EncodedStage => {
    const stage = config.training[id];
    if (stage === null) throw new Error(`the corpus has a ${id} that the config leaves out`);
    const encoded = encodeDocuments(documents, reading);
    const options = { ...stage, loss: config.training.loss };
    const { rows, length, positions, input, filled } = batchShape(encoded, options);
    const shape = { batch: rows, length, targets: positions, input, ...(filled && { filled }) };
    return { id, documents: encoded, shape, stepsPerEpoch: stepsPerEpoch(encoded, options) };
  });
  return { stages, tests: encodeTests(corpus.tests, reading, config.pretrained?.max_new_tokens ?? null) };
}

/** Longest sequence that any training step of the run reads. */
function longestInput(stages: readonly EncodedStage[]): number {
  return Math.max(...stages.map(({ shape }) => shape.length));
}

/**
 * The model: a pre-trained one as it is, or one wide enough for the words and long enough for every text.
 * @throws UserError `model.*`, `pretrained.*`
 */
export function languageModel(
  { model }: LanguageConfig,
  { stages, tests }: EncodedCorpus,
  { tokenizer }: Reading,
  pretrained: PretrainedModel | null,
): TextSpec {
  const n_ctx = Math.max(longestInput(stages), tests.reach);
  if (pretrained === null) return resolveModel(model, { vocab_size: tokenizer.size, n_ctx });
  checkLength(pretrained, n_ctx);
  return pretrained.spec;
}

/** @param stage1Epoch epochs of the stage before stage 2 to train; null trains all */
export function languagePlan(
  config: LanguageConfig,
  encoded: EncodedCorpus,
  model: TextSpec,
  stage1Epoch: number | null,
): RunPlan {
  const sizes = encoded.stages.map(({ id, shape, stepsPerEpoch }) => ({
    id,
    rows: shape.batch,
    stepsPerEpoch,
    workPerStep: shape.batch * (shape.length + (shape.input ?? 0)),
  }));
  const stages = planStages(config, sizes, stage1Epoch);
  const frozen = parameterCount(frozenLayout(model));
  return {
    stages,
    steps: totalSteps(stages),
    parameters: frozen + parameterCount(parameterLayout(model)),
    frozen,
    flops: flopsOf(stages, encoded, model),
    evaluationWork: evaluationTokens(encoded.tests, config.evaluation.batch_size),
    activations: activationsOf(config, encoded, model),
  };
}

/** Of the stage whose steps keep most. */
function activationsOf(
  { pretrained }: LanguageConfig,
  { stages }: EncodedCorpus,
  model: TextSpec,
): number | null {
  if (pretrained === null) return null;
  return Math.max(...stages.map(({ shape }) => keptActivations(pretrained, model, shape)));
}

/** Floating-point operations of a run, roughly; for training three times those of reading forward. */
function flopsOf(
  stages: readonly StagePlan[],
  { stages: texts, tests }: EncodedCorpus,
  model: TextSpec,
): number {
  const { read, predicted, input = 0 } = forwardFlops(model);
  const asked = tests.count * tests.length;
  const each = (perStep: (shape: BatchShape) => number, evaluation: number) =>
    workOf(
      stages.map((stage, i) => ({ ...stage, workPerStep: perStep(texts[i].shape) })),
      evaluation,
    );
  return (
    read * each(({ batch, length }) => batch * length, asked) +
    predicted * each(({ targets }) => targets, asked / Math.max(1, longestInput(texts))) +
    input * each((shape) => shape.batch * (shape.input ?? 0), tests.count * tests.inputs.longest)
  );
}
