/** API: what a model would read, before anything is trained. */
import { buildCorpus } from '#lab/corpus/build.ts';
import { describeCorpus } from '#lab/corpus/describe.ts';
import { corpusHash } from '#lab/corpus/hash.ts';
import { wordTokenizer } from '#lab/corpus/vocabulary.ts';
import { loadDataset } from '#lab/datasets/index.ts';
import { planRun, type RunPlan } from '#lab/training/plan.ts';
import type { Estimate, Preview, StagePreview } from '#shared/api/design.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import type { StageDescription } from '#shared/corpus.ts';
import { datasetCache } from '../experiments/data-files.ts';
import { estimateSeconds } from '../runs/paces.ts';
import type { Context } from './context.ts';

/**
 * Builds the corpus of one seed and describes it.
 * @throws UserError for what the user can mend in data, tags, subsets or model
 */
export async function previewOf(
  context: Context,
  config: ExperimentConfig,
  { seed = config.seeds[0], samples }: { seed?: number; samples: number },
): Promise<Preview> {
  const knowledge = await loadDataset(config.dataset, seed, { cache: datasetCache(context.home) });
  const corpus = buildCorpus(config, knowledge, seed);
  const tokenizer = wordTokenizer(corpus);
  const plan = planRun(config, corpus, tokenizer);
  const description = describeCorpus(corpus, tokenizer, samples);
  return {
    ...description,
    config,
    seed,
    corpus_hash: corpusHash(corpus),
    dataset: knowledge.report,
    entities: knowledge.entities.length,
    attributes: knowledge.attributes,
    tags: corpus.assignment.tags,
    parameters: plan.parameters,
    stages: description.stages.map((stage) => stagePreview(stage, plan)),
    estimate: estimate(context, config, plan),
  };
}

function stagePreview(stage: StageDescription, plan: RunPlan): StagePreview {
  const { config, steps } = plan.stages.find(({ id }) => id === stage.id)!;
  return { ...stage, epochs: config.epochs, batch_size: config.batch_size, steps };
}

function estimate({ history, queue }: Context, config: ExperimentConfig, plan: RunPlan): Estimate {
  const { seconds, basis } = estimateSeconds(history, plan);
  const turns = Math.ceil(config.seeds.length / queue.contents().slots);
  return { seconds_per_seed: seconds, seconds: seconds * turns, basis };
}
