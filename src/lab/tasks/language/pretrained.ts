/** The pre-trained model of a config: its folder, what it computes, its tokenizer, its weights. */
import type { PretrainedConfig } from '#shared/config/models/pretrained.ts';
import { UserError } from '#shared/errors.ts';
import type { ParameterLayout } from '../../models/layout.ts';
import { pretrainedArchitecture } from '../../models/pretrained/index.ts';
import { readPretrained } from '../../models/pretrained/weights.ts';
import { tuned } from '../../models/tuning.ts';
import type { TransformerSpec } from '../../models/transformer-spec.ts';
import { openTokenizer, type ModelTokenizer } from '../../tokenizers/index.ts';
import { pinnedFiles, openModelFolder, type ModelFolder } from '../../weights/model-folder.ts';
import { PART_ACTIVATIONS } from '../../weights/memory-needs.ts';
import { resolveModel } from '../../weights/resolve-model.ts';

export interface PretrainedModel {
  folder: ModelFolder;
  spec: TransformerSpec;
  tokenizer: ModelTokenizer;
  /** The flat vector of the weights of a layout; read anew at each call. */
  read(layout: ParameterLayout): Float32Array;
}

/** Errors about a model name the field that named it. */
function atField<T>({ model }: PretrainedConfig, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof UserError) || error.message.startsWith('pretrained.')) throw error;
    throw new UserError(error.code, `pretrained.model: ${model}: ${error.message}`, { cause: error });
  }
}

/**
 * Opens a model; its weights are read when they are asked for.
 * @throws UserError `pretrained.model: …` where it is missing, damaged, of an unknown kind, without a tokenizer
 */
export function openPretrained(config: PretrainedConfig): PretrainedModel {
  return atField(config, () => {
    const folder = openModelFolder(resolveModel(config.model, process.cwd()).path);
    const spec = tuned(pretrainedArchitecture(folder.config).spec(folder.config), config);
    const tokenizer = openTokenizer(folder.path);
    checkVocabulary(spec, tokenizer);
    return {
      folder,
      spec,
      tokenizer,
      read: (layout) => atField(config, () => readPretrained(spec, folder, layout)),
    };
  });
}

/** Values that one text keeps: norms, projections, residuals and the MLP of each layer, and attention's weights. */
function activationsOf({ n_layers, n_heads, d_model, d_mlp }: TransformerSpec, length: number): number {
  return length * n_layers * (10 * d_model + 4 * d_mlp + 2 * n_heads * length);
}

/** Texts whose gradients are worked out at once; null where that is all of a batch. */
export function microBatchOf(
  { micro_batch }: PretrainedConfig,
  spec: TransformerSpec,
  { batch, length }: { batch: number; length: number },
): number | null {
  const most = micro_batch ?? Math.max(1, Math.floor(PART_ACTIVATIONS / activationsOf(spec, length)));
  return most < batch ? most : null;
}

function checkVocabulary({ vocab_size }: TransformerSpec, { size }: ModelTokenizer): void {
  if (size <= vocab_size) return;
  throw new UserError(
    'tokenizer.size',
    `tokenizer.json has ${size} tokens and the model an embedding for ${vocab_size}; the folder holds parts of different models`,
  );
}

/** The files that a run depends on. @throws UserError as {@link openPretrained} where it is missing */
export function pretrainedPaths(config: PretrainedConfig): string[] {
  return atField(config, () => pinnedFiles(resolveModel(config.model, process.cwd()).path));
}

/** @throws UserError where a text is longer than the model can read */
export function checkLength({ spec }: PretrainedModel, longest: number): void {
  if (longest <= spec.n_ctx) return;
  throw new UserError(
    'pretrained.length',
    `pretrained.model: a text has ${longest} tokens and the model reads ${spec.n_ctx} at most; use shorter texts`,
  );
}
