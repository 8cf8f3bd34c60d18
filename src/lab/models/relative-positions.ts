/** Positions by distance: one number for each head and bucket of distances, added to scores (arXiv 1910.10683, 2.1). */
import * as tf from '@tensorflow/tfjs-core';

export interface Buckets {
  /** How many distances are told apart. */
  count: number;
  /** From this distance on they are all one. */
  furthest: number;
  /** Whether later positions are seen too: they have half of the buckets. */
  bothWays: boolean;
}

/**
 * The bucket of a distance: near ones have one each, those further away share ever wider ones.
 * @param distance place that is looked at, less the place that looks
 */
export function bucketOf(distance: number, { count, furthest, bothWays }: Buckets): number {
  const own = bothWays ? Math.floor(count / 2) : count;
  const side = bothWays && distance > 0 ? own : 0;
  const away = bothWays ? Math.abs(distance) : Math.max(0, -distance);
  const near = Math.floor(own / 2);
  if (away < near) return side + away;
  // Rounded to float32 at each step, as it is computed there: a distance may lie just on the edge of a bucket.
  const share = Math.fround(Math.log(Math.fround(away / near)));
  const wide = Math.fround(Math.fround(share / Math.fround(Math.log(furthest / near))) * (own - near));
  return side + Math.min(own - 1, near + Math.floor(wide));
}

/**
 * What is added to the scores between all places of two lengths.
 * @param table (buckets, H)
 * @returns (H, from, to)
 */
export function positionScores(table: tf.Tensor, from: number, to: number, buckets: Buckets): tf.Tensor {
  const pairs = Int32Array.from({ length: from * to }, (_, i) =>
    bucketOf((i % to) - Math.floor(i / to), buckets),
  );
  const scores = tf.gather(table, tf.tensor1d(pairs, 'int32')); // (from * to, H)
  return tf.transpose(tf.reshape(scores, [from, to, -1]), [2, 0, 1]);
}
