/**
 * What `npm pack` and `npm publish` do before and after: everything is built, and goes into the package under the
 * package.json that ships (`published.ts`); the one of the sources comes back afterwards, at the latest next time.
 */
import { copyFileSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'electron-vite';
import { npmManifest, ROOT } from './published.ts';
import { copyShipped, SYSTEMS } from './shipped.ts';

const MANIFEST = path.join(ROOT, 'package.json');
const KEPT = path.join(ROOT, 'out', 'package.json.sources');
/** Beside the bundle, whose imports find it there. */
const PACKAGES = path.join(ROOT, 'out', 'main', 'node_modules');

restore();
if (process.argv[2] === 'before') {
  await build({ root: ROOT, logLevel: 'warn' });
  copyShipped(PACKAGES, SYSTEMS);
  const shipped = JSON.stringify(npmManifest(), null, 2);
  copyFileSync(MANIFEST, KEPT);
  writeFileSync(MANIFEST, `${shipped}\n`);
}

function restore(): void {
  if (existsSync(KEPT)) renameSync(KEPT, MANIFEST);
  rmSync(PACKAGES, { recursive: true, force: true });
}
