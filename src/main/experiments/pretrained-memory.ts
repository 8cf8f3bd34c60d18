/** Whether a pre-trained model can be trained in the memory of this machine, said before anything is saved. */
import { parameterCount } from '#lab/models/layout.ts';
import { pretrainedArchitecture } from '#lab/models/pretrained/index.ts';
import { frozenLayout, parameterLayout, tuned } from '#lab/models/registry.ts';
import { openModelFolder } from '#lab/weights/model-folder.ts';
import { evaluationMemory, trainingMemory } from '#lab/weights/memory-needs.ts';
import { resolveModel } from '#lab/weights/resolve-model.ts';
import type { RunPlan } from '#lab/tasks/plan.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import { sizeText } from '#shared/counting.ts';
import { UserError } from '#shared/errors.ts';
import type { RunMemory } from '#shared/pretrained-models.ts';
import type { History } from '../history/history.ts';
import { machineMemory } from '../machine-memory.ts';

/** What a model is loaded for, and the bytes that this takes. */
const NEEDS = {
  train: { memory: trainingMemory, what: 'training it' },
  answer: { memory: evaluationMemory, what: 'asking it' },
};

type Purpose = keyof typeof NEEDS;

/** Of a run that was planned; without it, as much is reckoned for its batches as `micro_batch: null` takes. */
type Planned = Pick<RunPlan, 'activations'>;

/** Bytes that a run takes; 0 for a model from scratch, which is small. */
function memoryNeeded(config: ExperimentConfig, purpose: Purpose, plan?: Planned): number {
  if (!('pretrained' in config) || config.pretrained === null) return 0;
  const folder = openModelFolder(resolveModel(config.pretrained.model, process.cwd()).path);
  const spec = pretrainedArchitecture(folder.config).spec(folder.config, folder.tensors);
  const model = tuned(spec, config.pretrained);
  const frozen = parameterCount(frozenLayout(model));
  const parameters = frozen + parameterCount(parameterLayout(model));
  const optimizer = config.training.optimizer.name;
  return NEEDS[purpose].memory({ parameters, frozen, optimizer, activations: plan?.activations });
}

/**
 * @param plan of one of its runs
 * @param free bytes
 * @returns what training a run takes; null for a model from scratch
 * @throws UserError `pretrained.memory` where one run does not fit, with the numbers
 */
export function checkMemory(
  config: ExperimentConfig,
  plan: Planned,
  { free } = machineMemory(),
): RunMemory | null {
  const memory = memoryOfRun(config, plan, { free });
  if (memory && memory.needed > free) throw tooLittle(memory, 'train', partOf(config, memory));
  return memory;
}

/**
 * As `checkMemory`, for answers of the model as it is.
 * @throws UserError `pretrained.memory`
 */
export function checkMemoryToAsk(config: ExperimentConfig, { free } = machineMemory()): void {
  const needed = memoryNeeded(config, 'answer');
  if (needed > free) throw tooLittle({ needed, free }, 'answer');
}

/** @param more that can be done about it */
function tooLittle({ needed, free }: RunMemory, purpose: Purpose, more = ''): UserError {
  return new UserError(
    'pretrained.memory',
    `pretrained.model: ${NEEDS[purpose].what} takes about ${sizeText(needed)} and ${sizeText(free)} are free; close other programs, ${more}or choose a smaller model ("credence models" lists what fits)`,
  );
}

/** The remedy where the config asks for larger parts of a batch than it need. */
function partOf(config: ExperimentConfig, { needed }: RunMemory): string {
  const set = 'pretrained' in config && config.pretrained?.micro_batch;
  const larger = set && needed > memoryNeeded(config, 'train');
  return larger ? `take a smaller pretrained.micro_batch than ${set}, ` : '';
}

/**
 * Bytes that training a run of a saved experiment takes, as was reckoned with its texts, or as far as its config says;
 * 0 for a model from scratch.
 * @throws UserError `model.*` where the model does not open
 */
export function memoryToTrain(
  history: Pick<History, 'memoryOf'>,
  experiment: number,
  config: ExperimentConfig,
): number {
  return history.memoryOf(experiment) ?? memoryNeeded(config, 'train');
}

/**
 * What training a run takes, and what is free; null for a model from scratch, which is small.
 * @throws UserError `model.*` where the model does not open
 */
export function memoryOfRun(
  config: ExperimentConfig,
  plan: Planned,
  { free }: Pick<RunMemory, 'free'> = machineMemory(),
): RunMemory | null {
  const needed = memoryNeeded(config, 'train', plan);
  return needed === 0 ? null : { needed, free };
}

/** Runs that fit into memory side by side, at least one. @param needs bytes that each takes @param free bytes */
export function runsThatFit(needs: readonly number[], { free } = machineMemory()): number {
  const needed = Math.max(0, ...needs);
  return needed === 0 ? Infinity : Math.max(1, Math.floor(free / needed));
}
