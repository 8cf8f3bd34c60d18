import { defineConfig } from 'vitest/config';

/**
 * Unit tests stand beside their file in src/; behaviour tests are in test/. The end-to-end tests come last and
 * one file after another: each serves, trains and drives a browser, and two at once would only slow each other.
 */
export default defineConfig({
  test: {
    globalSetup: ['test/build-window.ts', 'test/software-gpu.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
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
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
