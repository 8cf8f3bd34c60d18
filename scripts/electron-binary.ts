/** Where Electron's binary lies. The package brings none: it is downloaded from github.com when first asked for. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Milliseconds that the one download may take. */
const DOWNLOAD_TIMEOUT = 300_000;

/** How to get the binary where it is missing. */
export const HOW_TO_GET_IT =
  'run "npx install-electron --no" where github.com can be reached, or set ELECTRON_OVERRIDE_DIST_PATH to a folder that holds it';

const ENTRY = createRequire(import.meta.url).resolve('electron');

/** The binary where it is on this disk; never downloads (it reads what `electron/index.js` reads). */
export function installedElectron(): string | null {
  const folder = path.dirname(ENTRY);
  const named = path.join(folder, 'path.txt');
  const name = existsSync(named) ? readFileSync(named, 'utf8') : null;
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (!override && name === null) return null;
  const binary = path.join(override ?? path.join(folder, 'dist'), name ?? 'electron');
  return existsSync(binary) ? binary : null;
}

/** The binary, downloaded where it is missing; null where that fails, behind a proxy for example. */
export function electronBinary(): string | null {
  const installed = installedElectron();
  if (installed) return installed;
  const asked = spawnSync(process.execPath, ['-e', `require(${JSON.stringify(ENTRY)})`], {
    stdio: 'ignore',
    timeout: DOWNLOAD_TIMEOUT,
  });
  return asked.status === 0 ? installedElectron() : null;
}
