/** Every architecture, by the name that a config gives it. */
import type { ModelConfig } from '#shared/config.ts';
import type { Architecture, ForwardFlops, ModelSpec } from './architecture.ts';
import { convnext } from './convnext.ts';
import { gpt2 } from './gpt2.ts';
import { gptNeox } from './gpt-neox.ts';
import type { ParameterEntry, ParameterLayout } from './layout.ts';
import { mlp } from './mlp.ts';
import { t5 } from './t5.ts';
import type { TextArchitecture, TextSpec } from './text-model.ts';
import { transformer } from './transformer-family.ts';
import { adaptedPart, checkTuning, frozenPart, trainedPart, type Tuning } from './tuning.ts';
import type { TextSizes } from './transformer-spec.ts';

const ARCHITECTURES = { gpt2, 'gpt-neox': gptNeox, t5, convnext, mlp };

/** Those of pre-trained models alone: what they are is read from a folder (pretrained/). */
const PRETRAINED = { 'gpt-neo': transformer, 'gpt-j': transformer, llama: transformer };

type Architectures = typeof ARCHITECTURES;

/** The architecture that a model section, or a resolved model, is of. */
function architectureOf<A extends keyof Architectures>(model: { architecture: A }): Architectures[A] {
  return ARCHITECTURES[model.architecture];
}

/**
 * The language model of a config.
 * @param text vocabulary size and the longest sequence of the corpus
 * @throws UserError `model.*` where the shape cannot work
 */
export function resolveModel(config: ModelConfig, text: TextSizes): TextSpec {
  return architectureOf(config).resolve(config, text);
}

/** A resolved model's architecture. */
function resolved(model: ModelSpec): Omit<Architecture<unknown, unknown, ModelSpec, unknown>, 'resolve'> {
  const known = { ...ARCHITECTURES, ...PRETRAINED }[model.architecture as keyof Architectures];
  return known as unknown as Omit<Architecture<unknown, unknown, ModelSpec, unknown>, 'resolve'>;
}

/** All weights that an architecture has, in the order of a flat vector. */
export function wholeLayout(model: ModelSpec): ParameterLayout {
  return resolved(model).layout(model);
}

/** The weights of a resolved model that are trained, in the order of the flat vector. */
export function parameterLayout(model: ModelSpec): ParameterLayout {
  return model.tuning ? trainedPart(wholeLayout(model), model.tuning) : wholeLayout(model);
}

/** Its weights that stay as they are, in the order of a vector of their own; empty where all are trained. */
export function frozenLayout(model: ModelSpec): ParameterLayout {
  return model.tuning ? frozenPart(wholeLayout(model), model.tuning) : [];
}

/** Its weights that have low-rank matrices beside them. */
export function adaptedWeights(model: ModelSpec): ParameterEntry[] {
  return model.tuning ? adaptedPart(wholeLayout(model), model.tuning) : [];
}

/** A model with its choice of weights to train. @throws UserError where there is nothing left to train */
export function tuned<Spec extends ModelSpec>(model: Spec, { frozen_layers, lora }: Tuning): Spec {
  if (frozen_layers === null && lora === null) return model;
  checkTuning(wholeLayout(model), { frozen_layers, lora });
  return { ...model, tuning: { frozen_layers, lora } };
}

/** What a forward pass of a resolved model costs. */
export function forwardFlops(model: ModelSpec): ForwardFlops {
  return resolved(model).flops(model);
}

/** A resolved language model's architecture. */
export function textModel(model: TextSpec): Omit<TextArchitecture<unknown, unknown, TextSpec>, 'resolve'> {
  return resolved(model) as Omit<TextArchitecture<unknown, unknown, TextSpec>, 'resolve'>;
}
