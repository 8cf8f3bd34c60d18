/**
 * Checkpoints of a run: the weights after each stage are kept (after some epochs where the config says so);
 * between them a rolling file, and
 * the one before it, hold weights and optimiser, so that an interrupted run goes on with identical results.
 */
import { existsSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { StateValues, TensorSpec } from '#lab/engines/engine.ts';
import { parameterCount, type ParameterLayout } from '#lab/models/layout.ts';
import { parameterLayout } from '#lab/models/registry.ts';
import type { ModelSpec } from '#lab/models/architecture.ts';
import type { Task } from '#lab/tasks/task.ts';
import type { SaveMoment, TrainingSnapshot } from '#lab/training/listener.ts';
import {
  readSafetensors,
  writeSafetensors,
  type WeightsFile,
  type WeightTensor,
} from '#lab/weights/safetensors.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import { UserError } from '#shared/errors.ts';
import { STAGE_IDS } from '#shared/records.ts';
import { asToday } from './earlier-checkpoints.ts';
import { PREVIOUS_FILE, ROLLING_FILE, rollingEvery, weightsFile } from './checkpoint-files.ts';
import type { CheckpointMessage, FromTrainer, ResumePoint, TrainingJob } from './protocol.ts';

/** Prefix of optimiser tensors in a rolling checkpoint. */
const STATE_PREFIX = 'optimizer.';

export interface CheckpointWriter {
  /** Saves after kept epochs, at the end of a stage, before stopping, and when the rolling checkpoint is old. */
  offer(moment: SaveMoment, read: () => Promise<TrainingSnapshot>): Promise<void>;
}

/** What is kept with the weights: their shapes, and the data that they fit. */
type Trained = Pick<Task, 'model' | 'hashes'>;

/** @param task what is trained */
export function createCheckpointWriter(
  job: TrainingJob,
  task: Trained,
  send: (message: FromTrainer) => void,
  now = () => performance.now(),
): CheckpointWriter {
  const [rolling, previous] = [ROLLING_FILE, PREVIOUS_FILE].map((name) => path.join(job.folder, name));
  const every = rollingEvery() * 1000;
  let lastSave = now();
  const save = (snapshot: TrainingSnapshot, file: string, kind: CheckpointMessage['kind']) => {
    const tensors = toTensors(parameterLayout(task.model), snapshot.state, kind === 'rolling');
    const metadata = metadataOf(job, task, snapshot);
    const keepLast = () => {
      if (kind === 'rolling' && existsSync(rolling)) renameSync(rolling, previous);
    };
    const bytes = writeSafetensors(file, { tensors, metadata }, { sealed: true, written: keepLast });
    // Training cannot go on from the weights of an epoch, so a crash may still lose what was since the last.
    if (kind !== 'epoch') lastSave = now();
    send({ type: 'checkpoint', position: snapshot.position, kind, path: file, bytes });
  };
  return {
    async offer(moment, read) {
      if (moment === 'step' && now() - lastSave < every) return;
      const snapshot = await read();
      if (moment !== 'stage' && moment !== 'epoch') return save(snapshot, rolling, 'rolling');
      save(snapshot, path.join(job.folder, fileOf(job, snapshot)), moment);
      if (moment === 'epoch') return;
      for (const old of [rolling, previous]) rmSync(old, { force: true });
    },
  };
}

/** Weights at the end of a stage carry its name; those after fewer epochs than the config says, the epoch too. */
function fileOf({ config }: TrainingJob, { position: { stage, epoch } }: TrainingSnapshot): string {
  return weightsFile(stage, epoch < (config.training[stage]?.epochs ?? 0) ? epoch : null);
}

function metadataOf(
  job: TrainingJob,
  { model, hashes }: Trained,
  { position }: TrainingSnapshot,
): Record<string, string> {
  return {
    format: 'credence-checkpoint-1',
    seed: String(job.seed),
    corpus_hash: hashes.corpus,
    before_stage2_hash: hashes.before_stage2,
    position: JSON.stringify(position),
    model: JSON.stringify(model),
    config: JSON.stringify(job.config),
  };
}

/** The flat vector as named weights (views, no copy); the optimiser's entries as they are. */
function toTensors(
  layout: ParameterLayout,
  state: StateValues,
  withOptimizer: boolean,
): WeightsFile['tensors'] {
  const flat = state.parameters.data;
  const weights = layout.map(({ name, shape, offset, size }): [string, WeightTensor] => [
    name,
    { shape, data: flat.subarray(offset, offset + size) },
  ]);
  const others = Object.entries(state).filter(([name]) => name !== 'parameters');
  const optimizer = others.map(([name, { spec, data }]): [string, WeightTensor] => [
    STATE_PREFIX + name,
    { shape: spec.shape, data },
  ]);
  return Object.fromEntries(withOptimizer ? [...weights, ...optimizer] : weights);
}

const positionSchema = z.object({
  stage: z.enum(STAGE_IDS),
  epoch: z.int().min(0),
  stage_step: z.int().min(0),
  step: z.int().min(0),
});

/**
 * Reads a checkpoint to go on from, or to look into.
 * @param task to look into it: it must be of the model, and what came before stage 2 may be of another stage-2 split
 * @throws UserError `weights.*` where the file is missing or damaged, `checkpoint.other-corpus` where the
 *   dataset changed since, `checkpoint.other-model`
 */
export function readCheckpoint(file: string, corpusHash: string, task?: Trained): TrainingSnapshot {
  const { tensors, metadata } = readSafetensors(file);
  const position = positionOf(metadata);
  if (!position)
    throw new UserError(
      'checkpoint.not-ours',
      `checkpoint ${file}: not written by Credence; start the run again`,
    );
  const shared = position.stage !== 'stage2' && metadata.before_stage2_hash === task?.hashes.before_stage2;
  if (metadata.corpus_hash !== corpusHash && !shared)
    throw new UserError(
      'checkpoint.other-corpus',
      `checkpoint ${file}: its training data differ from today's (the dataset file changed); restore the file, or start a new run`,
    );
  const { model, state } = trainedIn(file, { tensors, metadata });
  if (task && !isSame(task.model, model)) throw otherModel(file);
  return { position, state };
}

/** Model and state of a file. @throws UserError as {@link fromTensors} */
function trainedIn(
  file: string,
  { tensors, metadata }: WeightsFile,
): { model: ModelSpec; state: StateValues } {
  const model = parseJson(metadata.model) as ModelSpec;
  return asToday(model, fromTensors(parameterLayout(model), tensors, file));
}

const isSame = (a: ModelSpec, b: ModelSpec) => JSON.stringify(a) === JSON.stringify(b);

/** What a disk may do to a file; other causes concern the older ones as well. */
const DAMAGE = [
  'weights.damaged',
  'weights.changed',
  'weights.dtype',
  'weights.missing',
  'checkpoint.not-ours',
];

/**
 * Reads the newest of several checkpoints of a run that is whole and not ahead of its history.
 * @param points the newest first
 * @param remark told of each that is damaged, and what is used in its place
 * @returns null where none is left of those that are whole
 * @throws UserError as `readCheckpoint`; where the last of them is damaged, with what to do
 */
export function firstWhole(
  [point, ...older]: readonly ResumePoint[],
  corpusHash: string,
  remark: (text: string) => void,
): TrainingSnapshot | null {
  if (point === undefined) return null;
  const { path: file, step } = point;
  try {
    const snapshot = readCheckpoint(file, corpusHash);
    return snapshot.position.step <= step ? snapshot : firstWhole(older, corpusHash, remark);
  } catch (error) {
    if (!(error instanceof UserError) || !DAMAGE.includes(error.code)) throw error;
    if (older.length === 0) throw withRemedy(error, file);
    remark(`${error.message}; going on from ${older[0].path}, which is older`);
    return firstWhole(older, corpusHash, remark);
  }
}

function withRemedy({ code, message }: UserError, file: string): UserError {
  return new UserError(
    code,
    `${message}; the run has no older checkpoint: remove ${file} and resume, and it starts anew with the same numbers`,
  );
}

function otherModel(file: string): UserError {
  return new UserError(
    'checkpoint.other-model',
    `checkpoint ${file}: it is of another model than the experiment's, or of another version of Credence; train the run again`,
  );
}

/**
 * Reads what a file of weights holds, whatever is done with it.
 * @throws UserError `weights.*`, `checkpoint.not-ours`
 */
export function readTrained(file: string): {
  config: ExperimentConfig;
  model: ModelSpec;
  parameters: Float32Array;
} {
  const { tensors, metadata } = readSafetensors(file);
  if (!positionOf(metadata))
    throw new UserError(
      'checkpoint.not-ours',
      `${file}: not written by Credence; give weights that a run kept`,
    );
  const { model, state } = trainedIn(file, { tensors, metadata });
  return {
    config: parseJson(metadata.config) as ExperimentConfig,
    model,
    parameters: state.parameters.data as Float32Array,
  };
}

/**
 * Reads weights from just before stage 2 that another run of the same seed trained.
 * @returns null where they were trained on other data, are of another shape or cannot be read: then this run
 *   trains those stages itself, with the same result
 */
export function readStage1Weights(
  file: string,
  { beforeStage2, model }: { beforeStage2: string; model: ModelSpec },
): TrainingSnapshot | null {
  try {
    const read = readSafetensors(file);
    const position = positionOf(read.metadata);
    if (!position || read.metadata.before_stage2_hash !== beforeStage2) return null;
    const { model: trained, state } = trainedIn(file, read);
    return isSame(trained, model) ? { position, state } : null;
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

function positionOf(metadata: Record<string, string>): TrainingSnapshot['position'] | null {
  const position = positionSchema.safeParse(parseJson(metadata.position));
  return position.success && metadata.format === 'credence-checkpoint-1' ? position.data : null;
}

/** @throws UserError `checkpoint.other-model` where a weight is missing or of another size */
function fromTensors(layout: ParameterLayout, tensors: WeightsFile['tensors'], file: string): StateValues {
  const data = new Float32Array(parameterCount(layout));
  for (const { name, offset, size } of layout) {
    if (tensors[name]?.data.length !== size) throw otherModel(file);
    data.set(tensors[name].data, offset);
  }
  const state: StateValues = { parameters: { spec: float32(data.length), data } };
  for (const [name, tensor] of Object.entries(tensors)) {
    if (!name.startsWith(STATE_PREFIX)) continue;
    const dtype = tensor.data instanceof Float32Array ? 'float32' : 'int32';
    state[name.slice(STATE_PREFIX.length)] = { spec: { shape: tensor.shape, dtype }, data: tensor.data };
  }
  return state;
}

function float32(length: number): TensorSpec {
  return { shape: [length], dtype: 'float32' };
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null') as unknown;
  } catch {
    return null;
  }
}
