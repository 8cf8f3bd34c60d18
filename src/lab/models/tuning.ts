/**
 * Which weights of a pre-trained model are trained: all, those above some layers, or small matrices beside the weights
 * of its linear layers (LoRA, Hu et al., arXiv 2106.09685).
 */
import * as tf from '@tensorflow/tfjs-core';
import type { LoraTarget } from '#shared/config/models/pretrained.ts';
import { UserError } from '#shared/errors.ts';
import { layoutOf, type ParameterEntry, type ParameterLayout, type Weight, type Weights } from './layout.ts';
import { wholeLayout } from './text-layout.ts';
import type { TextSpec } from './text-model.ts';
import type { Tuning } from './transformer-spec.ts';

type Lora = NonNullable<Tuning['lora']>;

const PARTS: Record<LoraTarget, RegExp> = {
  qkv: /\.(attention|cross)\.(q|k|v|qkv)\.weight$/,
  out: /\.(attention|cross)\.out\.weight$/,
  mlp: /\.mlp\.\w+\.weight$/,
};

/** A model with its choice of weights to train. @throws UserError where there are no such blocks, or none are left */
export function tuned(spec: TextSpec, { frozen_layers, lora }: Tuning): TextSpec {
  if (frozen_layers === null && lora === null) return spec;
  // With an encoder, so many of its blocks and so many of the decoder's.
  const n_layers =
    'n_decoder_layers' in spec ? Math.min(spec.n_layers, spec.n_decoder_layers) : spec.n_layers;
  if (frozen_layers !== null && frozen_layers > (lora ? n_layers - 1 : n_layers))
    throw new UserError(
      'pretrained.frozen',
      `pretrained.frozen_layers is ${frozen_layers} and the model has ${n_layers} blocks; ${lora ? `lora needs one of them, so choose at most ${n_layers - 1}` : `choose at most ${n_layers}`}`,
    );
  return { ...spec, tuning: { frozen_layers, lora } };
}

/** Names of the matrices beside a weight `….weight`. */
function adapterNames(weight: string): { a: string; b: string } {
  const part = weight.replace(/weight$/, '');
  return { a: `${part}lora_a`, b: `${part}lora_b` };
}

/** Whether a weight lies in what stays as it is. */
function isBelow({ frozen_layers }: Tuning, name: string): boolean {
  if (frozen_layers === null) return false;
  const layer = /^(?:\w+\.)?layers\.(\d+)\./.exec(name)?.[1];
  return layer === undefined ? /^(\w+\.)?(embedding|positions)\./.test(name) : Number(layer) < frozen_layers;
}

/** A starts as PEFT draws it, uniform within 1/√inputs, and B at 0: training begins with the model as it is. */
function adapters({ name, shape: [inputs, outputs] }: ParameterEntry, { rank }: Lora): Weight[] {
  const { a, b } = adapterNames(name);
  return [
    { name: a, shape: [inputs, rank], initial: { uniform: 1 / Math.sqrt(inputs) } },
    { name: b, shape: [rank, outputs], initial: 'zeros' },
  ];
}

/** Weights that have matrices beside them. */
export function adaptedWeights(model: TextSpec): ParameterEntry[] {
  const { tuning } = model;
  if (!tuning?.lora) return [];
  const { targets } = tuning.lora;
  const isTarget = ({ name }: ParameterEntry) => targets.some((target) => PARTS[target].test(name));
  return wholeLayout(model).filter((entry) => isTarget(entry) && !isBelow(tuning, entry.name));
}

/** What is trained, in the order of the flat vector. */
export function trainedLayout(model: TextSpec): ParameterLayout {
  const { tuning } = model;
  if (!tuning) return wholeLayout(model);
  const { lora } = tuning;
  if (lora) return layoutOf(adaptedWeights(model).flatMap((entry) => adapters(entry, lora)));
  return layoutOf(wholeLayout(model).filter(({ name }) => !isBelow(tuning, name)));
}

/** What is read and never changed, in the order of a flat vector of its own; empty where all is trained. */
export function frozenLayout(model: TextSpec): ParameterLayout {
  const trained = new Set(trainedLayout(model).map(({ name }) => name));
  return layoutOf(wholeLayout(model).filter(({ name }) => !trained.has(name)));
}

/** Weights as layers read them: the scale of the low-rank matrices lies in B. */
export function scaledAdapters({ tuning }: Pick<TextSpec, 'tuning'>, weights: Weights): Weights {
  if (!tuning?.lora) return weights;
  const { alpha, rank } = tuning.lora;
  const scaled = (name: string, weight: tf.Tensor) =>
    name.endsWith('.lora_b') ? tf.mul(weight, alpha / rank) : weight;
  return Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, scaled(name, weight)]));
}
