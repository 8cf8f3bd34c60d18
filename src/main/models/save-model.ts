/** Weights that a run kept, as a folder that transformers loads; low-rank matrices as one that PEFT loads. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { adapterConfig, adapterWeights } from '#lab/models/pretrained/adapter.ts';
import { pretrainedWeights, readPretrained, type NamedWeight } from '#lab/models/pretrained/weights.ts';
import { frozenLayout, parameterLayout } from '#lab/models/registry.ts';
import type { TextSpec } from '#lab/models/text-model.ts';
import { CONFIG } from '#lab/weights/model-files.ts';
import { openModelFolder, type ModelFolder } from '#lab/weights/model-folder.ts';
import { resolveModel } from '#lab/weights/resolve-model.ts';
import { PEFT_FILES, writeModelFolder } from '#lab/weights/write-model-folder.ts';
import type { LanguageConfig } from '#shared/config.ts';
import { UserError } from '#shared/errors.ts';
import { readTrained } from '../trainer/checkpoints.ts';

/** What stands beside the weights, where the model that was begun with has it. */
const BESIDE = [
  'tokenizer.json',
  'tokenizer_config.json',
  'spiece.model',
  'tokenizer.model',
  'special_tokens_map.json',
  'generation_config.json',
  'chat_template.jinja',
];

/**
 * Saves a checkpoint of a pre-trained model: its weights, with config and tokenizer of the model that it began with.
 * @param checkpoint a file that a run kept
 * @param folder not there, or empty
 * @throws UserError `weights.*`, `checkpoint.not-ours`, `models.from-scratch`, `model.*` where the first model is gone
 */
export function saveModel(checkpoint: string, folder: string): { folder: string; bytes: number } {
  const { config, model, parameters } = readTrained(checkpoint);
  const { pretrained } = config as Partial<LanguageConfig>;
  if (!pretrained)
    throw new UserError(
      'models.from-scratch',
      `${checkpoint}: this model was learnt from scratch, on words of its own that no tokenizer of Hugging Face has; only runs with pretrained.model can be saved so`,
    );
  return saveWeights({ began: pretrained.model, spec: model as TextSpec, parameters }, folder);
}

/** What was trained, (N) float32 in the order of its layout, and the model that it began with: a folder or a name. */
interface TrainedWeights {
  began: string;
  spec: TextSpec;
  parameters: Float32Array;
}

/**
 * Saves weights as {@link saveModel} does.
 * @throws UserError `model.*` where the first model is gone or there is something in the folder
 */
export function saveWeights(
  { began, spec, parameters }: TrainedWeights,
  folder: string,
): { folder: string; bytes: number } {
  const base = openModelFolder(resolveModel(began, process.cwd()).path);
  const copy = BESIDE.map((name) => path.join(base.path, name)).filter((file) => existsSync(file));
  const target = path.resolve(folder);
  const bytes = spec.tuning?.lora
    ? writeModelFolder(target, {
        config: adapterConfig(spec, began),
        tensors: adapterWeights(spec, parameters),
        copy,
        files: PEFT_FILES,
      })
    : writeModelFolder(target, {
        config: configText(base.path),
        tensors: allWeights(spec, parameters, base),
        copy,
      });
  return { folder: target, bytes };
}

/** Those that were trained, and those that stayed as they were. */
function* allWeights(spec: TextSpec, trained: Float32Array, base: ModelFolder): Generator<NamedWeight> {
  yield* pretrainedWeights(spec, trained, parameterLayout(spec));
  const frozen = frozenLayout(spec);
  if (frozen.length > 0) yield* pretrainedWeights(spec, readPretrained(spec, base, frozen), frozen);
}

/** The config that a model began with; all weights are saved as float32, whatever they were read from. */
function configText(folder: string): string {
  const text = readFileSync(path.join(folder, CONFIG), 'utf8');
  return text.replace(/("(?:torch_)?dtype"\s*:\s*)"\w+"/g, '$1"float32"');
}
