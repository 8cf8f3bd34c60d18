/** Pre-trained architectures, by the `model_type` of a folder's config. */
import { UserError } from '#shared/errors.ts';
import type { TransformerSpec } from '../transformer-spec.ts';
import type { FolderConfig, PretrainedArchitecture } from './architecture.ts';
import { gpt2 } from './gpt2.ts';
import { gptJ } from './gpt-j.ts';
import { gptNeo } from './gpt-neo.ts';
import { gptNeoX } from './gpt-neox.ts';
import { llama } from './llama.ts';

const ALL = [gpt2, gptNeoX, gptNeo, gptJ, llama];

/** Every `model_type` that can be loaded. */
export const MODEL_TYPES: readonly string[] = ALL.map(({ modelType }) => modelType);

/** @throws UserError `model.unknown` where the model is of another type */
export function pretrainedArchitecture(config: FolderConfig): PretrainedArchitecture {
  const found = ALL.find(({ modelType }) => modelType === config['model_type']);
  if (found) return found;
  throw new UserError(
    'model.unknown',
    `config.json: model_type ${JSON.stringify(config['model_type'] ?? null)} is not known here; known are ${MODEL_TYPES.join(', ')}`,
  );
}

/** The names of a resolved model's weights in a folder. */
export function namesOf({ architecture }: TransformerSpec): PretrainedArchitecture['names'] {
  return ALL.find((one) => one.architecture === architecture)!.names;
}
