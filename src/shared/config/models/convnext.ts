/** Config of a convolutional net in the style of ConvNeXt V2 (Woo et al., arXiv 2301.00808). */
import { z } from 'zod';
import { count } from '../values.ts';

const perStage = (max: number) => z.array(count(max)).min(1).max(8);

export const convnextSchema = z.strictObject({
  architecture: z
    .literal('convnext')
    .default('convnext')
    .describe('A convolutional net in the style of ConvNeXt V2.'),
  patch_size: count(256)
    .default(7)
    .describe('Side of the square patches that the stem turns into one place each; divides the image.'),
  hidden_sizes: perStage(16_384)
    .default([96])
    .describe('Channels of each stage; between stages height and width are halved.'),
  depths: perStage(256).default([2]).describe('Blocks of each stage, as many numbers as hidden_sizes has.'),
  kernel_size: count(63)
    .refine((size) => size % 2 === 1, 'an odd number')
    .default(7)
    .describe('Side of the depthwise filters; odd.'),
  mlp_ratio: count(64).default(4).describe('Width of a block’s pointwise layers, in channels of its stage.'),
  init_std: z
    .number()
    .gt(0)
    .max(1)
    .default(0.02)
    .describe('Standard deviation of the initial weights; biases and response normalisation start at 0.'),
  layer_norm_eps: z
    .number()
    .gt(0)
    .max(0.1)
    .default(1e-6)
    .describe('Constant added to the variance in LayerNorm.'),
});

export type ConvNextConfig = z.output<typeof convnextSchema>;
