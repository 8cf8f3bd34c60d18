import { expect, it } from 'vitest';
import { activationsOf, evaluationMemory, trainingMemory } from './memory-needs.ts';

it('counts float32 weights, gradients and optimiser, and what a text keeps', () => {
  expect(trainingMemory({ parameters: 1000 })).toBe(10_000);
  expect(trainingMemory({ parameters: 1000, activations: 5 })).toBe(10_020);
  expect(evaluationMemory({ parameters: 1000 })).toBe(4800);
});

it.each([
  { hidden_size: 8, num_hidden_layers: 2, num_attention_heads: 4, vocab_size: 100 },
  { n_embd: 8, n_layer: 2, n_head: 4, vocab_size: 100 },
])('reads sizes as architectures name them: %j', (config) => {
  expect(activationsOf(config, 3)).toBe(3 * (2 * (18 * 8 + 2 * 4 * 3) + 200));
});

it('takes sizes that are not named for none', () => {
  expect(activationsOf({ model_type: 'x', hidden_size: 'large' })).toBe(0);
});
