import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { assertRoom, freeBytes } from './machine-disk.ts';

const need = { weights: 6e9, answers: 1e9, working: 2e9, bytes: 9e9 };

it('refuses what does not fit, with the numbers and what helps', () => {
  expect(() => assertRoom('/data', [need, need], 15.9e9)).toThrow(
    /about 16 GB on the disk \(12 GB of weights, 2.0 GB of answers, 2.0 GB of checkpoints on the way\) and 16 GB are free in "\/data"; .*save_every: 0/,
  );
  expect(() => assertRoom('/data', [need, need], 16e9)).not.toThrow();
});

it('knows the disk of a folder that is not there yet', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'credence-disk-'));
  expect(freeBytes(path.join(folder, 'a', 'b'))).toBeGreaterThan(0);
});
