/** What a language model is to the language task, whether it has an encoder or not. */
import type * as tf from '@tensorflow/tfjs-core';
import type { Architecture } from './architecture.ts';
import type { Head } from './head.ts';
import type { Weights } from './layout.ts';
import type { Sequences, Targets } from './sequences.ts';
import type { T5Spec } from './t5-spec.ts';
import type { TransformerSpec } from './transformer-spec.ts';
import type { Watch } from './watch.ts';

/** A resolved language model. */
export type TextSpec = TransformerSpec | T5Spec;

/** What a forward pass reads, and where it predicts. */
interface TextInputs {
  texts: Sequences;
  targets: Targets;
}

/** What a model knows of texts, by the names of its {@link KnownArray}s: (B, heads, places, width) each. */
export type Known = Readonly<Record<string, tf.Tensor>>;

/** An array that is kept of each text, to go on from. */
export interface KnownArray {
  name: string;
  heads: number;
  places: number;
  width: number;
  /** Each token of the text has a place in it; otherwise it is whole once the text is read. */
  grows: boolean;
}

export interface TextArchitecture<Config, Data, Spec extends TextSpec> extends Architecture<
  Config,
  Data,
  Spec,
  TextInputs
> {
  /**
   * What the head reads at the targets, (P, D); {@link Head} makes logits of it, not all at once.
   * @param watch is given the residual stream of the rows; of a decoder's last block only that of the targets
   */
  hidden(spec: Spec, weights: Weights, inputs: TextInputs, watch?: Watch): tf.Tensor;
  /** What the head would read of rows of the residual stream, (P, D), if no block followed them. */
  lens(spec: Spec, weights: Weights, residual: tf.Tensor): tf.Tensor;
  head(spec: Spec, weights: Weights): Head;
  /** What is kept of texts of up to so many tokens, after inputs of so many. */
  known(spec: Spec, length: number, input: number): KnownArray[];
  /** As `hidden`, and what is known of the texts. */
  read(spec: Spec, weights: Weights, inputs: TextInputs): { hidden: tf.Tensor; known: Known };
  /**
   * What the head reads at one more token of each text, (B, D), and what is added to what is known.
   * @param next its token and its place in each text, (B) int32 each
   */
  next(
    spec: Spec,
    weights: Weights,
    next: Pick<Sequences, 'tokens' | 'places'>,
    known: Known,
  ): { hidden: tf.Tensor; added: Known };
  /** Values that one text, of so many tokens after an input of so many, keeps for the way back. */
  activations(spec: Spec, length: number, input: number): number;
  /**
   * Whether texts that begin alike are computed once: `byPlace` where a token at another place is another one. Null
   * where the beginning of a text does not decide what is known of it.
   */
  sharing(spec: Spec): { byPlace: boolean; compilesSlowly: boolean } | null;
}
