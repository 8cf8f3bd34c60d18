/**
 * Checkpoints of a run: the weights after each stage are kept; between them one rolling file holds
 * weights and optimiser, so that an interrupted run goes on with identical results.
 */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { StateValues, TensorSpec } from '#lab/engines/engine.ts';
import { parameterCount, parameterLayout, type ParameterLayout } from '#lab/models/layout.ts';
import type { ResolvedModel } from '#lab/models/resolve.ts';
import type { SaveMoment, TrainingSnapshot } from '#lab/training/train.ts';
import {
  readSafetensors,
  writeSafetensors,
  type WeightsFile,
  type WeightTensor,
} from '#lab/weights/safetensors.ts';
import { UserError } from '#shared/errors.ts';
import { STAGE_IDS } from '#shared/records.ts';
import type { FromTrainer, TrainingJob } from './protocol.ts';

/** Seconds of training that may be lost to a crash. */
const ROLLING_EVERY = 15;
/** Prefix of optimiser tensors in a rolling checkpoint. */
const STATE_PREFIX = 'optimizer.';

export interface CheckpointWriter {
  /** Tells the shapes before the first offer. */
  describe(model: ResolvedModel): void;
  /** Saves at the end of a stage, before stopping, and when the rolling checkpoint is old. */
  offer(moment: SaveMoment, read: () => Promise<TrainingSnapshot>): Promise<void>;
}

/** @param corpusHash kept with the weights: they fit no other corpus */
export function createCheckpointWriter(
  job: TrainingJob,
  corpusHash: string,
  send: (message: FromTrainer) => void,
  now = () => performance.now(),
): CheckpointWriter {
  const rolling = path.join(job.folder, 'last.safetensors');
  let model: ResolvedModel | null = null;
  let lastSave = now();
  const save = (snapshot: TrainingSnapshot, file: string, kind: 'stage' | 'rolling') => {
    if (!model) throw new Error('describe() comes before offer()');
    const tensors = toTensors(parameterLayout(model), snapshot.state, kind === 'rolling');
    const metadata = metadataOf(job, model, corpusHash, snapshot);
    const bytes = writeSafetensors(file, { tensors, metadata });
    lastSave = now();
    send({ type: 'checkpoint', position: snapshot.position, kind, path: file, bytes });
  };
  return {
    describe: (resolved) => void (model = resolved),
    async offer(moment, read) {
      if (moment === 'step' && now() - lastSave < ROLLING_EVERY * 1000) return;
      const snapshot = await read();
      if (moment !== 'stage') return save(snapshot, rolling, 'rolling');
      save(snapshot, path.join(job.folder, `${snapshot.position.stage}.safetensors`), 'stage');
      rmSync(rolling, { force: true });
    },
  };
}

function metadataOf(
  job: TrainingJob,
  model: ResolvedModel,
  corpusHash: string,
  { position }: TrainingSnapshot,
): Record<string, string> {
  return {
    format: 'credence-checkpoint-1',
    seed: String(job.seed),
    corpus_hash: corpusHash,
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
 * Reads a checkpoint to go on from.
 * @throws UserError `weights.*` where the file is missing or damaged, `checkpoint.other-corpus` where the
 *   dataset changed since
 */
export function readCheckpoint(file: string, corpusHash: string): TrainingSnapshot {
  const { tensors, metadata } = readSafetensors(file);
  const position = positionSchema.safeParse(parseJson(metadata.position));
  if (!position.success || metadata.format !== 'credence-checkpoint-1')
    throw new UserError(
      'checkpoint.not-ours',
      `checkpoint ${file}: not written by Credence; start the run again`,
    );
  if (metadata.corpus_hash !== corpusHash)
    throw new UserError(
      'checkpoint.other-corpus',
      `checkpoint ${file}: its training data differ from today's (the dataset file changed); restore the file, or start a new run`,
    );
  const model = parseJson(metadata.model) as ResolvedModel;
  return { position: position.data, state: fromTensors(parameterLayout(model), tensors) };
}

function fromTensors(layout: ParameterLayout, tensors: WeightsFile['tensors']): StateValues {
  const data = new Float32Array(parameterCount(layout));
  for (const { name, offset } of layout) data.set(tensors[name].data, offset);
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
