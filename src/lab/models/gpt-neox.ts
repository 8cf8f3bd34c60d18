/** GPT-NeoX (Black et al., arXiv 2204.06745; Pythia): rotary positions, attention and MLP in parallel. */
import { transformerOf } from './transformer-family.ts';

export const gptNeox = transformerOf({
  architecture: 'gpt-neox',
  rotary_fraction: 0.25,
  parallel_residual: true,
  tied_head: false,
  activation: 'gelu',
  scaled_residual_init: false,
});
