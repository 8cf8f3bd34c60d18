/** Does one training job: dataset, corpus, engine, training, checkpoints. */
import { performance } from 'node:perf_hooks';
import { encodeAnswers, encodeQuestions } from '#lab/answers/codec.ts';
import { questionTable } from '#lab/answers/question-table.ts';
import { assertSameData, goneData } from '#lab/datasets/same-files.ts';
import { blocksOf } from '#lab/engines/blocks/cut.ts';
import type { Engine } from '#lab/engines/engine.ts';
import { createEngine, engineDetail } from '#lab/engines/index.ts';
import { Cohort } from '#lab/steps/cohort.ts';
import { layoutsOf, weightSpecs } from '#lab/steps/training-program.ts';
import type { Steps } from '#lab/steps/steps.ts';
import { loadPinned, type Pinned } from '#lab/tasks/pinned.ts';
import type { Task } from '#lab/tasks/task.ts';
import type { TakenOver, TrainingListener, TrainingSnapshot } from '#lab/training/listener.ts';
import { train } from '#lab/training/train.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import type { DataFile } from '#shared/records.ts';
import { createCheckpointWriter, firstWhole, readStage1Weights } from './checkpoints.ts';
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
      const compute = { engine: () => Promise.resolve(engine), steps, seeds: jobs.length };
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
  return createEngine(engine, { threads, precision, training: true });
}

/** Where a job computes: an engine of its own, or steps that it shares. */
interface Compute {
  engine: () => Promise<Engine>;
  steps?: Steps;
  /** How many share them; one unless said. */
  seeds?: number;
}

async function runJob(job: TrainingJob, control: RunControl, send: Send, compute: Compute): Promise<void> {
  const started = performance.now();
  const loaded = await load(job, control.signal);
  if (!loaded) return send({ type: 'cancelled', seconds: secondsSince(started) });
  const task = loaded.build(configOf(job));
  const engine = await compute.engine();
  const { steps, seeds = 1 } = compute;
  const device = await engineDetail(engine.id);
  const from = startOf(job, task, send);
  const listener = listen(job, control, send, task, (plan) => ({
    type: 'ready',
    engine: engine.id,
    device,
    buffers: weightBuffers(task, engine, seeds),
    corpus_hash: task.hashes.corpus,
    data: loaded.report.files,
    ...plan,
  }));
  const setup = { task, engine, stage1Epoch: job.stage1_epoch, ...(steps ? { steps } : {}) };
  const outcome = await train(setup, listener, from);
  if (!steps) engine.dispose();
  send({ type: outcome, seconds: secondsSince(started) });
}

/** In how many buffers the weights lie; null where each vector of them is whole. */
function weightBuffers({ model }: Task, { bufferLimit = Infinity }: Engine, seeds: number): number | null {
  const vectors = Object.values(weightSpecs(layoutsOf(model)));
  const blocks = vectors.flatMap((vector) => blocksOf(vector, bufferLimit / seeds));
  return blocks.length > vectors.length ? blocks.length : null;
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
    return await loadPinned(config, seed, { cache, signal }, expected);
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
  if (seed_stage2 === null || !('subsets' in config)) return config;
  return { ...config, subsets: { ...config.subsets, seed_stage2 } } as ExperimentConfig;
}

/** Where the run begins: its own checkpoint, another run's weights from before stage 2, or nothing. */
function startOf(
  { resume_from, stage2_from }: TrainingJob,
  { hashes, model }: Task,
  send: Send,
): TrainingSnapshot | TakenOver | null {
  if (resume_from.length > 0)
    return firstWhole(resume_from, hashes.corpus, (text) => send({ type: 'remark', text }));
  if (stage2_from === null) return null;
  const taken = readStage1Weights(stage2_from, { beforeStage2: hashes.before_stage2, model });
  return taken && { taken };
}

function listen(
  job: TrainingJob,
  control: RunControl,
  send: Send,
  task: Task,
  ready: (plan: { steps: number; flops: number }) => FromTrainer,
): TrainingListener {
  const checkpoints = createCheckpointWriter(job, task, send);
  let questions: Uint8Array | null = null;
  return {
    planned: (plan) => send(ready(plan)),
    stage: (stage) => send({ type: 'stage', stage }),
    progress: (progress) => send({ type: 'progress', progress }),
    trace: (points) => send({ type: 'trace', points }),
    evaluation(evaluation, answers) {
      if (answers) questions ??= encodeQuestions(questionTable(task.questions()));
      const kept = answers && questions && { questions, answers: encodeAnswers(answers) };
      send({ type: 'evaluation', evaluation, kept });
    },
    savePoint: (moment, read) => checkpoints.offer(moment, read),
    next: () => control.checkpoint((type) => send({ type })),
  };
}
