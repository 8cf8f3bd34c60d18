/**
 * Experiments to start from: those that come with Credence (`resources/presets/*.yaml`, or the folder that
 * `CREDENCE_PRESETS` names) and the user's own (`presets/` in the data folder). A file's first comment line is
 * its summary.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { PresetGroup } from '#shared/api/design.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { defaultHome } from '../history/paths.ts';
import { resourcesFolder } from '../resources.ts';

export interface Preset {
  name: string;
  path: string;
  /** One sentence, from the file's first comment. */
  summary: string;
  source: 'built-in' | 'user';
  group: PresetGroup;
}

/** The user's own presets. */
export function userPresetsFolder(home = defaultHome()): string {
  return path.join(home, 'presets');
}

/**
 * The presets that come with Credence. `CREDENCE_PRESETS` names a folder that stands in for them: a group or a
 * course can give everybody its own, quick start (`pocket.yaml`) included.
 * @throws UserError `presets.folder`
 */
function builtInPresetsFolder(): string {
  const folder = process.env['CREDENCE_PRESETS'];
  if (!folder) return path.join(resourcesFolder(), 'presets');
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return path.resolve(folder);
  throw new UserError(
    'presets.folder',
    `CREDENCE_PRESETS: ${showValue(folder)} is not a folder; name one that holds YAML files, or leave it unset`,
  );
}

/**
 * Every preset by name, those that come with Credence first; of two with one name the built-in counts.
 * @param home the data folder
 * @throws UserError `presets.folder` where CREDENCE_PRESETS names no folder
 */
export function listPresets(home = defaultHome()): Preset[] {
  const builtIn = presetsIn(builtInPresetsFolder(), 'built-in');
  const taken = new Set(builtIn.map(({ name }) => name));
  const own = presetsIn(userPresetsFolder(home), 'user').filter(({ name }) => !taken.has(name));
  return [...builtIn, ...own];
}

function presetsIn(folder: string, source: Preset['source']): Preset[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => readPreset(path.join(folder, file), source))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readPreset(file: string, source: Preset['source']): Preset {
  const text = readFileSync(file, 'utf8');
  const firstLine = text.split('\n', 1)[0];
  const summary = firstLine.startsWith('#') ? firstLine.replace(/^#\s*/, '') : '';
  return { name: path.basename(file, '.yaml'), path: file, summary, source, group: groupOf(text) };
}

/** By the top-level fields of the file: it is listed even where the rest of it is wrong. */
function groupOf(text: string): PresetGroup {
  if (/^sweep:/m.test(text)) return 'sweep';
  return /^base:/m.test(text) ? 'variant' : 'main';
}
