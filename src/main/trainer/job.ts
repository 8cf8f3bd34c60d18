/** Does one training job: dataset, corpus, engine, training, checkpoints. */
import { performance } from 'node:perf_hooks';
import { buildCorpus } from '#lab/corpus/build.ts';
import type { Corpus } from '#lab/corpus/corpus.ts';
import { beforeStage2Hash, corpusHash } from '#lab/corpus/hash.ts';
import { wordTokenizer, type Tokenizer } from '#lab/corpus/vocabulary.ts';
import { assertSameData, goneData } from '#lab/datasets/same-files.ts';
import { loadPinned, type Pinned } from '#lab/datasets/pinned.ts';
import type { Engine } from '#lab/engines/engine.ts';
import { createEngine, engineDetail } from '#lab/engines/index.ts';
import { Cohort } from '#lab/training/cohort.ts';
import type { Steps } from '#lab/training/packed.ts';
import { planRun } from '#lab/training/plan.ts';
import { train, type TakenOver, type TrainingListener, type TrainingSnapshot } from '#lab/training/train.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import type { DataFile } from '#shared/records.ts';
import {
  createCheckpointWriter,
  readCheckpoint,
  readStage1Weights,
  type CorpusHashes,
} from './checkpoints.ts';
import type { RunControl } from './control.ts';
import type { FromTrainer, TrainingJob } from './protocol.ts';

type Send = (message: FromTrainer) => void;

/**
 * Runs a job and reports every step of it through `send`.
 * @throws UserError for what the user can mend (dataset, config, disk)
 */
export async function runTrainingJob(job: TrainingJob, control: RunControl, send: Send): Promise<void> {
  return runJob(job, control, send, {
    engine: () => engineOf(job),
  });
}

/**
 * Runs jobs of one experiment with their seeds in one graph. One that fails leaves the others alone.
 * @param failed says how a job failed
 * @throws UserError where the engine cannot load
 */
export async function runTogether(
  jobs: readonly TrainingJob[],
  controls: readonly RunControl[],
  send: (member: number, message: FromTrainer) => void,
  failed: (member: number, error: unknown) => void,
): Promise<void> {
  const engine = await engineOf(jobs[0]);
  const cohort = new Cohort(engine, jobs.length);
  const run = async (job: TrainingJob, member: number) => {
    const steps = cohort.member(member);
    try {
      const compute = { engine: () => Promise.resolve(engine), steps };
      await runJob(job, controls[member], (message) => send(member, message), compute);
    } catch (error) {
      failed(member, error);
    } finally {
      steps.leave();
    }
  };
  await Promise.all(jobs.map(run));
}

function engineOf({ config: { engine, precision }, threads }: TrainingJob): Promise<Engine> {
  return createEngine(engine, { threads, precision });
}

/** Where a job computes: an engine of its own, or steps that it shares. */
interface Compute {
  engine: () => Promise<Engine>;
  steps?: Steps;
}

async function runJob(job: TrainingJob, control: RunControl, send: Send, compute: Compute): Promise<void> {
  const started = performance.now();
  const { seed, stage1_epoch: stage1Epoch } = job;
  const config = configOf(job);
  const loaded = await load(job, control.signal);
  if (!loaded) return send({ type: 'cancelled', seconds: secondsSince(started) });
  const { knowledge, files } = loaded;
  const corpus = buildCorpus(config, knowledge, seed);
  const tokenizer = wordTokenizer(corpus);
  const engine = await compute.engine();
  const { steps } = compute;
  const device = await engineDetail(engine.id);
  const hashes = { corpus: corpusHash(corpus), before_stage2: beforeStage2Hash(corpus, tokenizer) };
  const from = startOf(job, config, { corpus, tokenizer, hashes });
  const listener = listen(job, control, send, {
    ready: (plan) => ({
      type: 'ready',
      engine: engine.id,
      device,
      corpus_hash: hashes.corpus,
      data: files,
      steps: plan.steps,
      flops: plan.flops,
    }),
    hashes,
  });
  const setup = { config, seed, corpus, tokenizer, engine, stage1Epoch, ...(steps ? { steps } : {}) };
  const outcome = await train(setup, listener, from);
  if (!steps) engine.dispose();
  send({ type: outcome, seconds: secondsSince(started) });
}

const secondsSince = (start: number) => (performance.now() - start) / 1000;

/**
 * The run's dataset; null if the run was cancelled meanwhile.
 * @throws UserError `data.changed` where it is not what the experiment was made with
 */
async function load(job: TrainingJob, signal: AbortSignal): Promise<Pinned | null> {
  const { config, data, experiment, seed, dataset_cache: cache } = job;
  const expected = (files: readonly DataFile[]) => data && assertSameData(experiment, data, files);
  try {
    return await loadPinned(config.dataset, seed, { cache, signal }, expected);
  } catch (error) {
    if (signal.aborted) return null;
    throw goneData(experiment, data, error);
  }
}

/** The config as this run has it: with its own stage-2 seed. */
export function configOf({
  config,
  seed_stage2,
}: Pick<TrainingJob, 'config' | 'seed_stage2'>): ExperimentConfig {
  return seed_stage2 === null ? config : { ...config, subsets: { ...config.subsets, seed_stage2 } };
}

/** Where the run begins: its own checkpoint, another run's weights from before stage 2, or nothing. */
function startOf(
  { resume_from, stage2_from, stage1_epoch }: TrainingJob,
  config: ExperimentConfig,
  { corpus, tokenizer, hashes }: { corpus: Corpus; tokenizer: Tokenizer; hashes: CorpusHashes },
): TrainingSnapshot | TakenOver | null {
  if (resume_from !== null) return readCheckpoint(resume_from, hashes.corpus);
  if (stage2_from === null) return null;
  const { model } = planRun(config, corpus, tokenizer, stage1_epoch);
  const taken = readStage1Weights(stage2_from, { beforeStage2: hashes.before_stage2, model });
  return taken && { taken };
}

function listen(
  job: TrainingJob,
  control: RunControl,
  send: Send,
  about: { ready: (plan: { steps: number; flops: number }) => FromTrainer; hashes: CorpusHashes },
): TrainingListener {
  const checkpoints = createCheckpointWriter(job, about.hashes, send);
  return {
    planned({ steps, flops, model }) {
      checkpoints.describe(model);
      send(about.ready({ steps, flops }));
    },
    stage: (stage) => send({ type: 'stage', stage }),
    progress: (progress) => send({ type: 'progress', progress }),
    trace: (points) => send({ type: 'trace', points }),
    evaluation: (evaluation) => send({ type: 'evaluation', evaluation }),
    savePoint: (moment, read) => checkpoints.offer(moment, read),
    next: () => control.checkpoint((type) => send({ type })),
  };
}
