/** API: presets, configs and previews. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { DesignReplies, PresetDetail, PresetInfo } from '#shared/api/design.ts';
import { configFields } from '#shared/config-fields.ts';
import type { Handlers } from '#shared/contract.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { loadDesign } from '../experiments/config-file.ts';
import { listPresets, userPresetsFolder, type Preset } from '../experiments/presets.ts';
import { configYaml, parseYaml } from '../experiments/yaml-text.ts';
import { writeWhole } from '../files.ts';
import { judge, readConfig } from './configs.ts';
import type { Context } from './context.ts';
import { draftHandlers } from './drafts.ts';
import { fileNameOf } from './file-names.ts';
import { previewOf } from './preview.ts';

type DesignMethod = Exclude<keyof DesignReplies, `datasets.${string}`>;

export function designHandlers(context: Context): Pick<Handlers, DesignMethod> {
  return {
    'design.presets': () => listPresets(context.home).map(infoOf),
    'design.preset': ({ name }) => presetDetail(context, name),
    'design.fields': () => configFields(),
    'design.resolve': ({ config }) => judge(context, config),
    'design.preview': ({ config, ...options }) => previewOf(context, readConfig(context, config), options),
    'design.export': ({ config: raw }) => {
      const config = readConfig(context, raw);
      return { yaml: configYaml(config), file_name: fileNameOf(config.name, 'yaml') };
    },
    'design.import': ({ yaml }) => {
      const raw = parseYaml(yaml, 'the YAML') ?? {};
      return { raw, ...judge(context, raw) };
    },
    ...draftHandlers(context),
    'design.savePreset': (args) => savePreset(context, args),
    'design.deletePreset': ({ name }) => deletePreset(context, name),
  };
}

function infoOf({ name, summary, source, group }: Preset): PresetInfo {
  return { name, summary, source, group };
}

function findPreset({ home }: Context, name: string): Preset {
  const presets = listPresets(home);
  const preset = presets.find((candidate) => candidate.name === name);
  if (preset) return preset;
  const names = presets.map((candidate) => candidate.name).join(', ');
  throw new UserError('config.preset', `preset: ${showValue(name)} is unknown; presets: ${names}`);
}

function presetDetail(context: Context, name: string): PresetDetail {
  const preset = findPreset(context, name);
  const yaml = readFileSync(preset.path, 'utf8');
  return { ...infoOf(preset), yaml, raw: parseYaml(yaml, preset.path), ...loadDesign(preset.path) };
}

function savePreset(
  context: Context,
  { name, summary, config }: Parameters<Handlers['design.savePreset']>[0],
): PresetInfo {
  const existing = listPresets(context.home).find((preset) => preset.name === name);
  if (existing?.source === 'built-in')
    throw new UserError('preset.taken', `name: ${showValue(name)} is a preset of Credence; choose another`);
  const file = path.join(userPresetsFolder(context.home), `${name}.yaml`);
  writeWhole(file, configYaml(readConfig(context, config), summary || name));
  return infoOf(findPreset(context, name));
}

function deletePreset(context: Context, name: string): void {
  const file = path.join(userPresetsFolder(context.home), `${name}.yaml`);
  if (!existsSync(file))
    throw new UserError(
      'preset.not-own',
      `name: ${showValue(name)} is not a preset of your own; only those can be deleted`,
    );
  rmSync(file);
}
