/** The decoder-only transformers that differ in style alone: `gpt2.ts`, `gpt-neox.ts`. */
import type { ModelConfig } from '#shared/config.ts';
import type { KeysAndValues } from './attention.ts';
import type { Known, TextArchitecture } from './text-model.ts';
import { transformerActivations, transformerFlops, transformerLayout } from './transformer-layout.ts';
import {
  resolveTransformer,
  type TextSizes,
  type TransformerSpec,
  type TransformerStyle,
} from './transformer-spec.ts';
import { headOf, hiddenAt, hiddenNext, lensOf, logitsAt } from './transformer.ts';
import { variantOf } from './variant.ts';

export type TransformerArchitecture = TextArchitecture<ModelConfig, TextSizes, TransformerSpec>;

const layersOf = ({ n_layers }: TransformerSpec) => Array.from({ length: n_layers }, (_, i) => i);

function named(layers: readonly KeysAndValues[]): Known {
  const arrays = layers.flatMap(({ keys, values }, i) => [
    [`keys.${i}`, keys],
    [`values.${i}`, values],
  ]);
  return Object.fromEntries(arrays) as Known;
}

/** What any resolved transformer computes, learnt from scratch or pre-trained. */
export const transformer: Omit<TransformerArchitecture, 'resolve'> = {
  layout: transformerLayout,
  forward: (spec, weights, { texts, targets }) => logitsAt(spec, weights, texts, targets),
  hidden: (spec, weights, { texts, targets }, watch) => hiddenAt(spec, weights, texts, targets, { watch }),
  lens: lensOf,
  head: headOf,
  known: (spec, places) =>
    layersOf(spec).flatMap((layer) =>
      [`keys.${layer}`, `values.${layer}`].map((name) => ({
        ...{ name, heads: variantOf(spec).n_kv_heads, places, width: spec.d_head },
        grows: true,
      })),
    ),
  read(spec, weights, { texts, targets }) {
    const known: KeysAndValues[] = [];
    const hidden = hiddenAt(spec, weights, texts, targets, { keep: (layer, of) => (known[layer] = of) });
    return { hidden, known: named(known) };
  },
  next(spec, weights, next, known) {
    const layers = layersOf(spec).map((i) => ({ keys: known[`keys.${i}`], values: known[`values.${i}`] }));
    const { hidden, added } = hiddenNext(spec, weights, next, layers);
    return { hidden, added: named(added) };
  },
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
