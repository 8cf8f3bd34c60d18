/** What a language model is to the language task, whether it has an encoder or not. */
import type * as tf from '@tensorflow/tfjs-core';
import type { Architecture } from './architecture.ts';
import type { Head } from './head.ts';
import type { Weights } from './layout.ts';
import type { Sequences, Targets } from './sequences.ts';
import type { T5Spec } from './t5-spec.ts';
import type { TransformerSpec } from './transformer-spec.ts';

/** A resolved language model. */
export type TextSpec = TransformerSpec | T5Spec;

/** What a forward pass reads, and where it predicts. */
interface TextInputs {
  texts: Sequences;
  targets: Targets;
}

export interface TextArchitecture<Config, Data, Spec extends TextSpec> extends Architecture<
  Config,
  Data,
  Spec,
  TextInputs
> {
  /** What the head reads at the targets, (P, D); {@link Head} makes logits of it, not all at once. */
  hidden(spec: Spec, weights: Weights, inputs: TextInputs): tf.Tensor;
  head(spec: Spec, weights: Weights): Head;
  /** Values that one text, of so many tokens after an input of so many, keeps for the way back. */
  activations(spec: Spec, length: number, input: number): number;
  /**
   * Whether texts that begin alike are computed once: `byPlace` where a token at another place is another one. Null
   * where the beginning of a text does not decide what is known of it.
   */
  sharing(spec: Spec): { byPlace: boolean; compilesSlowly: boolean } | null;
}
