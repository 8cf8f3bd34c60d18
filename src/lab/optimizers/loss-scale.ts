/**
 * Loss scaling for gradients that pass through float16 (Micikevicius et al., arXiv 1710.03740, section 3.2): the loss
 * is multiplied before it is differentiated, so that small gradients do not vanish, and the gradients are divided
 * before they are used. A step whose gradients overflow is skipped and halves the scale; many without one double it.
 * Scales are powers of two: where nothing overflows or vanishes, scaling changes no bit.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { StateValues, Tensors } from '../engines/engine.ts';
import { LARGEST_FINITE, WHERE_FINITE } from '../engines/fused.ts';
import { runFused } from '../models/autodiff.ts';

/** Elements of a gradient up to 8 fit into float16, whose largest value is 65504, and down to 7e-12 do not vanish. */
const INITIAL = 2 ** 13;
/** Products of scaled gradients stay far from where float32 ends. */
const LARGEST = 2 ** 24;
/** Steps without overflow after which the scale doubles, as in PyTorch's GradScaler. */
const INTERVAL = 2000;
/** Below it a gradient itself would be too large for float16: training has diverged. */
export const SMALLEST_LOSS_SCALE = 1;

const scalar = (value: number): StateValues[string] => ({
  spec: { shape: [], dtype: 'float32' },
  data: Float32Array.of(value),
});

/** State: `loss_scale` and `loss_scale_steps`, the steps since it last changed; both (). */
export function initialLossScale(): StateValues {
  return { loss_scale: scalar(INITIAL), loss_scale_steps: scalar(0) };
}

/** `a` where `test` () is a finite number, else `b`, of the same shape. */
function whereFinite(test: tf.Tensor, a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const fused = runFused<tf.Tensor>(WHERE_FINITE, { test, a, b });
  return fused ?? tf.where(tf.lessEqual(test, LARGEST_FINITE), a, b);
}

/**
 * The state after a step: unchanged where its gradients overflowed.
 * @param gradNorm () their norm, scaled or not
 * @param state before the step
 * @param next what the step would make of some of its entries
 */
export function afterScaledStep(gradNorm: tf.Tensor, state: Tensors, next: Tensors): Tensors {
  const kept = Object.entries(next).map(([name, value]) => [name, whereFinite(gradNorm, value, state[name])]);
  return { ...(Object.fromEntries(kept) as Tensors), ...nextScale(gradNorm, state) };
}

function nextScale(gradNorm: tf.Tensor, { loss_scale, loss_scale_steps }: Tensors): Tensors {
  const steps = tf.add(loss_scale_steps, 1);
  const due = tf.maximum(tf.sub(steps, INTERVAL - 1), 0); // 1 at the end of an interval, else 0
  const grown = tf.minimum(tf.mul(loss_scale, tf.add(due, 1)), LARGEST);
  return {
    loss_scale: whereFinite(gradNorm, grown, tf.mul(loss_scale, 0.5)),
    loss_scale_steps: whereFinite(gradNorm, tf.mul(steps, tf.sub(1, due)), tf.mul(loss_scale_steps, 0)),
  };
}
