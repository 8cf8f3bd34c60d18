/**
 * Activations that a forward pass reports, by the names that TransformerLens gives them
 * (https://transformerlensorg.github.io): the residual stream before the first block and after each one.
 */
import type * as tf from '@tensorflow/tfjs-core';

/** Is given activations as rows, (N, D), in the order in which they are computed. */
export type Watch = (name: string, rows: tf.Tensor) => void;

/** @param stack stands before the block, as in `blocks` or `encoder` */
export const residualBefore = (stack: string) => `${stack}.0.hook_resid_pre`;

export const residualAfter = (stack: string, block: number) => `${stack}.${block}.hook_resid_post`;

/** Whether a name is of the residual stream, and if so of which stack and after how many of its blocks. */
export function residualPlace(name: string): { stack: string; blocks: number } | null {
  const [, stack, block, where] = /^(.+)\.(\d+)\.hook_resid_(pre|post)$/.exec(name) ?? [];
  return stack === undefined ? null : { stack, blocks: Number(block) + (where === 'post' ? 1 : 0) };
}
