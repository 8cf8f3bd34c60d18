/** The decoder-only transformers that differ in style alone: `gpt2.ts`, `gpt-neox.ts`. */
import type { ModelConfig } from '#shared/config.ts';
import type { Architecture } from './architecture.ts';
import type { Sequences, Targets } from './sequences.ts';
import { transformerFlops } from './transformer-layout.ts';
import {
  resolveTransformer,
  type TextSizes,
  type TransformerSpec,
  type TransformerStyle,
} from './transformer-spec.ts';
import { logitsAt } from './transformer.ts';
import { frozenLayout, trainedLayout } from './tuning.ts';

/** What a forward pass reads, and where it predicts. */
interface TextInputs {
  texts: Sequences;
  targets: Targets;
}

export type TransformerArchitecture = Architecture<ModelConfig, TextSizes, TransformerSpec, TextInputs>;

/** What any resolved transformer computes, learnt from scratch or pre-trained. */
export const transformer: Omit<TransformerArchitecture, 'resolve'> = {
  layout: trainedLayout,
  frozenLayout,
  forward: (spec, weights, { texts, targets }) => logitsAt(spec, weights, texts, targets),
  flops: transformerFlops,
};

/** A decoder-only transformer of a style, learnt from scratch. */
export function transformerOf(style: TransformerStyle): TransformerArchitecture {
  return {
    ...transformer,
    resolve: (config, text) => resolveTransformer(style, config, text),
  };
}
