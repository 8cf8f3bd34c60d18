import { getPriority } from 'node:os';
import { afterEach, expect, it, vi } from 'vitest';
import { forkTrainer } from '../runs/fork-link.ts';

afterEach(() => void vi.unstubAllEnvs());

it.skipIf(process.platform === 'win32').each([
  ['', 10],
  ['3', 3],
  ['as fast as it can', 10],
])(
  'a training process stands back for others, or as CREDENCE_NICE=%j says, by %i',
  async (nice, priority) => {
    vi.stubEnv('CREDENCE_NICE', nice);
    const link = forkTrainer();
    await expect.poll(() => getPriority(link.pid!)).toBe(priority);
    link.shutdown(0);
  },
);
