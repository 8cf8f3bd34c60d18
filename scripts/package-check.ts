/**
 * `npm run package:check`: proves what `npm run package` made without starting Electron: fuses, what is packed and what
 * is not, and the app from inside the archive, which boots under Node with Electron's API replaced, trains the pocket
 * world for some epochs, and opens a `.credence` file.
 */
import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { extractAll, listPackage } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { parse } from 'yaml';
import { BINARY } from './builder-config.ts';
import { FUSES } from './fuses.ts';
import { ROOT } from './published.ts';

const PACKAGES = path.join(ROOT, 'out', 'packages');
/** What the system's loader opens. */
const NATIVE = /\.(node|dylib|dll)$|\.so(\.\d+)*$/;
const POCKET = { stage0: { epochs: 2 }, stage1: { epochs: 2 }, stage2: { epochs: 2 } };

const [archive] = globSync('**/app.asar', { cwd: PACKAGES }).map((file) => path.join(PACKAGES, file));
if (!archive)
  throw new Error(
    'nothing is packaged: run "npm run package" first, with --stand-in where Electron cannot be had',
  );
const place = mkdtempSync(path.join(tmpdir(), 'credence-package-'));
try {
  await checkFuses();
  checkUnpacked();
  bootPacked();
} finally {
  rmSync(place, { recursive: true, force: true });
}

async function checkFuses(): Promise<void> {
  const [folder] = globSync('*unpacked', { cwd: PACKAGES });
  const binary = path.join(PACKAGES, folder ?? 'mac', BINARY[process.platform] ?? '');
  const wire = await getCurrentFuseWire(binary);
  for (const [name, fuse] of Object.entries(FuseV1Options)) {
    if (typeof fuse !== 'number') continue;
    const set = Number(wire[fuse]) === '1'.charCodeAt(0);
    if (set !== FUSES[fuse]) throw new Error(`fuse ${name} is ${set ? 'on' : 'off'}`);
  }
  say('every fuse is as scripts/fuses.ts has it');
}

function checkUnpacked(): void {
  const all = listPackage(archive!, { isPack: true });
  const unpacked = all
    .filter((line) => line.startsWith('unpack'))
    .map((line) => line.replace(/^unpack *: */, ''));
  const native = all.map((line) => line.replace(/^(un)?pack *: */, '')).filter((file) => NATIVE.test(file));
  const packed = native.filter((file) => !unpacked.includes(file));
  if (native.length === 0 || packed.length > 0)
    throw new Error(`in the archive: ${packed.join(', ') || 'nothing native'}`);
  const foreign = all.filter((line) => /tfjs-node|\.map$|\.test\.|\/src\/(?!digits)/.test(line));
  if (foreign.length > 0) throw new Error(`ships and should not: ${foreign.join(', ')}`);
  say(`${all.length} entries; unpacked: ${native.join(', ')}`);
}

function bootPacked(): void {
  const app = path.join(place, 'app');
  extractAll(archive!, app);
  const env = { HOME: place, PATH: process.env['PATH'], TMPDIR: place };
  const run = (file: string, ...args: string[]) =>
    execFileSync(process.execPath, [file, ...args], {
      env: { ...env, CREDENCE_HOME: path.join(place, 'other') },
      encoding: 'utf8',
    });
  const credence = path.join(app, 'out', 'main', 'credence.js');
  const short = Object.entries(POCKET).flatMap(([stage, { epochs }]) => [
    '--set',
    `training.${stage}.epochs=${epochs}`,
  ]);
  run(credence, 'run', 'pocket', '--seeds', '1', ...short);
  const bundle = path.join(place, 'pocket.credence');
  run(credence, 'export', '1', '--out', bundle);
  const config = path.join(place, 'pocket.json');
  const kept = path.join(place, 'other', 'reports', 'experiment-1', 'config.yaml');
  const experiment = parse(readFileSync(kept, 'utf8')) as object;
  writeFileSync(config, JSON.stringify({ ...experiment, seeds: [1] }));
  const boot = path.join(ROOT, 'test', 'electron', 'boot.ts');
  const told = execFileSync(process.execPath, [boot, app, config, bundle], { env, encoding: 'utf8' });
  const { files, ...rest } = JSON.parse(told) as { files: string[]; runs: string[] };
  if (rest.runs.join() !== 'done') throw new Error(`training ended as ${rest.runs.join()}`);
  say(`booted from the archive's files; ${files.length} files of the window served; ${JSON.stringify(rest)}`);
}

function say(text: string): void {
  console.log(text.replaceAll(place, '…'));
}
