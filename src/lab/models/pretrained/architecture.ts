/** What a pre-trained architecture is: what its folder's `config.json` says, and what its weights are called there. */
import type { TextSpec } from '../text-model.ts';
import type { TransformerSpec } from '../transformer-spec.ts';

/** A `config.json` of Hugging Face's transformers. */
export type FolderConfig = Record<string, unknown>;

/** How a weight stands in a folder. */
export interface ForeignWeight {
  /** Its name there. */
  name: string;
  /** A linear one has a row for each output there, (out, in). */
  row_per_output: boolean;
  /** For each of our outputs, in order, which of theirs it is; null where they are the same. */
  outputs: Int32Array | null;
}

export interface PretrainedArchitecture<Spec extends TextSpec = TransformerSpec> {
  architecture: Spec['architecture'];
  /** `model_type` of the config. */
  modelType: string;
  /** What PEFT calls the task of such a model; that of a decoder where it is not named. */
  peftTask?: string;
  /**
   * The model of a config, for sequences of up to `n_ctx` tokens.
   * @param weights names of those that the folder holds
   * @throws UserError `model.config` naming the field that is missing, or that has a value which is not known here
   */
  spec(config: FolderConfig, weights: Pick<ReadonlyMap<string, unknown>, 'has'>): Spec;
  /** What each of our weights is called in the folder. */
  names(spec: Spec): ForeignNames;
}

/** Names of weights, ours to theirs; a part whose biases are missing there simply is not asked for. */
export interface ForeignNames {
  /** Prefix that some folders leave out. */
  prefix: string;
  /** Of `layers.N.` of ours. @param stack what stands before that in our names: `encoder.`, or nothing */
  layer(index: number, stack: string): string;
  /** Ours without the layer (`embedding`, `attention.qkv`, `encoder.mlp.in`, …) to theirs. */
  parts: Record<string, string>;
  /** Linear weights stand as (out, in). */
  row_per_output: boolean;
  /** Order of the outputs of a part, see {@link ForeignWeight}. */
  outputs?(part: string): Int32Array | null;
  /** Other names of theirs under which a weight may stand, too or instead. */
  aliases?: Record<string, string[]>;
}
