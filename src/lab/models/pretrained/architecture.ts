/** What a pre-trained architecture is: what its folder's `config.json` says, and what its weights are called there. */
import type { TransformerName, TransformerSpec } from '../transformer-spec.ts';

/** A `config.json` of Hugging Face's transformers. */
export type FolderConfig = Record<string, unknown>;

/** How a weight stands in a folder. Ours are (in, out). */
export interface ForeignWeight {
  /** Its name there. */
  name: string;
  /** Whether it stands there as (out, in). */
  transposed: boolean;
  /** For each of our outputs, in order, which of theirs it is; null where they are the same. */
  outputs: Int32Array | null;
}

export interface PretrainedArchitecture {
  architecture: TransformerName;
  /** `model_type` of the config. */
  modelType: string;
  /**
   * The model of a config, for sequences of up to `n_ctx` tokens.
   * @throws UserError `model.config` naming the field that is missing, or that has a value which is not known here
   */
  spec(config: FolderConfig): TransformerSpec;
  /** Each of our weights in the folder, by our name without the layer: `layers.N.` is `layer(N)` there. */
  names: ForeignNames;
}

/** Names of weights, ours to theirs; a part whose biases are missing there simply is not asked for. */
export interface ForeignNames {
  /** Prefix that some folders leave out. */
  prefix: string;
  /** Of a layer. */
  layer(index: number): string;
  /** Ours (`embedding`, `attention.qkv`, …) to theirs. */
  parts: Record<string, string>;
  /** Linear weights stand as (out, in). */
  transposed: boolean;
  /** Order of the outputs of a part, see {@link ForeignWeight}. */
  outputs?(part: string, spec: TransformerSpec): Int32Array | null;
}
