/**
 * `npm run package [-- TARGET …]`: builds everything and packages the desktop app for this system into `out/packages`.
 * Targets are electron-builder's (dir, tar.gz, deb, AppImage, dmg, nsis; those of builder-config.ts where none is
 * named). Where Electron's binary cannot be had, `--stand-in` packages a program that only says so.
 */
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { path7za } from '7zip-bin';
import { build as pack, DEFAULT_TARGET, Platform, archFromString } from 'electron-builder';
import { build } from 'electron-vite';
import { builderConfig } from './builder-config.ts';
import { describePackages } from './package-sizes.ts';
import { appManifest, ROOT } from './published.ts';
import { SYSTEMS, type System } from './shipped.ts';
import { stage } from './stage.ts';
import { makeStandIn } from './stand-in.ts';

const STAGE = path.join(ROOT, 'out', 'stage');
const OUTPUT = path.join(ROOT, 'out', 'packages');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'stand-in': { type: 'boolean' }, arch: { type: 'string', default: process.arch } },
});
const system = systemOf(process.platform, values.arch);
const version = electronVersion();
await build({ root: ROOT, logLevel: 'warn' });
stage(STAGE, path.join(ROOT, 'out'), appManifest(), [system]);
rmSync(OUTPUT, { recursive: true, force: true });
const dist = values['stand-in'] ? path.join(ROOT, 'out', 'electron-stand-in') : undefined;
if (dist) withoutDownloads(dist);
const targets = Platform.fromString(system.platform).createTarget(
  positionals.length > 0 ? positionals : DEFAULT_TARGET,
  archFromString(system.arch),
);
const made = await pack({ targets, config: builderConfig(STAGE, OUTPUT, version, dist), projectDir: ROOT });
describePackages(OUTPUT, made);

function systemOf(platform: string, arch: string): System {
  const found = SYSTEMS.find((one) => one.platform === platform && one.arch === arch);
  if (found) return found;
  throw new Error(
    `--arch: "${arch}" on ${platform} is not packaged; ${SYSTEMS.map((one) => `${one.platform} ${one.arch}`).join(', ')} are`,
  );
}

/** electron-builder fetches Electron, 7-Zip and fpm from github.com; npm and Debian have what stands in for them. */
function withoutDownloads(folder: string): void {
  makeStandIn(folder, version);
  // npm unpacks it without the right to be run, which its own install script would give it.
  chmodSync(path7za, 0o755);
  process.env['ELECTRON_BUILDER_7ZIP_PATH'] = path7za;
  process.env['USE_SYSTEM_FPM'] = 'true';
  process.env['PATH'] = [path.join(ROOT, 'scripts', 'deb'), process.env['PATH']].join(path.delimiter);
}

function electronVersion(): string {
  const manifest = createRequire(import.meta.url).resolve('electron/package.json');
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
