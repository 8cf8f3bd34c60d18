/** Asks a model, in this process, what it knows of the facts of a config before it is trained. */
import { createEngine } from '#lab/engines/index.ts';
import { loadTask } from '#lab/tasks/index.ts';
import { UserError } from '#shared/errors.ts';
import type { KnownFacts } from '#shared/known-facts.ts';
import type { FactsJob } from './protocol.ts';

/** @throws UserError `facts.*`; as `loadTask` */
export async function runFactsJob(
  { config, seed, threads, dataset_cache: cache }: FactsJob,
  progress: (share: number) => void,
): Promise<KnownFacts> {
  const task = await loadTask(config, seed, { cache });
  if (!task.knownFacts)
    throw new UserError('facts.task', `task: "${config.task}" has no facts to be asked; set it to language`);
  const engine = await createEngine(config.engine, { threads, precision: config.precision });
  try {
    return await task.knownFacts({ engine, progress });
  } finally {
    engine.dispose();
  }
}
