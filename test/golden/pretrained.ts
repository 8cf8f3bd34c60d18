/** Reads the golden files of pretrained.py: a folder's config and weights, and what transformers makes of them. */
import { pretrainedArchitecture } from '#lab/models/pretrained/index.ts';
import { readPretrained, type WeightSource } from '#lab/models/pretrained/weights.ts';
import { transformerLayout } from '#lab/models/transformer-layout.ts';
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
  logits: GoldenArray;
  loss: number;
  adamw: GoldenSteps;
  adafactor: GoldenSteps;
  prompts: number[][];
  answers: number[][];
}

export const PRETRAINED = ['llama', 'llama-scaled', 'gpt2', 'gpt-neox', 'gpt-neo', 'gpt-j'];

/** Arrays as a source of weights. */
export function sourceOf(arrays: GoldenArrays): WeightSource {
  return {
    tensors: new Map(Object.entries(arrays)),
    readInto: (name, target) => target.set(valuesOf(arrays[name])),
  };
}

export function goldenPretrained(name: string) {
  const golden = readGolden<GoldenPretrained>(`pretrained-${name}`);
  const model = pretrainedArchitecture(golden.config).spec(golden.config);
  const parameters = readPretrained(model, sourceOf(golden.weights));
  return { golden, model, layout: transformerLayout(model), parameters };
}
