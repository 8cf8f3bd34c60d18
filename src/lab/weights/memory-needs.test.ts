import { expect, it } from 'vitest';
import { evaluationMemory, trainingMemory } from './memory-needs.ts';

it('counts weights, gradients, optimiser and activations in bytes', () => {
  expect(trainingMemory({ parameters: 0 })).toBe(2 ** 30);
  expect(trainingMemory({ parameters: 1000 }) - trainingMemory({ parameters: 0 })).toBe(28_000);
  expect(trainingMemory({ parameters: 1000, frozen: 900 })).toBe(2 ** 30 + 4 * (700 + 1800));
  expect(trainingMemory({ parameters: 1000, optimizer: 'adamw' })).toBe(2 ** 30 + 48_000);
  const activations = 2 ** 28 + 2000;
  expect(trainingMemory({ parameters: 1000, activations })).toBe(trainingMemory({ parameters: 1000 }));
  expect(trainingMemory({ parameters: 1000, activations: 3 * activations })).toBe(
    trainingMemory({ parameters: 1000 }) + 8 * activations,
  );
  expect(evaluationMemory({ parameters: 1000 })).toBe(2 ** 30 + 4800);
});
