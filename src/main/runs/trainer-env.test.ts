import { afterEach, expect, it, vi } from 'vitest';
import { trainerEnv } from './trainer-env.ts';

afterEach(() => vi.unstubAllEnvs());

it('keeps freed memory, and what the user has set', () => {
  vi.stubEnv('MALLOC_ARENA_MAX', '3');
  vi.stubEnv('CREDENCE_HOME', '/some/where');
  expect(trainerEnv()).toMatchObject({
    MALLOC_MMAP_MAX_: '0',
    MALLOC_ARENA_MAX: '3',
    CREDENCE_HOME: '/some/where',
  });
});
