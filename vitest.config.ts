import { defineConfig } from 'vitest/config';

/**
 * Unit tests stand beside their file in src/; behaviour tests are in test/. The end-to-end tests come last,
 * two at a time: each serves, trains and drives a browser, which leaves a core idle now and then.
 */
export default defineConfig({
  test: {
    globalSetup: ['test/compile-cache.ts', 'test/build-window.ts', 'test/software-gpu.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is waited for comes; how soon depends on what else the machine does.
    expect: { poll: { timeout: 30_000 } },
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          name: 'code',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['test/e2e/**'],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'app',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 180_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
