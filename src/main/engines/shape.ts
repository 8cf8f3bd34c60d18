/** What decides how fast an engine is: the sizes of a config's steps, and how many train at once. */
import { availableParallelism, cpus } from 'node:os';
import { buildCorpus } from '#lab/corpus/build.ts';
import { wordTokenizer } from '#lab/corpus/vocabulary.ts';
import { loadDataset } from '#lab/datasets/index.ts';
import type { EngineCandidate } from '#lab/engines/index.ts';
import { planRun } from '#lab/training/plan.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import { credenceVersion } from '../resources.ts';

/** Machine, versions and shape as one string: trials with the same one need not be repeated. */
export async function trialKey(
  config: ExperimentConfig,
  seed: number,
  processes: number,
  candidates: readonly EngineCandidate[],
): Promise<string> {
  const corpus = buildCorpus(config, await loadDataset(config.dataset, seed), seed);
  const { model, stages } = planRun(config, corpus, wordTokenizer(corpus));
  return JSON.stringify({
    machine: [process.platform, process.arch, cpus()[0]?.model ?? '', availableParallelism()],
    versions: [
      credenceVersion(),
      process.versions.node,
      ...candidates.map(({ id, version }) => [id, version]),
    ],
    model,
    optimizer: config.training.optimizer.name,
    stages: stages.map(({ shape }) => shape),
    processes,
    ...(config.precision === 'mixed' ? { precision: config.precision } : {}),
  });
}
