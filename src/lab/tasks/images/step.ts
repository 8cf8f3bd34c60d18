/** The steps of the image task: pictures in, a letter for each cell out. */
import * as tf from '@tensorflow/tfjs-core';
import type { Precision } from '#shared/engines.ts';
import { floatSpec, intSpec, type Tensors } from '../../engines/engine.ts';
import { convnext } from '../../models/convnext.ts';
import type { ConvNextSpec } from '../../models/convnext-spec.ts';
import type { Weights } from '../../models/layout.ts';
import { crossEntropies, crossEntropy } from '../../models/ops.ts';
import type { NetworkStep } from '../network-step.ts';

/**
 * Inputs: `images` (B, H, W, C), `labels` (B * cells) and `weights` (B * cells), 0 where a cell is not asked for. The
 * loss is the mean negative log-likelihood of the letters asked for. Answers: `letters` (B * cells), the likeliest,
 * and `losses` (B * cells).
 */
export function imageStep(model: ConvNextSpec, rows: number, precision: Precision): NetworkStep {
  const { height, width, channels, outputs } = model;
  const logits = (weights: Weights, { images }: Tensors) => convnext.forward(model, weights, images);
  return {
    name: 'images',
    model,
    rows,
    precision,
    inputs: {
      images: floatSpec(rows, height, width, channels),
      labels: intSpec(rows * outputs),
      weights: floatSpec(rows * outputs),
    },
    loss: (weights, inputs) => crossEntropy(logits(weights, inputs), inputs.labels, inputs.weights),
    answers(weights, inputs) {
      const found = logits(weights, inputs);
      // Read as well, so that training and evaluation take the same batches.
      const losses = tf.mul(crossEntropies(found, inputs.labels), inputs.weights);
      return { letters: tf.argMax(found, 1), losses };
    },
  };
}
