/** The kind of task whose data are texts. */
import type { LanguageConfig } from '#shared/config.ts';
import { dataPaths, loadDataset } from '../../datasets/index.ts';
import type { KnowledgeBase } from '../../datasets/knowledge-base.ts';
import { resolveModel } from '../../models/registry.ts';
import type { TaskKind } from '../task.ts';
import { pretrainedPaths } from './pretrained.ts';
import { LanguageTask } from './task.ts';

export const language: TaskKind<LanguageConfig, KnowledgeBase> = {
  // Sizes that come from the corpus do not matter to what can be wrong with a shape.
  check: ({ model }) => void resolveModel(model, { vocab_size: 1, n_ctx: 1 }),
  paths: ({ dataset, pretrained }) => [
    ...dataPaths(dataset),
    ...(pretrained ? pretrainedPaths(pretrained) : []),
  ],
  load: ({ dataset }, seed, options) => loadDataset(dataset, seed, options),
  build: (config, knowledge, seed) => new LanguageTask(config, knowledge, seed),
};
