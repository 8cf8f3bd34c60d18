/** Pre-trained architectures, by the `model_type` of a folder's config. */
import { UserError } from '#shared/errors.ts';
import type { TextSpec } from '../text-model.ts';
import type { FolderConfig, ForeignNames, PretrainedArchitecture } from './architecture.ts';
import { gpt2 } from './gpt2.ts';
import { gptJ } from './gpt-j.ts';
import { gptNeo } from './gpt-neo.ts';
import { gptNeoX } from './gpt-neox.ts';
import { llama } from './llama.ts';
import { t5 } from './t5.ts';

type AnyArchitecture = PretrainedArchitecture<TextSpec>;

const ALL = [gpt2, gptNeoX, gptNeo, gptJ, llama, t5] as unknown as readonly AnyArchitecture[];

/** Every `model_type` that can be loaded. */
export const MODEL_TYPES: readonly string[] = ALL.map(({ modelType }) => modelType);

/** @throws UserError `model.unknown` where the model is of another type */
export function pretrainedArchitecture(config: FolderConfig): AnyArchitecture {
  const found = ALL.find(({ modelType }) => modelType === config['model_type']);
  if (found) return found;
  throw new UserError(
    'model.unknown',
    `config.json: model_type ${JSON.stringify(config['model_type'] ?? null)} is not known here; known are ${MODEL_TYPES.join(', ')}`,
  );
}

const architectureOf = (spec: TextSpec) =>
  ALL.find(({ architecture }) => architecture === spec.architecture)!;

/** The names of a resolved model's weights in a folder. */
export function namesOf(spec: TextSpec): ForeignNames {
  return architectureOf(spec).names(spec);
}

/** `task_type` of an adapter of a resolved model. */
export function peftTaskOf(spec: TextSpec): string {
  return architectureOf(spec).peftTask ?? 'CAUSAL_LM';
}
