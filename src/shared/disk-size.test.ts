import { expect, it } from 'vitest';
import { diskEstimate } from './disk-size.ts';
import { resolveConfig } from './resolve-config.ts';

const WEIGHTS = 1000;
const ASKED = { tests: [], stages: [] };

function estimate(training: object) {
  const optimizer = { name: 'adamw' };
  const raw = { dataset: { kind: 'world' }, seeds: 3, training: { optimizer, stage0: null, ...training } };
  return diskEstimate(resolveConfig(raw), WEIGHTS, ASKED);
}

it('counts the weights at the ends of stages and those that save_every keeps', () => {
  const ends = estimate({ stage1: { epochs: 10 }, stage2: { epochs: 4 } });
  expect(ends.weights).toBe(3 * 2 * 4 * WEIGHTS);
  const kept = estimate({ stage1: { epochs: 10, save_every: 4 }, stage2: { epochs: 4 } });
  expect(kept.weights).toBe(3 * (3 + 1) * 4 * WEIGHTS);
});

it('counts both moments of AdamW in rolling checkpoints, and none of Adafactor', () => {
  const adamw = estimate({});
  const adafactor = estimate({ optimizer: { name: 'adafactor' } });
  expect(adamw.working).toBe(3 * adafactor.working);
  expect(adamw.bytes).toBe(adamw.weights + adamw.working + adamw.answers);
});
