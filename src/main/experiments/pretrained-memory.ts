/** Whether a pre-trained model can be trained in the memory of this machine, said before anything is saved. */
import { parameterCount } from '#lab/models/layout.ts';
import { pretrainedArchitecture } from '#lab/models/pretrained/index.ts';
import { frozenLayout, parameterLayout, tuned } from '#lab/models/registry.ts';
import { openModelFolder } from '#lab/weights/model-folder.ts';
import { evaluationMemory, trainingMemory } from '#lab/weights/memory-needs.ts';
import { resolveModel } from '#lab/weights/resolve-model.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import { sizeText } from '#shared/counting.ts';
import { UserError } from '#shared/errors.ts';
import type { RunMemory } from '#shared/pretrained-models.ts';
import { machineMemory } from '../machine-memory.ts';

/** What a model is loaded for, and the bytes that this takes. */
const NEEDS = {
  train: { memory: trainingMemory, what: 'training it' },
  answer: { memory: evaluationMemory, what: 'asking it' },
};

type Purpose = keyof typeof NEEDS;

/** Bytes that a run takes; 0 for a model from scratch, which is small. */
function memoryNeeded(config: ExperimentConfig, purpose: Purpose = 'train'): number {
  if (!('pretrained' in config) || config.pretrained === null) return 0;
  const folder = openModelFolder(resolveModel(config.pretrained.model, process.cwd()).path);
  const spec = pretrainedArchitecture(folder.config).spec(folder.config, folder.tensors);
  const model = tuned(spec, config.pretrained);
  const frozen = parameterCount(frozenLayout(model));
  const parameters = frozen + parameterCount(parameterLayout(model));
  return NEEDS[purpose].memory({ parameters, frozen, optimizer: config.training.optimizer.name });
}

/**
 * @param free bytes
 * @throws UserError `pretrained.memory` where one run does not fit, with the numbers
 */
export function checkMemory(
  config: ExperimentConfig,
  { free } = machineMemory(),
  purpose: Purpose = 'train',
): void {
  const needed = memoryNeeded(config, purpose);
  if (needed <= free) return;
  throw new UserError(
    'pretrained.memory',
    `pretrained.model: ${NEEDS[purpose].what} takes about ${sizeText(needed)} and ${sizeText(free)} are free; close other programs, or choose a smaller model ("credence models" lists what fits)`,
  );
}

/**
 * Bytes that training a run takes; 0 for a model from scratch.
 * @throws UserError `model.*` where the model does not open
 */
export function memoryToTrain(config: ExperimentConfig): number {
  return memoryNeeded(config);
}

/**
 * What training a run takes, and what is free; null for a model from scratch, which is small.
 * @throws UserError `model.*` where the model does not open
 */
export function memoryOfRun(config: ExperimentConfig, { free } = machineMemory()): RunMemory | null {
  const needed = memoryNeeded(config);
  return needed === 0 ? null : { needed, free };
}

/** Runs that fit into memory side by side, at least one. @param free bytes */
export function runsThatFit(configs: readonly ExperimentConfig[], { free } = machineMemory()): number {
  const needed = Math.max(0, ...[...new Set(configs)].map(memoryToTrain));
  return needed === 0 ? Infinity : Math.max(1, Math.floor(free / needed));
}
