/** Where files that ship with Credence lie. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The project (or application) folder: the nearest one upwards that holds `resources/presets`. */
export function rootFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(path.join(folder, 'resources', 'presets'))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error('the resources folder of Credence is missing; install it again');
    folder = parent;
  }
  return folder;
}

export function resourcesFolder(): string {
  return path.join(rootFolder(), 'resources');
}

/** A finished experiment that ships, as another Credence would export it (`scripts/example.ts`). */
export function exampleFile(): string {
  return path.join(resourcesFolder(), 'examples', 'pocket.credence');
}

/** The version in package.json. */
export function credenceVersion(): string {
  const text = readFileSync(path.join(rootFolder(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
