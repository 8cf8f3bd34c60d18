/** Every architecture, by the name that a config gives it. */
import type { ModelConfig } from '#shared/config.ts';
import type { Architecture, ModelSpec } from './architecture.ts';
import { convnext } from './convnext.ts';
import { gpt2 } from './gpt2.ts';
import { gptNeox } from './gpt-neox.ts';
import type { ParameterLayout } from './layout.ts';
import { mlp } from './mlp.ts';
import type { TextSizes, TransformerSpec } from './transformer-spec.ts';

const ARCHITECTURES = { gpt2, 'gpt-neox': gptNeox, convnext, mlp };

type Architectures = typeof ARCHITECTURES;

/** The architecture that a model section, or a resolved model, is of. */
export function architectureOf<A extends keyof Architectures>(model: { architecture: A }): Architectures[A] {
  return ARCHITECTURES[model.architecture];
}

/**
 * The transformer of a config.
 * @param text vocabulary size and the longest sequence of the corpus
 * @throws UserError `model.*` where the shape cannot work
 */
export function resolveModel(config: ModelConfig, text: TextSizes): TransformerSpec {
  return architectureOf(config).resolve(config, text);
}

/** The weights of a resolved model in the order of the flat vector. */
export function parameterLayout(model: ModelSpec): ParameterLayout {
  const known = ARCHITECTURES[model.architecture as keyof Architectures];
  return (known as Architecture<unknown, unknown, ModelSpec, unknown>).layout(model);
}
