/**
 * The experiment config: one schema for each kind of task, one sentence of help per field, the paper's defaults.
 * Everything a run does follows from this object and a seed; it is stored whole with each run.
 */
import type { z } from 'zod';
import { imagesSchema } from './config/images.ts';
import { languageSchema } from './config/language.ts';
import { regressionSchema } from './config/regression.ts';

/** Kinds of task, in the order in which they are offered. */
export const TASK_SCHEMAS = { language: languageSchema, images: imagesSchema, regression: regressionSchema };

export type TaskId = keyof typeof TASK_SCHEMAS;
export const TASK_IDS = Object.keys(TASK_SCHEMAS) as TaskId[];

/** The kind of task that a raw config names; texts where it names none, as configs did before there were others. */
export function taskOf(raw: object): TaskId | null {
  const { task = 'language' } = raw as { task?: unknown };
  return TASK_IDS.find((id) => id === task) ?? null;
}

export type LanguageConfig = z.output<typeof languageSchema>;
export type ImagesConfig = z.output<typeof imagesSchema>;
export type RegressionConfig = z.output<typeof regressionSchema>;

/** A fully resolved experiment: no field missing. */
export type ExperimentConfig = LanguageConfig | ImagesConfig | RegressionConfig;

export type {
  CsvConfig,
  CvdbConfig,
  ModularConfig,
  SetInclusionConfig,
  TrexConfig,
  WorldConfig,
} from './config/dataset.ts';
export type { DefinitionsConfig } from './config/definitions.ts';
export type { OptimizerConfig, StageConfig } from './config/training.ts';
/** A stage of texts. */
export type TextStageConfig = LanguageConfig['training']['stage1'];
/** Facts about entities. */
export type KnowledgeConfig = LanguageConfig['dataset'];
export type DatasetConfig = ExperimentConfig['dataset'];
export type TagsConfig = LanguageConfig['tags'];
export type SubsetsConfig = LanguageConfig['subsets'];
export type ModelConfig = LanguageConfig['model'];
export type LanguageTest = LanguageConfig['evaluation']['tests'][number];
export type TestName = LanguageTest | ImagesConfig['evaluation']['tests'][number];
export type DefinitionOrder = TagsConfig['order'];

/** Whether several seeds can be trained in one graph; a pre-trained model fills a step by itself. */
export function trainsTogether(config: ExperimentConfig): boolean {
  return !('pretrained' in config) || config.pretrained === null;
}
