import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** One more than there are cores: files that watch processes end, or a cluster, wait for most of their time. */
const maxWorkers = availableParallelism() + 1;

const NEEDS_BUILD = ['test/build-shipped.ts'];

/**
 * Unit tests stand beside their file in src/, numbers of other programs in test/golden/: these are `unit`, which
 * `npm run test:quick` runs alone. Behaviour tests are in test/, those of engines in test/engines/, end-to-end tests
 * in test/e2e/. All run in one go, in the order of the projects' names, large files first: what takes longest begins
 * first, and the units, of a second or less, come last and fill up what is left.
 */
export default defineConfig({
  test: {
    globalSetup: ['test/priority.ts', 'test/compile-cache.ts', 'test/in-memory.ts', 'test/software-gpu.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is waited for comes; how soon depends on what else the machine does.
    expect: { poll: { timeout: 30_000 } },
    // picocolors colours wherever CI is set, once it is loaded: tests read what is printed.
    env: { NO_COLOR: '1' },
    pool: 'forks',
    maxWorkers,
    projects: [
      {
        extends: true,
        test: {
          name: 'app',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: NEEDS_BUILD,
          // They share what they load; each has a browser, a server and a data folder of its own.
          isolate: false,
          testTimeout: 300_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'features',
          // As of the units: what a file needs undone when it ends, it undoes.
          isolate: false,
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/engines/**', 'test/golden/**'],
          globalSetup: NEEDS_BUILD,
        },
      },
      {
        extends: true,
        test: {
          name: 'engines',
          include: ['test/engines/**/*.test.ts'],
          globalSetup: NEEDS_BUILD,
          // What a software GPU compiled for one file, it has for the next.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/golden/**/*.test.ts'],
          // Many are shorter than it takes to load what they test: they share it, which halves their time.
          isolate: false,
        },
      },
    ],
  },
});
