/** GPT-2 (Radford et al. 2019): learned positions, attention and MLP one after the other, a tied head. */
import { transformerOf } from './transformer-family.ts';

export const gpt2 = transformerOf({
  architecture: 'gpt2',
  rotary_fraction: 0,
  parallel_residual: false,
  tied_head: true,
  activation: 'gelu_new',
  scaled_residual_init: true,
});
