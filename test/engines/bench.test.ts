import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

function bench(...args: string[]) {
  return spawnSync(process.execPath, ['bench/index.ts', ...args], { encoding: 'utf8' });
}

describe('npm run bench', () => {
  it('prints one row per shape and engine as JSON, and progress apart from it', () => {
    const { stdout, stderr, status } = bench(
      '--json',
      '--shape',
      'pocket',
      '--rounds',
      '2',
      '--seconds',
      '0.2',
    );
    expect(status).toBe(0);
    const { machine, rows } = JSON.parse(stdout) as { machine: object; rows: Record<string, unknown>[] };
    expect(machine).toMatchObject({ threads: 1, node: process.version });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ shape: 'pocket', engine: 'onnx', peer: null, ratio: null });
    expect(rows[0].steps_per_s).toBeGreaterThan(0.5);
    expect(rows[0].spread).toBeGreaterThanOrEqual(0);
    expect(stderr).toMatch(/round 2 of 2: pocket on onnx/);
  });

  it.each([
    [['--fast'], /Unknown option '--fast'[^]*Usage: npm run bench/],
    [['--shape', 'huge'], /--shape is huge; choose from pocket, pocket-wide, set-inclusion/],
    [['--rounds', '1.5'], /--rounds is 1.5; give a whole number above 0/],
    [['--seconds', 'x'], /--seconds is x; give a number above 0/],
  ])('refuses %j', (args, message) => {
    const { stderr, stdout, status } = bench(...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
  });
});
