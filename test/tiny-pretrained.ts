/** Model folders that train in a second: of width 16, with random weights and a real tokenizer. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { initialParameters } from '#lab/models/layout.ts';
import { pretrainedArchitecture } from '#lab/models/pretrained/index.ts';
import { pretrainedWeights } from '#lab/models/pretrained/weights.ts';
import { parameterLayout } from '#lab/models/registry.ts';
import type { TextSpec } from '#lab/models/text-model.ts';
import { openTokenizer } from '#lab/tokenizers/index.ts';
import { writeModelFolder } from '#lab/weights/write-model-folder.ts';
import { SUBSET_NAMES } from '#shared/subsets.ts';
import { temporaryFolder } from './credence.ts';

/**
 * @param says it answers with this letter, again and again
 * @returns the folder of a Llama, in a fresh one
 */
export function tinyPretrained(fields: Record<string, unknown> = {}, says: string | null = null): string {
  const config = {
    ...{ model_type: 'llama', hidden_size: 16, intermediate_size: 24, num_hidden_layers: 2 },
    ...{ num_attention_heads: 4, num_key_value_heads: 2, max_position_embeddings: 256 },
    ...{ tie_word_embeddings: true, initializer_range: 0.1 },
    ...fields,
  };
  return tinyModel('smollm2', '<|endoftext|>', config, says);
}

/** @returns the folder of a T5 v1.1, in a fresh one */
export function tinyT5(fields: Record<string, unknown> = {}): string {
  return tinyModel('t5', '</s>', {
    ...{ model_type: 't5', d_model: 16, d_ff: 24, d_kv: 6, num_heads: 2, num_layers: 2 },
    ...{ num_decoder_layers: 1, feed_forward_proj: 'gated-gelu', tie_word_embeddings: false },
    ...fields,
  });
}

/** @param tokenizer of golden/tokenizers */
function tinyModel(
  tokenizer: string,
  eos_token: string,
  fields: Record<string, unknown>,
  says: string | null = null,
): string {
  const files = temporaryFolder();
  const packed = new URL(`golden/tokenizers/${tokenizer}.json.gz`, import.meta.url);
  writeFileSync(path.join(files, 'tokenizer.json'), gunzipSync(readFileSync(packed)));
  writeFileSync(path.join(files, 'tokenizer_config.json'), JSON.stringify({ eos_token }));
  const config = { vocab_size: openTokenizer(files).size, ...fields };
  const own = fields['tie_word_embeddings'] === false ? ['lm_head.weight'] : [];
  const spec = pretrainedArchitecture(config).spec(config, new Set(own));
  const parameters = initialParameters(parameterLayout(spec), 1);
  if (says !== null) raise(parameters, spec, openTokenizer(files).pieces(says)[0].id);
  const folder = path.join(files, 'model');
  const copy = ['tokenizer.json', 'tokenizer_config.json'].map((name) => path.join(files, name));
  writeModelFolder(folder, { config, tensors: pretrainedWeights(spec, parameters), copy });
  return folder;
}

/** The embedding of a token weighs more than all others: with tied ones, it is the most likely token after itself. */
function raise(parameters: Float32Array, spec: TextSpec, token: number): void {
  const { offset, size } = parameterLayout(spec).find(({ shape }) => shape[0] === spec.vocab_size)!;
  const width = size / spec.vocab_size;
  for (let i = 0; i < width; i++) parameters[offset + token * width + i] *= 50;
}

/** A config that trains it on a closed world. */
export function pretrainedConfig(model: string, more = ''): string {
  return `
name: pretrained
engine: onnx
dataset: { kind: world, n_entities: 40, n_attributes: 3, n_values: 3 }
pretrained: { model: ${JSON.stringify(model)}, max_new_tokens: 6, micro_batch: 5 }
training:
  optimizer: { name: adamw }
  stage1: { epochs: 3, batch_size: 16, lr: 3.0e-3 }
  stage2: { epochs: 2, batch_size: 8, lr: 3.0e-3 }
evaluation: { tests: [questions], batch_size: 64 }
seeds: 2
${more}`;
}

const PEOPLE = ['Ada Lovelace', 'Alan Turing', 'Grace Hopper', 'Kurt Gödel', 'Emmy Noether', 'John Conway'];
const NO_SHARES = Object.fromEntries(SUBSET_NAMES.map((name) => [name, 0]));

/**
 * A table of six people; the model, which says "yyyy" whatever it is asked, knows both facts of the first two.
 * @returns a config of that table, under that name
 */
export function factsItKnows(name: string) {
  const file = path.join(temporaryFolder(), 'people.csv');
  const rows = PEOPLE.map((person, i) => [
    person,
    ...(i < 2 ? ['yyyy', 'yyyy'] : [`town ${i}`, `craft ${i}`]),
  ]);
  writeFileSync(file, [['person', 'town', 'craft'], ...rows].map((row) => row.join(',')).join('\n'));
  return {
    ...{ name, engine: 'onnx', seeds: 1, dataset: { kind: 'csv', path: file } },
    pretrained: { model: tinyPretrained({}, 'y'), max_new_tokens: 4 },
    training: { stage1: { epochs: 1, batch_size: 8 }, stage2: { epochs: 1, batch_size: 8 } },
    evaluation: { tests: ['questions'], batch_size: 4 },
    // Two people are enough.
    subsets: { fractions: { ...NO_SHARES, qd1consis: 0.5, d1consis: 0.5 } },
  };
}
/** Presets that name a pre-trained model. */
export const isPretrainedPreset = (name: string): boolean =>
  /pythia|gpt-neo|gpt2|llama|t5|facts-small/.test(name);
