/**
 * Which weights of a pre-trained model are trained: all, those above some layers, or small matrices beside the weights
 * of its linear layers: x W + (alpha / rank) x A B in place of x W (LoRA, Hu et al., arXiv 2106.09685).
 */
import * as tf from '@tensorflow/tfjs-core';
import type { LoraTarget, PretrainedConfig } from '#shared/config/models/pretrained.ts';
import { UserError } from '#shared/errors.ts';
import {
  layoutOf,
  sidesOf,
  type ParameterEntry,
  type ParameterLayout,
  type Weight,
  type Weights,
} from './layout.ts';

export type Tuning = Pick<PretrainedConfig, 'frozen_layers' | 'lora'>;

type Lora = NonNullable<Tuning['lora']>;

const PARTS: Record<LoraTarget, RegExp> = {
  qkv: /\.(attention|cross)\.(q|k|v|qkv)\.weight$/,
  out: /\.(attention|cross)\.out\.weight$/,
  mlp: /\.mlp\.\w+\.weight$/,
};

/** Names of the matrices beside a weight `….weight`. */
function adapterNames(weight: string): { a: string; b: string } {
  const part = weight.replace(/weight$/, '');
  return { a: `${part}lora_a`, b: `${part}lora_b` };
}

/** Place of the block that a weight lies in, in its stack; null outside of blocks. */
function blockOf(name: string): number | null {
  const layer = /(?:^|\.)layers\.(\d+)\./.exec(name)?.[1];
  return layer === undefined ? null : Number(layer);
}

/** Whether a weight lies in what stays as it is. */
function isBelow({ frozen_layers }: Tuning, name: string): boolean {
  if (frozen_layers === null) return false;
  const block = blockOf(name);
  return block === null ? /(^|\.)(embedding|positions)\./.test(name) : block < frozen_layers;
}

/** A starts as PEFT draws it, uniform within 1/√inputs, and B at 0: training begins with the model as it is. */
function adapters(entry: ParameterEntry, { rank }: Lora): Weight[] {
  const { inputs, outputs } = sidesOf(entry);
  const { a, b } = adapterNames(entry.name);
  return [
    { name: a, shape: [inputs, rank], initial: { uniform: 1 / Math.sqrt(inputs) } },
    { name: b, shape: [rank, outputs], initial: 'zeros' },
  ];
}

/** Weights that have matrices beside them. @param whole all weights of the model */
export function adaptedPart(whole: ParameterLayout, tuning: Tuning): ParameterEntry[] {
  const targets = tuning.lora?.targets ?? [];
  const isTarget = ({ name }: ParameterEntry) => targets.some((target) => PARTS[target].test(name));
  return whole.filter((entry) => isTarget(entry) && !isBelow(tuning, entry.name));
}

/** What is trained, in the order of a flat vector of its own. @param whole all weights of the model */
export function trainedPart(whole: ParameterLayout, tuning: Tuning): ParameterLayout {
  const { lora } = tuning;
  if (lora) return layoutOf(adaptedPart(whole, tuning).flatMap((entry) => adapters(entry, lora)));
  return layoutOf(whole.filter(({ name }) => !isBelow(tuning, name)));
}

/** What is read and never changed, in the order of a flat vector of its own. */
export function frozenPart(whole: ParameterLayout, tuning: Tuning): ParameterLayout {
  return layoutOf(whole.filter(({ name }) => tuning.lora !== null || isBelow(tuning, name)));
}

/** @throws UserError where the model has no such blocks, or none is left to train */
export function checkTuning(whole: ParameterLayout, { frozen_layers, lora }: Tuning): void {
  if (frozen_layers === null) return;
  const blocks = 1 + Math.max(...whole.map(({ name }) => blockOf(name) ?? -1));
  const most = lora ? blocks - 1 : blocks;
  if (frozen_layers <= most) return;
  throw new UserError(
    'pretrained.frozen',
    `pretrained.frozen_layers is ${frozen_layers} and the model has ${blocks} blocks; ${lora ? 'lora needs one of them, so ' : ''}choose at most ${most}`,
  );
}

/** Weights as layers read them: the scale of the low-rank matrices lies in B. */
export function scaledAdapters(weights: Weights, { alpha, rank }: Lora): Weights {
  const scaled = (name: string, weight: tf.Tensor) =>
    name.endsWith('.lora_b') ? tf.mul(weight, alpha / rank) : weight;
  return Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, scaled(name, weight)]));
}
