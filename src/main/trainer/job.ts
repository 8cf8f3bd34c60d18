/** Does one training job: dataset, corpus, engine, training, checkpoints. */
import { performance } from 'node:perf_hooks';
import { buildCorpus } from '#lab/corpus/build.ts';
import { corpusHash } from '#lab/corpus/hash.ts';
import { wordTokenizer } from '#lab/corpus/vocabulary.ts';
import { loadDataset } from '#lab/datasets/index.ts';
import type { KnowledgeBase } from '#lab/datasets/knowledge-base.ts';
import { createEngine, engineDetail } from '#lab/engines/index.ts';
import { train, type TrainingListener } from '#lab/training/train.ts';
import { createCheckpointWriter, readCheckpoint } from './checkpoints.ts';
import type { TrainerControl } from './control.ts';
import type { FromTrainer, TrainingJob } from './protocol.ts';

/**
 * Runs a job and reports every step of it through `send`.
 * @throws UserError for what the user can mend (dataset, config, disk)
 */
export async function runTrainingJob(
  job: TrainingJob,
  control: TrainerControl,
  send: (message: FromTrainer) => void,
): Promise<void> {
  const started = performance.now();
  const { config, seed } = job;
  const knowledge = await load(job, control.signal);
  if (!knowledge) return send({ type: 'cancelled', seconds: secondsSince(started) });
  const corpus = buildCorpus(config, knowledge, seed);
  const engine = await createEngine(config.engine, { threads: job.threads });
  const device = await engineDetail(engine.id);
  const hash = corpusHash(corpus);
  const from = job.resume_from === null ? null : await readCheckpoint(job.resume_from, hash);
  const listener = listen(job, control, send, {
    ready: ({ steps, flops }) => ({
      type: 'ready',
      engine: engine.id,
      device,
      corpus_hash: hash,
      steps,
      flops,
    }),
    hash,
  });
  const outcome = await train(
    { config, seed, corpus, tokenizer: wordTokenizer(corpus), engine },
    listener,
    from,
  );
  engine.dispose();
  send({ type: outcome, seconds: secondsSince(started) });
}

const secondsSince = (start: number) => (performance.now() - start) / 1000;

/** The run's dataset; null if the run was cancelled meanwhile. */
async function load(job: TrainingJob, signal: AbortSignal): Promise<KnowledgeBase | null> {
  try {
    return await loadDataset(job.config.dataset, job.seed, { cache: job.dataset_cache, signal });
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}

function listen(
  job: TrainingJob,
  control: TrainerControl,
  send: (message: FromTrainer) => void,
  about: { ready: (plan: { steps: number; flops: number }) => FromTrainer; hash: string },
): TrainingListener {
  const checkpoints = createCheckpointWriter(job, about.hash, send);
  return {
    planned({ steps, flops, model }) {
      checkpoints.describe(model);
      send(about.ready({ steps, flops }));
    },
    stage: (stage) => send({ type: 'stage', stage }),
    progress: (progress) => send({ type: 'progress', progress }),
    evaluation: (evaluation) => send({ type: 'evaluation', evaluation }),
    savePoint: (moment, read) => checkpoints.offer(moment, read),
    next: () => control.checkpoint((type) => send({ type })),
  };
}
