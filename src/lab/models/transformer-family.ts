/** The decoder-only transformers that differ in style alone: `gpt2.ts`, `gpt-neox.ts`. */
import type { ModelConfig } from '#shared/config.ts';
import type { TextArchitecture } from './text-model.ts';
import { transformerActivations, transformerFlops, transformerLayout } from './transformer-layout.ts';
import {
  resolveTransformer,
  type TextSizes,
  type TransformerSpec,
  type TransformerStyle,
} from './transformer-spec.ts';
import { headOf, hiddenAt, logitsAt } from './transformer.ts';

export type TransformerArchitecture = TextArchitecture<ModelConfig, TextSizes, TransformerSpec>;

/** What any resolved transformer computes, learnt from scratch or pre-trained. */
export const transformer: Omit<TransformerArchitecture, 'resolve'> = {
  layout: transformerLayout,
  forward: (spec, weights, { texts, targets }) => logitsAt(spec, weights, texts, targets),
  hidden: (spec, weights, { texts, targets }) => hiddenAt(spec, weights, texts, targets),
  head: headOf,
  activations: transformerActivations,
  sharing: ({ learned_positions, variant }) => ({
    byPlace: learned_positions,
    compilesSlowly: variant !== undefined,
  }),
  flops: transformerFlops,
};

/** A decoder-only transformer of a style, learnt from scratch. */
export function transformerOf(style: TransformerStyle): TransformerArchitecture {
  return {
    ...transformer,
    resolve: (config, text) => resolveTransformer(style, config, text),
  };
}
