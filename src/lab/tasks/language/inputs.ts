/** The texts that a program reads: its inputs, and what the model makes of them. */
import type * as tf from '@tensorflow/tfjs-core';
import type { Packing } from '../../corpus/packing.ts';
import { intSpec, type Specs, type Tensors } from '../../engines/engine.ts';
import { plainSequences, plainTargets, type Sequences, type Targets } from '../../models/sequences.ts';

/** Static sizes of a batch. */
export interface BatchShape {
  /** B: documents or questions. */
  batch: number;
  /** T: tokens of each, padded on the right. */
  length: number;
  /** P: positions that carry a label, over the whole batch. */
  targets: number;
}

/** Static sizes of a program's inputs; without `packing` it reads plain batches. */
export interface ProgramShape extends BatchShape {
  packing?: Packing;
}

/**
 * Inputs that hold texts. Plain: `tokens` (B, T) and `positions` (P) into the flattened B*T. Packed: the
 * fields of `PackedBatch` (corpus/packing.ts).
 */
export function textInputs({ batch, length, targets, packing }: ProgramShape): Specs {
  if (!packing) return { tokens: intSpec(batch, length), positions: intSpec(targets) };
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
  if (!packing)
    return { texts: plainSequences(inputs.tokens as tf.Tensor2D), targets: plainTargets(positions) };
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
