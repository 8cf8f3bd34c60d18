/** API: presets, configs and previews. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { DataExport, DesignReplies, PresetDetail, PresetInfo } from '#shared/api/design.ts';
import { configFields } from '#shared/config-fields.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import type { Handlers } from '#shared/contract.ts';
import { showValue, toFieldError, UserError } from '#shared/errors.ts';
import type { KnownFacts } from '#shared/known-facts.ts';
import { splitSweep } from '#shared/sweep.ts';
import { importAuthorsConfig } from '../authors/import.ts';
import { authorsKind } from '../authors/recognise.ts';
import { loadDesign } from '../experiments/config-file.ts';
import { datasetCache } from '../experiments/data-files.ts';
import { findKnownFacts } from '../experiments/known-facts.ts';
import { listPresets, userPresetsFolder, type Preset } from '../experiments/presets.ts';
import { portableYaml } from '../experiments/portable-yaml.ts';
import { configYaml, parseYaml } from '../experiments/yaml-text.ts';
import { writeWhole } from '../files.ts';
import { readConfig } from './configs.ts';
import type { Context } from './context.ts';
import { draftHandlers } from './drafts.ts';
import { fileNameOf, freshExport } from './file-names.ts';
import { previewOf } from './preview.ts';
import { judgeDesign, readDesign } from './sweep-configs.ts';

type DesignMethod = Exclude<keyof DesignReplies, `datasets.${string}`>;

export function designHandlers(context: Context): Pick<Handlers, DesignMethod> {
  return {
    'design.presets': () => listPresets(context.home).map(infoOf),
    'design.preset': ({ name }) => presetDetail(context, name),
    'design.fields': ({ task }) => configFields(task),
    'design.resolve': ({ config }) => judgeDesign(context, config),
    'design.preview': ({ config, ...options }) =>
      previewOf(context, readConfig(context, splitSweep(config).fields), options),
    'design.export': ({ config: raw }) => {
      const { config, sweep } = readDesign(context, raw);
      return { yaml: portableYaml(config, context.home, sweep), file_name: fileNameOf(config.name, 'yaml') };
    },
    'design.import': (args) => importYaml(context, args),
    'design.exportData': ({ config, ...options }) =>
      exportInto(context, readConfig(context, splitSweep(config).fields), options),
    'design.knownFacts': ({ config, ...options }) =>
      knownFactsOf(context, readConfig(context, splitSweep(config).fields), options),
    ...draftHandlers(context),
    'design.savePreset': (args) => savePreset(context, args),
    'design.deletePreset': ({ name }) => deletePreset(context, name),
  };
}

/** A config of ours, or one of the paper's authors turned into one. @throws UserError where it does not open */
function importYaml(
  context: Context,
  { yaml, file_name = 'the YAML' }: Parameters<Handlers['design.import']>[0],
): DesignReplies['design.import'] {
  const raw = parseYaml(yaml, file_name) ?? {};
  if (authorsKind(raw) === null) return { raw, ...judgeDesign(context, raw), authors: null };
  const { config, report } = importAuthorsConfig(yaml, file_name);
  if (config) return { raw: config, ...judgeDesign(context, config), authors: report };
  const error = new UserError('authors.not-opened', report.problem ?? 'the file does not open');
  return { raw, config, problems: [toFieldError(error)], sweep: null, authors: report };
}

/** Into a folder that is named after the experiment and the seed, with a number where there is one already. */
function exportInto(
  { home, workbench }: Context,
  config: ExperimentConfig,
  { seed = config.seeds[0], task }: { seed?: number; task?: string },
): Promise<DataExport> {
  const folder = freshExport(home, `${config.name}-seed-${seed}`);
  return workbench.run('exportData', { config, seed, folder, cache: datasetCache(home) }, task);
}

/** In a process of its own, which ends when it is cancelled. */
function knownFactsOf(
  { home, launch, workbench }: Context,
  config: ExperimentConfig,
  { seed = config.seeds[0], task }: { seed?: number; task?: string },
): Promise<KnownFacts> {
  const cache = datasetCache(home);
  return workbench.follow(
    (signal, progress) => findKnownFacts(config, { seed, cache, launch, progress, signal }),
    task,
  );
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
  const design = readDesign(context, config);
  writeWhole(file, configYaml(design.config, summary || name, design.sweep));
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
