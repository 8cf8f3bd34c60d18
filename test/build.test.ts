/** What `npm run build` makes works by itself. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, TINY, writeIn } from './credence.ts';

const ROOT = path.join(import.meta.dirname, '..');

describe('the bundle', () => {
  it('trains a tiny experiment from the built files alone', () => {
    const home = temporaryFolder();
    // Beside node_modules and resources, as in a package.
    const out = path.join(ROOT, 'out-test');
    try {
      execFileSync('npx', ['electron-vite', 'build', '--outDir', out], { cwd: ROOT, stdio: 'pipe' });
      const file = writeIn(home, 'tiny.yaml', TINY);
      const env = { ...process.env, CREDENCE_HOME: home };
      const run = spawnSync(
        process.execPath,
        [path.join(out, 'main', 'credence.js'), 'run', file, '--seeds', '1', '--json'],
        { env, encoding: 'utf8' },
      );
      expect(run.stderr).toBe('');
      expect(JSON.parse(run.stdout)).toMatchObject({ runs: [{ seed: 0, state: 'done' }] });
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
    expect(existsSync(out)).toBe(false);
  });
});
