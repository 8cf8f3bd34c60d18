/** The experiments that come with Credence: `resources/presets/*.yaml`, the first comment line being their summary. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { resourcesFolder } from '../resources.ts';

export interface Preset {
  name: string;
  path: string;
  /** One sentence, from the file's first comment. */
  summary: string;
}

/** Every preset, by name. */
export function listPresets(): Preset[] {
  const folder = path.join(resourcesFolder(), 'presets');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => readPreset(path.join(folder, file)));
}

function readPreset(file: string): Preset {
  const firstLine = readFileSync(file, 'utf8').split('\n', 1)[0];
  return { name: path.basename(file, '.yaml'), path: file, summary: firstLine.replace(/^#\s*/, '') };
}
