/** What `npm run build` makes works by itself, as each package holds it: by npm, and in the desktop app. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { appManifest, npmManifest, ROOT } from '../scripts/published.ts';
import { SYSTEMS } from '../scripts/shipped.ts';
import { stage } from '../scripts/stage.ts';
import { SOURCES, temporaryFolder, TINY, writeIn } from './credence.ts';
import { measured } from './in-history.ts';
import { tiny } from './service.ts';

/** Built before any test (`build-shipped.ts`). */
const OUT = path.join(ROOT, 'out');
const HERE = SYSTEMS.filter(({ platform, arch }) => platform === process.platform && arch === process.arch);

/** Milliseconds on a busy machine. */
const BUSY = 180_000;

/** Nothing of this project is above it. */
const place = temporaryFolder();
const installed = path.join(place, 'npm');
const app = path.join(place, 'app');
const bundle = path.join(place, 'tiny.credence');

/** As of somebody who has only just installed it: no variable of ours, the home folder is empty. */
function userEnv(home: string): NodeJS.ProcessEnv {
  return { HOME: home, PATH: '/usr/bin:/bin', TMPDIR: place, NO_COLOR: '1' };
}

beforeAll(() => {
  stage(installed, OUT, npmManifest(), HERE);
  stage(app, OUT, appManifest(), HERE);
}, BUSY);

describe('the npm package', { timeout: BUSY }, () => {
  const home = path.join(place, 'home-of-npm');
  const credence = (...args: string[]) =>
    spawnSync(process.execPath, [path.join(installed, 'out', 'main', 'credence.js'), ...args], {
      env: userEnv(home),
      encoding: 'utf8',
    });

  it('trains, and keeps what it trained where the user’s data belong', () => {
    mkdirSync(home);
    const before = filesIn(installed);
    const run = credence('run', writeIn(place, 'tiny.yaml', TINY), '--seeds', '1', '--json');
    expect(run.stderr).toBe('');
    expect(JSON.parse(run.stdout)).toMatchObject({ runs: [{ seed: 0, state: 'done' }] });
    expect(filesIn(home).some((line) => line.startsWith('.local/share/credence/history.sqlite '))).toBe(true);
    expect(filesIn(installed)).toEqual(before);
    expect(credence('export', '1', '--out', bundle).status).toBe(0);
  });

  it('shows the example that ships', () => {
    const shown = credence('import', path.join(installed, 'resources', 'examples', 'pocket.credence'));
    expect([shown.status, shown.stderr]).toEqual([0, '']);
  });

  it('asks nothing of npm but Node for who has none that fits', () => {
    const manifest = npmManifest() as {
      optionalDependencies: object;
      bin: { credence: string };
      files: string[];
    };
    expect(manifest).not.toHaveProperty('dependencies');
    expect(manifest).not.toHaveProperty('scripts');
    expect(Object.keys(manifest.optionalDependencies).every((name) => name.startsWith('node-'))).toBe(true);
    expect(statSync(path.join(installed, manifest.bin.credence)).isFile()).toBe(true);
  });
});

describe('the sources', { timeout: BUSY }, () => {
  it('run as they are, without a build, to the numbers of the package', () => {
    const home = temporaryFolder();
    const args = ['run', path.join(place, 'tiny.yaml'), '--seeds', '1', '--json'];
    const env = { ...process.env, CREDENCE_HOME: home };
    const run = spawnSync(process.execPath, [SOURCES, ...args], { env, encoding: 'utf8' });
    expect([run.status, run.stderr]).toEqual([0, '']);
    const packaged = path.join(place, 'home-of-npm', '.local', 'share', 'credence');
    expect(measured(home, 1)).toEqual(measured(packaged, 1));
  });
});

describe('the desktop app', { timeout: BUSY }, () => {
  it('boots, serves its page, trains, and opens a file, with Electron replaced at its edge', () => {
    const home = path.join(place, 'home-of-app');
    mkdirSync(home);
    const before = filesIn(app);
    const config = writeIn(place, 'app.json', JSON.stringify(tiny({ name: 'in the app', seeds: [0] })));
    const boot = spawnSync(
      process.execPath,
      [fileURLToPath(new URL('electron/boot.ts', import.meta.url)), app, config, bundle],
      { env: userEnv(home), encoding: 'utf8' },
    );
    expect(boot.stderr).toBe('');
    const seen = JSON.parse(boot.stdout) as { files: string[] };
    expect(seen).toMatchObject({
      address: 'credence://app/',
      runs: ['done'],
      taken: [{ name: 'tiny', outcome: 'new', runs: 1 }],
      database: path.join(home, '.local', 'share', 'credence', 'history.sqlite'),
      trainers: [path.join('out', 'main', 'trainer.js')],
    });
    // Nothing of the window is never asked for.
    const served = seen.files.map((url) => url.replace(/^credence:\/\/app\//, '')).filter(Boolean);
    const built = readdirSync(path.join(app, 'out', 'renderer', 'assets')).map((file) => `assets/${file}`);
    expect(served).toEqual(expect.arrayContaining(built));
    expect(filesIn(app)).toEqual(before);
  });
});

/** Every file with its size and time. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => ({ file, stat: statSync(path.join(folder, file)) }))
    .filter(({ stat }) => stat.isFile())
    .map(({ file, stat }) => `${file} ${stat.size} ${stat.mtimeMs}`);
}
