/**
 * What `npm pack` and `npm publish` do before and after: the built files go into the package under the package.json
 * that ships (`published.ts`); the one of the sources comes back afterwards, at the latest before the next time.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { npmManifest, ROOT } from './published.ts';

const MANIFEST = path.join(ROOT, 'package.json');
const KEPT = path.join(ROOT, 'out', 'package.json.sources');

restore();
if (process.argv[2] === 'before') {
  execFileSync(
    process.execPath,
    [path.join(ROOT, 'node_modules/electron-vite/bin/electron-vite.js'), 'build'],
    {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const shipped = JSON.stringify(npmManifest(), null, 2);
  copyFileSync(MANIFEST, KEPT);
  writeFileSync(MANIFEST, `${shipped}\n`);
}

function restore(): void {
  if (existsSync(KEPT)) renameSync(KEPT, MANIFEST);
}
