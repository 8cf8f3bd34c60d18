import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, TINY, writeIn } from './credence.ts';
import { findTorches } from '../bench/torch.ts';

function bench(args: string[], env: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, ['bench/index.ts', ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
}

const QUICK = ['--json', '--shape', 'pocket', '--rounds', '2', '--seconds', '0.2', '--no-compile'];
// One version of PyTorch will do, and each takes a while to start.
const [torch] = findTorches();
const NO_TORCH = { CREDENCE_TORCH: '/nowhere/python' };

interface Result {
  machine: object;
  rows: Record<string, unknown>[];
  settings: { runner: string; rates: number[] }[];
}

describe('npm run bench', () => {
  it('prints one row per shape and engine as JSON, progress apart from it, and what a missing peer needs', () => {
    const { stdout, stderr, status } = bench(QUICK, NO_TORCH);
    expect(status).toBe(0);
    const { machine, rows, settings } = JSON.parse(stdout) as Result;
    expect(machine).toMatchObject({ torch: [], node: process.version });
    const measured = rows.map(({ shape, engine }) => `${shape} on ${engine}`);
    expect(measured).toEqual([...new Set(measured)]); // tensorflow has a row where it was built
    expect(rows.every(({ shape }) => shape === 'pocket')).toBe(true);
    expect(rows[0]).toMatchObject({ shape: 'pocket', engine: 'onnx', peer: null, ratio: null });
    expect(rows[0].steps_per_s).toBeGreaterThan(0.5);
    expect(rows[0].spread).toBeGreaterThanOrEqual(0);
    expect(rows[0].matmul_share).toBeGreaterThan(0.001);
    expect(rows[0].matmul_share).toBeLessThan(2);
    expect(settings.every(({ rates }) => rates.length === 2)).toBe(true);
    expect(stderr).toMatch(/round 2 of 2: pocket/);
    // and says how to install the peer that is missing
    expect(rows[0].note).toMatch(/PyTorch is missing.*pip install torch numpy.*CREDENCE_TORCH=/);
    expect(stderr).toMatch(/PyTorch is missing/);
  });

  it.skipIf(!torch)('trains the same model as PyTorch and compares with it', { timeout: 180_000 }, () => {
    const { stdout, stderr } = bench(QUICK, { CREDENCE_TORCH: torch.python });
    // A peer whose first losses differ is left out, with a line that says so.
    expect(stderr).not.toMatch(/left out/);
    const { rows, settings } = JSON.parse(stdout) as Result;
    expect(settings.some(({ runner }) => /^PyTorch \S+ eager$/.test(runner))).toBe(true);
    expect(rows[0].peer).toMatch(/^PyTorch \S+ eager, \d process/);
    expect(rows[0].ratio).toBeGreaterThan(0);
  });

  it.each([
    [['--fast'], /Unknown option '--fast'[^]*Usage: npm run bench/],
    [['--shape', 'huge'], /--shape is huge; choose from pocket, set-inclusion/],
    [['--rounds', '1.5'], /--rounds is 1.5; give a whole number above 0/],
    [['--seconds', 'x'], /--seconds is x; give a number above 0/],
    [['memory', '--steps', '0'], /--steps is 0; give a whole number above 0/],
    [['seeds', '--faster'], /Unknown option '--faster'[^]*Usage: npm run bench -- seeds/],
  ])('refuses %j', (args, message) => {
    const { stderr, stdout, status } = bench(args);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
  });

  it('reads memory at every so many steps', () => {
    const { stdout, status } = bench(['memory', '--json', '--steps', '30', '--every', '10']);
    const { readings } = JSON.parse(stdout) as { readings: { step: number; rss: number }[] };
    expect([status, readings.map(({ step }) => step)]).toEqual([0, [10, 20, 30]]);
    expect(readings.every(({ rss }) => rss > 0)).toBe(true);
  });

  it('times many seeds against few', { timeout: 120_000 }, () => {
    const few = ['--few', '1', '--many', '2', '--epochs', '1', '--rounds', '1'];
    const presets = temporaryFolder();
    writeIn(presets, 'pocket.yaml', TINY);
    const { stdout, status } = bench(['seeds', '--json', ...few], { CREDENCE_PRESETS: presets });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      few: 1,
      many: 2,
      rounds: [{}],
      ratio: expect.any(Number) as number,
    });
  });
});
