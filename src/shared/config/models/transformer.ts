/** Config of a transformer learnt from scratch: a decoder, or a T5. */
import { z } from 'zod';
import { count, share } from '../values.ts';

export const transformerSchema = z.strictObject({
  architecture: z
    .enum(['gpt-neox', 'gpt2', 't5'])
    .default('gpt-neox')
    .describe(
      'Decoder in the style of GPT-NeoX (Pythia) or GPT-2, or a T5: an encoder reads what stands before an answer, a decoder writes the answer.',
    ),
  d_model: count(16_384).default(512).describe('Width of the residual stream.'),
  n_layers: count(256)
    .default(6)
    .describe('Number of transformer blocks; of a T5 in the encoder, and as many in the decoder.'),
  n_heads: count(256).default(8).describe('Attention heads per block; divides d_model.'),
  d_mlp: count(131_072).nullable().default(null).describe('Width of the MLP; null is four times d_model.'),
  rotary_fraction: share
    .nullable()
    .default(null)
    .describe(
      'Share of each head that is rotated by position; null is 0.25 for gpt-neox and 0 (learned positions) for gpt2; a T5 has none.',
    ),
  parallel_residual: z
    .boolean()
    .nullable()
    .default(null)
    .describe('Attention and MLP read the same input; null is true for gpt-neox, false for gpt2 and t5.'),
  tied_head: z
    .boolean()
    .nullable()
    .default(null)
    .describe(
      'The output head shares the embedding matrix; null is false for gpt-neox, true for gpt2 and t5.',
    ),
  init_std: z
    .number()
    .gt(0)
    .max(1)
    .default(0.02)
    .describe(
      'Standard deviation of the initial weights; those of a T5 have deviations of their own, which it scales: 0.02 leaves them as they are.',
    ),
  layer_norm_eps: z
    .number()
    .gt(0)
    .max(0.1)
    .default(1e-5)
    .describe('Constant added to the variance in LayerNorm, and to the mean square in that of a T5.'),
});
