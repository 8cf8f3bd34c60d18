/** The folder that a package is made of: manifest, bundle, window, resources, and the packages of its systems. */
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT, shippedResources } from './published.ts';
import { copyShipped, type System } from './shipped.ts';

/** What everything else is loaded from. */
const ENTRIES = [
  'main/app.js',
  'main/credence.js',
  'main/trainer.js',
  'main/work.js',
  'preload/index.cjs',
  'renderer/index.html',
];

/**
 * @param folder to make anew
 * @param out what the build made: `main`, `preload`, `renderer`
 */
export function stage(folder: string, out: string, manifest: object, systems: readonly System[]): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  for (const part of ['main', 'preload', 'renderer'])
    cpSync(path.join(out, part), path.join(folder, 'out', part), { recursive: true });
  for (const part of shippedResources())
    cpSync(path.join(ROOT, part), path.join(folder, part), { recursive: true });
  copyShipped(path.join(folder, 'out', 'main', 'node_modules'), systems);
  const missing = ENTRIES.filter((file) => !existsSync(path.join(folder, 'out', file)));
  if (missing.length > 0)
    throw new Error(`not built: ${missing.join(', ')}; something else builds at the same time, try again`);
}
