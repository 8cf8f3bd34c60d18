/**
 * A convolutional net in the style of ConvNeXt V2 (Woo et al., arXiv 2301.00808, figure 5), with several outputs.
 * Activations are rows, (images * places, channels), as in the transformers. Weights have Hugging Face's names.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { ConvNextConfig } from '#shared/config/models/convnext.ts';
import type { Architecture } from './architecture.ts';
import { conv2d, depthwiseConvolution, type DepthwiseConvolution } from './convolution.ts';
import { convNextFlops, convNextLayout } from './convnext-layout.ts';
import {
  resolveConvNext,
  stagesOf,
  type ConvNextSpec,
  type ImageSizes,
  type Stage,
} from './convnext-spec.ts';
import { linear, normalized } from './layers.ts';
import type { Weights } from './layout.ts';
import { gelu } from './ops.ts';
import { responseLinear } from './responses.ts';
import { residualAfter, residualBefore, type Watch } from './watch.ts';

interface Net {
  spec: ConvNextSpec;
  weights: Weights;
  watch?: Watch;
}

/** Rows of a stage's images as images, (B, h, w, D). */
function imagesOf(x: tf.Tensor, { height, width, channels }: Stage): tf.Tensor {
  return tf.reshape(x, [-1, height, width, channels]);
}

/** A convolution whose stride is its kernel, as rows: (B, h, w, C) → (places, D). */
function patches(weights: Weights, name: string, x: tf.Tensor): tf.Tensor {
  const filter = weights[`${name}.weight`];
  const y = conv2d(x, filter, { stride: filter.shape[0] });
  return tf.add(tf.reshape(y, [-1, filter.shape[3] ?? 1]), weights[`${name}.bias`]);
}

/** Patches of the image, normalised. */
function stem({ spec, weights }: Net, images: tf.Tensor): tf.Tensor {
  const x = patches(weights, 'embeddings.patch_embeddings', images);
  return normalized(weights, 'embeddings.layernorm', x, spec.layer_norm_eps);
}

/** Half the height and width of the stage before. */
function downsampled({ spec, weights }: Net, index: number, x: tf.Tensor): tf.Tensor {
  if (index === 0) return x;
  const name = `encoder.stages.${index}.downsampling_layer`;
  const normal = normalized(weights, `${name}.0`, x, spec.layer_norm_eps);
  return patches(weights, `${name}.1`, imagesOf(normal, stagesOf(spec)[index - 1]));
}

/** Depthwise convolution, LayerNorm, a wide pointwise layer, response normalisation, and back; added to the input. */
function block(
  net: Net,
  stage: Stage,
  name: string,
  convolve: DepthwiseConvolution,
  x: tf.Tensor,
): tf.Tensor {
  const { spec, weights } = net;
  const { channels, height, width } = stage;
  const filtered = convolve(imagesOf(x, stage), weights[`${name}.dwconv.weight`]);
  const rows = tf.add(tf.reshape(filtered, [-1, channels]), weights[`${name}.dwconv.bias`]);
  const normal = normalized(weights, `${name}.layernorm`, rows, spec.layer_norm_eps);
  const wide = gelu(linear(weights, `${name}.pwconv1`, normal)); // (N, M)
  const back = responseLinear(tf.reshape(wide, [-1, height * width, spec.mlp_ratio * channels]), {
    gamma: weights[`${name}.grn.weight`],
    beta: weights[`${name}.grn.bias`],
    weight: weights[`${name}.pwconv2.weight`],
    bias: weights[`${name}.pwconv2.bias`],
  });
  return tf.add(x, tf.reshape(back, [-1, channels]));
}

/** One stage: (B*places before, D before) → (B*places, D). */
function stageOf(net: Net, stage: Stage, index: number, x: tf.Tensor): tf.Tensor {
  const { kernel_size } = net.spec;
  const convolve = depthwiseConvolution([stage.height, stage.width], [kernel_size, kernel_size], {
    padding: 'same',
  });
  let y = downsampled(net, index, x);
  const name = `encoder.stages.${index}.layers`;
  net.watch?.(residualBefore(name), y);
  for (let i = 0; i < stage.depth; i++) {
    y = block(net, stage, `${name}.${i}`, convolve, y);
    net.watch?.(residualAfter(name, i), y);
  }
  return y;
}

/** Logits of images (B, H, W, C): (B*outputs, classes). */
function logitsOf(spec: ConvNextSpec, weights: Weights, images: tf.Tensor, watch?: Watch): tf.Tensor {
  const net = { spec, weights, watch };
  const stages = stagesOf(spec);
  let x = stem(net, images);
  stages.forEach((stage, index) => {
    x = stageOf(net, stage, index, x);
  });
  const { height, width, channels } = stages[stages.length - 1];
  const pooled = tf.mean(tf.reshape(x, [-1, height * width, channels]), 1); // (B, D)
  const features = normalized(weights, 'layernorm', pooled, spec.layer_norm_eps);
  return tf.reshape(linear(weights, 'classifier', features), [-1, spec.classes]);
}

export const convnext: Architecture<ConvNextConfig, ImageSizes, ConvNextSpec, tf.Tensor> = {
  resolve: resolveConvNext,
  layout: convNextLayout,
  forward: logitsOf,
  flops: convNextFlops,
};
