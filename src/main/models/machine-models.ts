/** The pre-trained models of this machine, each with whether it fits into its memory. */
import { MODEL_TYPES } from '#lab/models/pretrained/index.ts';
import { expanded, hubCache } from '#lab/weights/hub-cache.ts';
import { cachedModels, modelsIn } from '#lab/weights/local-models.ts';
import type { ListedModel, LocalModel, MachineMemory, MachineModels } from '#shared/pretrained-models.ts';
import { machineMemory } from '../machine-memory.ts';

const isSupported = (architecture: string) => MODEL_TYPES.includes(architecture);

/**
 * Lists what folders and the Hub cache hold; the network is not asked.
 * @param folders models, or folders of models
 * @throws UserError `model.missing` where one of them is not there
 */
export function machineModels(folders: readonly string[], env = process.env): MachineModels {
  const memory = machineMemory();
  const found = [
    ...folders.flatMap((folder) => modelsIn(expanded(folder, env), isSupported)),
    ...cachedModels(env, isSupported),
  ];
  const models = found.map((model) => ({ ...model, fits: fitsOf(model, memory) }));
  return { cache: hubCache(env), folders: [...folders], memory, models };
}

function fitsOf({ facts }: LocalModel, { free }: MachineMemory): ListedModel['fits'] {
  return facts && { training: facts.memory.training <= free, evaluation: facts.memory.evaluation <= free };
}
