/** Which runs a task of a job trains. */
import type { SlurmOptions } from '#shared/slurm.ts';
import type { QueuedRun } from '../experiments/experiment.ts';

/**
 * Cuts runs into tasks. Runs of one seed that share what comes before stage 2 stay together; a task has seeds of one
 * experiment, in the order that was given.
 * @returns the runs of each task; at least one each
 */
export function tasksOf(
  runs: readonly QueuedRun[],
  { cpus, seeds_per_task }: Pick<SlurmOptions, 'cpus' | 'seeds_per_task'>,
): QueuedRun[][] {
  const size = seeds_per_task ?? cpus;
  const experiments = Map.groupBy(runs, ({ run }) => run.experiment).values();
  return [...experiments].flatMap((own) => {
    const seeds = [...Map.groupBy(own, ({ run }) => run.seed).values()];
    const count = Math.ceil(seeds.length / size);
    return Array.from({ length: count }, (_, i) => seeds.slice(i * size, (i + 1) * size).flat());
  });
}
