/** What decides how fast an engine is: the sizes of a config's steps, and how many train at once. */
import { availableParallelism, cpus } from 'node:os';
import type { EngineCandidate } from '#lab/engines/index.ts';
import { loadTask } from '#lab/tasks/index.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import { credenceVersion } from '../resources.ts';

/** Machine, versions and shape as one string: trials with the same one need not be repeated. */
export async function trialKey(
  config: ExperimentConfig,
  seed: number,
  processes: number,
  candidates: readonly EngineCandidate[],
): Promise<string> {
  const task = await loadTask(config, seed);
  const { optimizer } = config.training;
  return JSON.stringify({
    machine: [process.platform, process.arch, cpus()[0]?.model ?? '', availableParallelism()],
    versions: [
      credenceVersion(),
      process.versions.node,
      ...candidates.map(({ id, version }) => [id, version]),
    ],
    steps: task.plan().stages.map((stage) => task.step(stage, optimizer).key),
    processes,
    ...(config.precision === 'mixed' ? { precision: config.precision } : {}),
  });
}
