/** What a pre-trained model knows of an experiment's facts, found out in a process of its own. */
import { availableParallelism } from 'node:os';
import type { ExperimentConfig } from '#shared/config.ts';
import type { KnownFacts } from '#shared/known-facts.ts';
import { ask, type AskOptions } from '../engines/ask.ts';
import { checkMemoryToAsk } from './pretrained-memory.ts';

interface KnownFactsOptions extends Pick<AskOptions, 'launch' | 'progress' | 'signal'> {
  seed: number;
  /** Folder of datasets that were parsed before. */
  cache: string;
}

/** @throws UserError `pretrained.memory` where the model does not fit; as `runFactsJob` */
export async function findKnownFacts(
  config: ExperimentConfig,
  { seed, cache, ...options }: KnownFactsOptions,
): Promise<KnownFacts> {
  checkMemoryToAsk(config);
  const job = { config, seed, threads: availableParallelism(), dataset_cache: cache };
  const answer = await ask({ type: 'facts', job }, { ...options, timeout: null });
  if (answer.type === 'facts') return answer.facts;
  throw new Error(`facts were asked for, and the answer was ${answer.type}`);
}

/** The config with only the entities that are named. @throws Error for a dataset without real names */
export function withEntities(config: ExperimentConfig, keep_entities: string[]): ExperimentConfig {
  return { ...config, dataset: { ...config.dataset, keep_entities } } as ExperimentConfig;
}
