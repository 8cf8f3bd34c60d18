/** What a model would read, before anything is trained, and how long training would take here. */
import type { Estimate, Preview } from '#shared/api/design.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import { datasetCache } from '../experiments/data-files.ts';
import { memoryOfRun } from '../experiments/pretrained-memory.ts';
import { estimateSeconds } from '../runs/paces.ts';
import type { PlannedPreview } from '../work/tasks.ts';
import type { Context } from './context.ts';

interface PreviewOptions {
  seed?: number;
  samples: number;
  /** Under which it can be cancelled. */
  task?: string;
}

/**
 * Builds the corpus of one seed, in a thread, and describes it.
 * @throws UserError for what the user can mend in data, tags, subsets or model
 */
export async function previewOf(
  context: Context,
  config: ExperimentConfig,
  { seed = config.seeds[0], samples, task }: PreviewOptions,
): Promise<Preview> {
  const cache = datasetCache(context.home);
  const args = { config, seed, samples, cache };
  const { work, ...preview } = await context.workbench.run('preview', args, task);
  return { ...preview, estimate: estimate(context, config, work), memory: memoryOfRun(config, work) };
}

function estimate(
  { history, queue }: Context,
  config: ExperimentConfig,
  work: PlannedPreview['work'],
): Estimate {
  const { seconds, basis } = estimateSeconds(history, work);
  const turns = Math.ceil(config.seeds.length / queue.contents().slots);
  return { seconds_per_seed: seconds, seconds: seconds * turns, basis };
}
