/**
 * Adafactor (Shazeer & Stern, arXiv 1804.04235, algorithms 4 and 5) as Hugging Face's `Adafactor` computes
 * it with scale_parameter and relative_step off and no first moment, the paper's setting.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { OptimizerConfig } from '#shared/config.ts';
import { asEntries, heldBlocks, inBlocks } from '../engines/blocks/cut.ts';
import { floatSpec } from '../engines/engine.ts';
import type { ParameterEntry, ParameterLayout } from '../models/layout.ts';
import { decayWeights, flatten, rateMultiplier, type Optimizer } from './optimizer.ts';

/** Added to squared gradients (eps[0] of Hugging Face's). */
const EPS = 1e-30;

/** Lengths of the running averages of a weight: rows and columns of a matrix, all elements of a vector. */
export function averageSizes(entry: ParameterEntry): number[] {
  return entry.decay ? entry.shape : [entry.size];
}

/** What one step shares between all weights; all (). */
interface Step {
  /** Weight of the past in the running averages: 1 - t^decay_rate. */
  past: tf.Tensor;
  scale: tf.Tensor;
  lr: tf.Tensor;
  clipThreshold: number;
}

/** The running average after a step, from the mean of squared unscaled gradients. */
function runningAverage(average: tf.Tensor, meanSquare: tf.Tensor, step: Step): tf.Tensor {
  const now = tf.add(tf.mul(meanSquare, tf.square(step.scale)), EPS);
  return tf.add(tf.mul(average, step.past), tf.mul(now, tf.sub(1, step.past)));
}

/** What a direction is multiplied with: the learning rate, its root mean square limited; (). */
function limitedRate(meanSquare: tf.Tensor, step: Step): tf.Tensor {
  return tf.div(step.lr, tf.maximum(tf.div(tf.sqrt(meanSquare), step.clipThreshold), 1));
}

/**
 * Second moment factored into row and column averages; gradient (R, C). Each look at a large matrix takes time: the
 * mean square of the direction comes from the squared gradient, which is summed over each row in the same pass.
 */
function matrixUpdate(gradient: tf.Tensor, averages: tf.Tensor[], step: Step): [tf.Tensor, tf.Tensor[]] {
  const [, width] = gradient.shape as [number, number];
  const squares = tf.square(gradient);
  const columns = runningAverage(averages[1], tf.mean(squares, 0), step); // (C)
  const columnOf = (x: tf.Tensor) => tf.reshape(x, [width, 1]);
  const means = tf.concat([tf.fill([width, 1], 1 / width), columnOf(tf.div(1 / width, columns))], 1); // (C, 2)
  const [plain, divided] = tf.split(tf.matMul(squares, means), 2, 1).map((sums) => tf.reshape(sums, [-1])); // (R)
  const rows = runningAverage(averages[0], plain, step); // (R)
  const rowFactor = tf.mul(tf.rsqrt(tf.div(rows, tf.mean(rows))), step.scale); // (R)
  const rate = limitedRate(tf.mean(tf.mul(tf.square(rowFactor), divided)), step);
  const perRow = tf.reshape(tf.mul(rowFactor, rate), [-1, 1]);
  return [tf.mul(tf.mul(gradient, perRow), tf.rsqrt(columns)), [rows, columns]]; // (R, C)
}

/** Second moment of every element; gradient (n). */
function vectorUpdate(gradient: tf.Tensor, average: tf.Tensor, step: Step): [tf.Tensor, tf.Tensor[]] {
  const next = runningAverage(average, tf.square(gradient), step);
  const direction = tf.mul(gradient, tf.mul(tf.rsqrt(next), step.scale));
  return [tf.mul(direction, limitedRate(tf.mean(tf.square(direction)), step)), [next]];
}

/** The entry of the state that holds the running averages. */
export const AVERAGES = 'adafactor_averages';

/** The running averages, one after the other, of the blocks that hold them. */
function splitBlocks(blocks: tf.Tensor[], sizes: readonly number[]): tf.Tensor[] {
  const parts = sizes.map((size) => ({ size }));
  return inBlocks(parts, blocks).flatMap((own, i) =>
    tf.split(
      blocks[i],
      own.map(({ size }) => size),
    ),
  );
}

/** State: `adafactor_averages`, all running averages in layout order, and `adafactor_step`, (). */
export function adafactor(config: OptimizerConfig, layout: ParameterLayout): Optimizer {
  const sizes = layout.flatMap(averageSizes);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return {
    initialState: {
      adafactor_averages: { spec: { ...floatSpec(total), parts: sizes }, data: new Float32Array(total) },
      adafactor_step: { spec: floatSpec(), data: new Float32Array(1) },
    },
    update({ gradients, scale, lr, state }) {
      const adafactor_step = tf.add(state.adafactor_step, 1);
      const past = tf.sub(1, tf.pow(adafactor_step, config.decay_rate));
      const shared = { past, scale, clipThreshold: config.clip_threshold };
      const held = heldBlocks(state, AVERAGES);
      const averages = splitBlocks(held, sizes);
      const updates = gradients.map((gradient, i) => {
        const step = { ...shared, lr: tf.mul(lr, rateMultiplier(config, layout[i])) };
        return gradient.rank === 2
          ? matrixUpdate(gradient, averages.splice(0, 2), step)
          : vectorUpdate(gradient, averages.splice(0, 1)[0], step);
      });
      const [changes, next] = [updates.map(([change]) => change), updates.flatMap(([, next]) => next)];
      const parameters = heldBlocks(state, 'parameters');
      const entries = inBlocks(layout, parameters);
      const weights = inBlocks(changes, parameters).map((own, i) => {
        const change = flatten(own); // (n) of a block
        return tf.sub(decayWeights(config, entries[i], parameters[i], lr), change);
      });
      return {
        ...asEntries('parameters', weights),
        adafactor_step,
        ...asEntries(AVERAGES, inBlocks(next, held).map(flatten)),
      };
    },
  };
}
