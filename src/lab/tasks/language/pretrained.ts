/** The pre-trained model of a config: its folder, what it computes, its tokenizer, its weights. */
import type { PretrainedConfig } from '#shared/config/models/pretrained.ts';
import { UserError } from '#shared/errors.ts';
import { filledTexts, type Reading } from '../../corpus/reading.ts';
import { parameterCount, type ParameterLayout } from '../../models/layout.ts';
import { pretrainedArchitecture } from '../../models/pretrained/index.ts';
import { readPretrained } from '../../models/pretrained/weights.ts';
import { parameterLayout, textModel, tuned } from '../../models/registry.ts';
import type { TextSpec } from '../../models/text-model.ts';
import { openTokenizer, type ModelTokenizer } from '../../tokenizers/index.ts';
import { pinnedFiles, openModelFolder, type ModelFolder } from '../../weights/model-folder.ts';
import { ADDING, PART_ACTIVATIONS } from '../../weights/memory-needs.ts';
import { resolveModel } from '../../weights/resolve-model.ts';
import type { BatchShape } from './inputs.ts';
import { readingOf } from './reading-of.ts';

export interface PretrainedModel {
  folder: ModelFolder;
  spec: TextSpec;
  reading: Reading;
  /** The flat vector of the weights of a layout; read anew at each call. */
  read(layout: ParameterLayout): Float32Array;
}

/** Errors about a model name the field that named it, and the model, once. */
function atField<T>({ model }: PretrainedConfig, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof UserError) || error.message.startsWith('pretrained.')) throw error;
    const named = error.message.includes(model) ? '' : `${model}: `;
    throw new UserError(error.code, `pretrained.model: ${named}${error.message}`, { cause: error });
  }
}

/**
 * Opens a model; its weights are read when they are asked for.
 * @throws UserError `pretrained.model: …` where it is missing, damaged, of an unknown kind, without a tokenizer
 */
export function openPretrained(config: PretrainedConfig): PretrainedModel {
  return atField(config, () => {
    const folder = openModelFolder(resolveModel(config.model, process.cwd()).path);
    const spec = tuned(pretrainedArchitecture(folder.config).spec(folder.config, folder.tensors), config);
    const tokenizer = openTokenizer(folder.path);
    checkVocabulary(spec, tokenizer);
    const whole = readingOf(spec, tokenizer);
    const reading = config.mask_padding ? whole : filledTexts(whole, config);
    checkEnd(reading, folder.path);
    const read = (layout: ParameterLayout) => atField(config, () => readPretrained(spec, folder, layout));
    return { folder, spec, reading, read };
  });
}

/**
 * Texts whose gradients are worked out at once; null where that is all of a batch, which is faster. A batch is only
 * split where its activations are more than parts keep and adding up their gradients takes.
 */
export function microBatchOf(
  { micro_batch }: PretrainedConfig,
  spec: TextSpec,
  { batch, length, input = 0 }: BatchShape,
): number | null {
  if (micro_batch !== null) return micro_batch < batch ? micro_batch : null;
  const activations = textModel(spec).activations(spec, length, input);
  const adding = ADDING * parameterCount(parameterLayout(spec));
  if (batch * activations <= PART_ACTIVATIONS + adding) return null;
  const most = Math.max(1, Math.floor(PART_ACTIVATIONS / activations));
  return Math.ceil(batch / Math.ceil(batch / most));
}

/** Float32 values that a step keeps for the way back: those of a batch, or of its largest part. */
export function keptActivations(config: PretrainedConfig, spec: TextSpec, shape: BatchShape): number {
  const { batch, length, input = 0 } = shape;
  const rows = microBatchOf(config, spec, shape) ?? batch;
  return rows * textModel(spec).activations(spec, length, input);
}

function checkVocabulary({ vocab_size }: TextSpec, { size }: ModelTokenizer): void {
  if (size <= vocab_size) return;
  throw new UserError(
    'tokenizer.size',
    `tokenizer.json has ${size} tokens and the model an embedding for ${vocab_size}; the folder holds parts of different models`,
  );
}

/** Where a line break is white space to the tokenizer, only the end of text can end an answer. */
function checkEnd({ end, tokenizer }: Reading, folder: string): void {
  if (end.length > 0 || (tokenizer.eosId ?? null) !== null) return;
  throw new UserError(
    'tokenizer.special',
    `${folder} names no eos_token, with which an answer ends: name it in tokenizer_config.json, for example {"eos_token": "</s>"}`,
  );
}

/** The files that a run depends on. @throws UserError as {@link openPretrained} where it is missing */
export function pretrainedPaths(config: PretrainedConfig): string[] {
  return atField(config, () => pinnedFiles(resolveModel(config.model, process.cwd()).path));
}

/** @throws UserError where a text is longer than the model can read */
export function checkLength({ spec }: PretrainedModel, longest: number): void {
  // Relative positions have no end.
  if (!('n_ctx' in spec) || longest <= spec.n_ctx) return;
  throw new UserError(
    'pretrained.length',
    `pretrained.model: a text has ${longest} tokens and the model reads ${spec.n_ctx} at most; use shorter texts`,
  );
}
