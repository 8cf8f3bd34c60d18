/** Reads the golden files of pretrained.py: a folder's config and weights, and what transformers makes of them. */
import { pretrainedArchitecture } from '#lab/models/pretrained/index.ts';
import { readPretrained, type WeightSource } from '#lab/models/pretrained/weights.ts';
import { parameterLayout } from '#lab/models/registry.ts';
import type { OptimizerConfig } from '#shared/config.ts';
import { readGolden, valuesOf, type GoldenArray, type GoldenArrays } from './models.ts';

interface GoldenSteps {
  optimizer: Partial<OptimizerConfig>;
  lr: number;
  losses: number[];
  grad_norms: number[];
}

export interface GoldenPretrained {
  config: Record<string, unknown>;
  weights: GoldenArrays;
  gradients: GoldenArrays;
  tokens: number[][];
  /** What an encoder reads, padded; absent without one. */
  inputs?: number[][];
  input_lengths?: number[];
  logits: GoldenArray;
  loss: number;
  adamw: GoldenSteps;
  adafactor: GoldenSteps;
  prompts: number[][];
  answers: number[][];
}

export const PRETRAINED = ['llama', 'llama-scaled', 'gpt2', 'gpt-neox', 'gpt-neo', 'gpt-j', 't5', 't5-v1.1'];

/** Arrays as a source of weights. */
export function sourceOf(arrays: GoldenArrays): WeightSource {
  return {
    tensors: new Map(Object.entries(arrays)),
    readInto: (name, target) => target.set(valuesOf(arrays[name])),
  };
}

export function goldenPretrained(name: string) {
  const golden = readGolden<GoldenPretrained>(`pretrained-${name}`);
  const model = pretrainedArchitecture(golden.config).spec(golden.config, sourceOf(golden.weights).tensors);
  const parameters = readPretrained(model, sourceOf(golden.weights));
  return { golden, model, layout: parameterLayout(model), parameters };
}

/** What an encoder reads for some of the texts, as a program reads it. */
export function encoderInputs(
  { inputs, input_lengths }: GoldenPretrained,
  rows: number[],
): Record<string, Int32Array> {
  if (!inputs || !input_lengths) return {};
  return {
    input: Int32Array.from(rows.flatMap((row) => inputs[row])),
    input_ends: Int32Array.from(rows, (row) => input_lengths[row] - 1),
  };
}
