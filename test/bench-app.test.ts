/** The app's benchmark on a small history: it really serves, opens, draws and trains. No figure is judged here. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { AppRow } from '../bench/app/summary.ts';
import { hasChromium } from './e2e/browser.ts';

function bench(...args: string[]) {
  return spawnSync(process.execPath, ['bench/index.ts', 'app', ...args], { encoding: 'utf8' });
}

describe('npm run bench -- app', () => {
  it.skipIf(!hasChromium)('gives a row per figure and history', { timeout: 240_000 }, () => {
    const small = [
      '--runs',
      '10',
      '--seeds',
      '5',
      '--evaluations',
      '12',
      '--compared',
      '2',
      '--repeats',
      '1',
    ];
    const { stdout, stderr, status } = bench('--json', ...small, '--seconds', '1');
    expect([status, stderr]).toEqual([0, expect.stringContaining('frames while a run trains')]);
    const { machine, rows } = JSON.parse(stdout) as { machine: object; rows: AppRow[] };
    expect(machine).toMatchObject({ node: process.version });
    expect([...new Set(rows.map(({ history }) => history))]).toEqual(['2 × 5']);
    const names = rows.map(({ what }) => what);
    for (const what of ['list: reply', 'comparison, again: all drawn', 'frame, runs train on every core'])
      expect(names).toContain(what);
    for (const { what, unit, n, lowest, median, highest } of rows) {
      expect(n, what).toBeGreaterThan(0);
      expect(median, what).toBeGreaterThanOrEqual(lowest);
      expect(median, what).toBeLessThanOrEqual(highest);
      if (unit === 'ms') expect(lowest, what).toBeGreaterThan(0);
    }
  });

  it.each([
    [['--fast'], /Unknown option '--fast'[^]*Usage: npm run bench -- app/],
    [['--runs', '1.5'], /--runs is 1.5; give a whole number above 0/],
  ])('refuses %j', (args, message) => {
    const { stderr, stdout, status } = bench(...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});
