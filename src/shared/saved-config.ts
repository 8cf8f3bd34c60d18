/** What an experiment of the history is made of: a config of ours, or the source of another program's runs. */
import type { ExperimentConfig } from './config.ts';
import type { TrainingParts } from './config/training.ts';
import { chanceOf, describeDataset } from './datasets.ts';
import { showValue, UserError } from './errors.ts';
import { configDiff, type ConfigDifference } from './config-diff.ts';
import { plural } from './counting.ts';
import { isImported, type ImportedConfig } from './imported.ts';
import type { MetricTest } from './metric-tests.ts';

export type SavedConfig = ExperimentConfig | ImportedConfig;

/** Where the data of an experiment come from, in a few words. */
export function dataText(config: SavedConfig): string {
  return isImported(config) ? `imported from ${sourceText(config)}` : describeDataset(config.dataset);
}

function sourceText({ source: { files } }: ImportedConfig): string {
  const [{ name }, ...more] = files;
  if (more.length === 0) return showValue(name, 120);
  const [folder = ''] = name.split('/');
  const together = more.every((each) => each.name.startsWith(`${folder}/`));
  return together
    ? `${showValue(folder, 120)}, ${plural(files.length, 'file')}`
    : `${showValue(name, 120)} and ${plural(more.length, 'other file')}`;
}

/** Fields that runs of other programs have as well. */
const COMMON = ['name', 'task', 'seeds', 'seeds_stage2', 'imported_from'];

/** As `configDiff`. Of runs of another program no setting is known: those fields differ that ours differ in, and where they come from. */
export function savedDiff(configs: readonly SavedConfig[]): ConfigDifference[] {
  const among = new Set(
    configDiff(configs.filter((config) => !isImported(config))).map(({ field }) => field),
  );
  const known = configs.map((config) => {
    if (!isImported(config)) return config;
    const { name, task, seeds, seeds_stage2 } = config;
    return { name, task, seeds, seeds_stage2, imported_from: sourceText(config) };
  });
  return configDiff(known).filter(({ field }) => among.has(field) || COMMON.includes(field));
}

/** Share that blind guessing gets right, in [0, 1], where that is known; else null. */
export function chanceIn(config: SavedConfig, test: MetricTest = 'questions'): number | null {
  return isImported(config) ? null : chanceOf(config.dataset, test);
}

/** The same of several: null where it is not one number for all of them. */
export function chanceInAll(configs: readonly SavedConfig[], test: MetricTest = 'questions'): number | null {
  const chances = new Set(configs.map((config) => chanceIn(config, test)));
  return chances.size === 1 ? [...chances][0]! : null;
}

/** What was trained, with its sizes: `gpt2, d_model 64, n_layers 1`; – where that is not known. */
export function modelText(config: SavedConfig): string {
  if (isImported(config)) return '–';
  // What is pre-trained says its sizes itself; those of `model` are then of no model.
  if ('pretrained' in config && config.pretrained !== null)
    return `${showValue(config.pretrained.model, 120)}, pre-trained`;
  const { architecture, ...sizes } = config.model;
  const known = Object.entries(sizes).filter(([, size]) => size !== null);
  return [architecture, ...known.map(([field, size]) => `${field} ${String(size)}`)].join(', ');
}

/** The stages that an experiment trained, by the name of their order. */
export function pipelineOf(config: SavedConfig): TrainingParts['pipeline'] {
  if (!isImported(config)) return config.training.pipeline;
  const stages = config.stages.map(({ stage }) => stage);
  if (stages.includes('stage1_qa')) return 'three-stage';
  return stages.includes('stage1') && stages.includes('stage2') ? 'two-stage' : 'single-stage';
}

/** Why nothing can be done with an experiment that needs its model or its data; null where it has both. */
export function whyNotOurs(config: SavedConfig): string | null {
  return isImported(config)
    ? 'It was imported from another program: its numbers are here, its data and its model are not.'
    : null;
}

/**
 * The config of an experiment whose model and data are asked for.
 * @param what is asked of it, for example `train it longer`
 * @throws UserError `imported.not-ours`
 */
export function ourConfig(
  { id, config }: { id: number; config: SavedConfig },
  what: string,
): ExperimentConfig {
  if (!isImported(config)) return config;
  throw new UserError(
    'imported.not-ours',
    `experiment ${id} was imported from ${sourceText(config)}: nothing here can ${what}, as its data and its model are not here; do that in the program that it came from, and import again`,
  );
}
