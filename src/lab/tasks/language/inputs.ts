/** The texts that a program reads: its inputs, and what the model makes of them. */
import * as tf from '@tensorflow/tfjs-core';
import type { Packing } from '../../corpus/packing.ts';
import { intSpec, type Specs, type Tensors } from '../../engines/engine.ts';
import {
  plainSequences,
  plainTargets,
  type InputTexts,
  type Sequences,
  type Targets,
} from '../../models/sequences.ts';

/** Static sizes of a batch. */
export interface BatchShape {
  /** B: documents or questions. */
  batch: number;
  /** T: tokens of each, padded on the right. */
  length: number;
  /** P: positions that carry a label, over the whole batch. */
  targets: number;
  /** S: tokens of the longest input, for a model that has an encoder; 0 without. */
  input?: number;
  /** Texts are filled up with padding that counts, and that no other token looks at. */
  filled?: boolean;
}

/** Static sizes of a program's inputs; without `packing` it reads plain batches. */
export interface ProgramShape extends BatchShape {
  packing?: Packing;
}

/**
 * Inputs that hold texts. Plain: `tokens` (B, T) and `positions` (P) into the flattened B*T, and for an encoder
 * `input` (B, S) and `input_ends` (B), and where texts are filled up `ends` (B). Packed: the fields of `PackedBatch` (corpus/packing.ts).
 */
export function textInputs({ batch, length, targets, packing, input = 0, filled }: ProgramShape): Specs {
  const encoder: Specs = input > 0 ? { input: intSpec(batch, input), input_ends: intSpec(batch) } : {};
  const ends: Specs = filled ? { ends: intSpec(batch) } : {};
  if (!packing) return { tokens: intSpec(batch, length), positions: intSpec(targets), ...ends, ...encoder };
  return {
    tokens: intSpec(packing.distinct),
    places: intSpec(packing.distinct),
    sources: intSpec(packing.rows),
    grid: intSpec(Math.min(batch, targets) * length),
    cells: intSpec(packing.rows),
    positions: intSpec(targets),
    target_cells: intSpec(targets),
  };
}

/** The inputs as the model takes them; indices that would change nothing are left out. */
export function readText(inputs: Tensors, shape: ProgramShape): { texts: Sequences; targets: Targets } {
  const { batch, length, targets, packing } = shape;
  const positions = inputs.positions as tf.Tensor1D;
  if (!packing) {
    const texts = plainSequences(inputs.tokens as tf.Tensor2D);
    const input = shape.input ? { input: readInput(inputs) } : {};
    const ends = shape.filled ? { ends: inputs.ends as tf.Tensor1D } : {};
    return { texts: { ...texts, ...ends, ...input }, targets: plainTargets(positions) };
  }
  const indices = (name: string) => inputs[name] as tf.Tensor1D;
  const paths = Math.min(batch, targets);
  const shared = packing.rows < paths * length;
  return {
    texts: {
      batch: paths,
      length,
      tokens: indices('tokens'),
      places: indices('places'),
      sources: packing.distinct < packing.rows ? indices('sources') : null,
      grid: shared ? indices('grid') : null,
      cells: shared ? indices('cells') : null,
    },
    targets: { rows: positions, cells: indices('target_cells'), onePerText: targets <= batch },
  };
}

/** What an encoder reads. */
function readInput(inputs: Tensors): InputTexts {
  const tokens = inputs.input as tf.Tensor2D;
  const [batch, length] = tokens.shape;
  return { batch, length, tokens: tf.reshape(tokens, [-1]), ends: inputs.input_ends as tf.Tensor1D };
}
