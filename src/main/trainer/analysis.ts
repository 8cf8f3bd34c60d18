/** Does one analysis of one run, in this process. */
import { analyse } from '#lab/analysis/index.ts';
import { assertSameData, goneData } from '#lab/datasets/same-files.ts';
import { createEngine } from '#lab/engines/index.ts';
import { loadPinned, type Pinned } from '#lab/tasks/pinned.ts';
import type { Task } from '#lab/tasks/task.ts';
import type { AnalysisResult } from '#shared/analysis.ts';
import { UserError } from '#shared/errors.ts';
import type { DataFile } from '#shared/records.ts';
import { readCheckpoint } from './checkpoints.ts';
import { configOf } from './job.ts';
import type { AnalysisJob } from './protocol.ts';

/** @throws UserError `data.*`, `weights.*`, `checkpoint.*`; as `analyse` */
export async function runAnalysisJob(
  job: AnalysisJob,
  progress: (share: number) => void,
): Promise<AnalysisResult> {
  const task = (await load(job)).build(configOf(job));
  const { engine: id, precision } = task.config;
  const engine = await createEngine(id, { threads: job.threads, precision });
  try {
    return await analyse(job.params, {
      task,
      engine,
      checkpoints: job.checkpoints.map(({ path, ...at }) => ({ at, read: () => weightsOf(path, task) })),
      async told(share) {
        progress(share);
        // Engine calls block the thread: without a turn of the event loop nothing would be sent.
        await new Promise((resolve) => setImmediate(resolve));
      },
    });
  } finally {
    engine.dispose();
  }
}

async function load({ config, experiment, data, seed, dataset_cache: cache }: AnalysisJob): Promise<Pinned> {
  const expected = (files: readonly DataFile[]) => data && assertSameData(experiment, data, files);
  try {
    return await loadPinned(config, seed, { cache }, expected);
  } catch (error) {
    throw goneData(experiment, data, error);
  }
}

/** @throws UserError `checkpoint.not-finite` where training had failed without a word */
function weightsOf(file: string, task: Task): Float32Array {
  const { state } = readCheckpoint(file, task.hashes.corpus, task);
  const parameters = state.parameters.data as Float32Array;
  const bad = parameters.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return parameters;
  throw new UserError(
    'checkpoint.not-finite',
    `checkpoint ${file}: it holds ${parameters[bad]} in place of a number (weight ${bad + 1} of ${parameters.length}); train the run again with a lower learning rate`,
  );
}
