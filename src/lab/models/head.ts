/**
 * A language model's head: losses and predictions from what it reads, without all logits at once. Over a vocabulary
 * of 50 000 the logits of a batch are gigabytes; they are computed for some targets at a time and let go.
 */
import * as tf from '@tensorflow/tfjs-core';
import { withGradient } from './autodiff.ts';
import { crossEntropies, crossEntropy, lossesAndErrors } from './ops.ts';

export interface Head {
  /** (V, D) */
  weight: tf.Tensor;
  /** (V), null where there is none. */
  bias: tf.Tensor | null;
}

/**
 * Logits that are held at once, 128 MiB of them: the largest buffer that every GPU has to allow. A product with fewer
 * rows writes the gradient of the weight for less work.
 */
const MOST_LOGITS = 2 ** 25;

/** Next-token logits. @param hidden (P, D) @returns (P, V) */
export function logitsOf({ weight, bias }: Head, hidden: tf.Tensor): tf.Tensor {
  const logits = tf.matMul(hidden, weight, false, true);
  return bias ? tf.add(logits, bias) : logits;
}

/** How many targets go together, part after part. */
function partSizes(targets: number, vocabulary: number, most: number): number[] {
  const parts = Math.ceil(targets / Math.max(1, Math.floor(most / vocabulary)));
  const upTo = (part: number) => Math.floor((targets * part) / parts);
  return Array.from({ length: parts }, (_, i) => upTo(i + 1) - upTo(i));
}

/**
 * Weighted mean of the negative log-likelihood (`crossEntropy`).
 * @param hidden (P, D)
 * @param labels (P) int32
 * @param weights (P) float32, not all 0
 * @param most logits to hold at once
 * @returns ()
 */
export function headLoss(
  head: Head,
  hidden: tf.Tensor,
  { labels, weights }: { labels: tf.Tensor; weights: tf.Tensor },
  most = MOST_LOGITS,
): tf.Tensor {
  const sizes = partSizes(hidden.shape[0] ?? 0, head.weight.shape[0] ?? 0, most);
  if (sizes.length === 1) return crossEntropy(logitsOf(head, hidden), labels, weights);
  const inputs = head.bias ? [hidden, head.weight, head.bias] : [hidden, head.weight];
  const total = tf.sum(weights);
  return withGradient(
    inputs,
    (hidden, weight, bias) => {
      const { loss, gradients } = lossInParts(
        { weight, bias: bias ?? null },
        hidden,
        { labels, weights },
        sizes,
      );
      return { value: tf.div(loss, total), saved: [total, ...gradients] };
    },
    (dy, [total, ...gradients]) => {
      const factor = tf.div(dy, total);
      return gradients.map((gradient) => tf.mul(gradient, factor));
    },
  );
}

/** Weighted sum of the losses, and its gradient with respect to what is read, to weight and bias. */
function lossInParts(
  head: Head,
  hidden: tf.Tensor,
  { labels, weights }: { labels: tf.Tensor; weights: tf.Tensor },
  sizes: number[],
): { loss: tf.Tensor; gradients: tf.Tensor[] } {
  const [rows, asked, counts] = [hidden, labels, weights].map((x) => tf.split(x, sizes, 0));
  const read: tf.Tensor[] = [];
  // Added up as they come: a weight's gradient is as large as the weight.
  const sums: tf.Tensor[] = [];
  rows.forEach((part, i) => {
    const { losses, errors } = lossesAndErrors(logitsOf(head, part), asked[i]);
    // Weights go onto what is narrow: the errors are as wide as the vocabulary.
    const count = tf.reshape(counts[i], [-1, 1]); // (p, 1)
    read.push(tf.mul(tf.matMul(errors, head.weight), count));
    const terms = [tf.sum(tf.mul(losses, counts[i])), tf.matMul(errors, tf.mul(part, count), true, false)];
    if (head.bias) terms.push(tf.reshape(tf.matMul(count, errors, true, false), [-1]));
    terms.forEach((term, at) => (sums[at] = i === 0 ? term : tf.add(sums[at], term)));
  });
  const [loss, ...gradients] = sums;
  return { loss, gradients: [tf.concat(read, 0), ...gradients] };
}

/** The most likely token after each of a few targets; (P). @param hidden (P, D) */
export function headPredictions(head: Head, hidden: tf.Tensor): tf.Tensor {
  return tf.argMax(logitsOf(head, hidden), 1);
}

/**
 * The most likely token after each target, and the label's negative log-likelihood; (P) each.
 * @param hidden (P, D)
 * @param labels (P) int32
 */
export function headAnswers(
  head: Head,
  hidden: tf.Tensor,
  labels: tf.Tensor,
  most = MOST_LOGITS,
): { predictions: tf.Tensor; losses: tf.Tensor } {
  const sizes = partSizes(hidden.shape[0] ?? 0, head.weight.shape[0] ?? 0, most);
  const answer = (rows: tf.Tensor, asked: tf.Tensor) => {
    const logits = logitsOf(head, rows);
    return { predictions: tf.argMax(logits, 1) as tf.Tensor, losses: crossEntropies(logits, asked) };
  };
  if (sizes.length === 1) return answer(hidden, labels);
  const [rows, asked] = [hidden, labels].map((x) => tf.split(x, sizes, 0));
  const parts = rows.map((part, i) => answer(part, asked[i]));
  return {
    predictions: tf.concat(parts.map(({ predictions }) => predictions)),
    losses: tf.concat(parts.map(({ losses }) => losses)),
  };
}
