/** Model folders that train in a second: of width 16, with random weights and a real tokenizer. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { initialParameters } from '#lab/models/layout.ts';
import { pretrainedArchitecture } from '#lab/models/pretrained/index.ts';
import { pretrainedWeights } from '#lab/models/pretrained/weights.ts';
import { parameterLayout } from '#lab/models/registry.ts';
import { openTokenizer } from '#lab/tokenizers/index.ts';
import { writeModelFolder } from '#lab/weights/write-model-folder.ts';
import { temporaryFolder } from './credence.ts';

/** @returns the folder of a Llama, in a fresh one */
export function tinyPretrained(fields: Record<string, unknown> = {}): string {
  return tinyModel('smollm2', '<|endoftext|>', {
    ...{ model_type: 'llama', hidden_size: 16, intermediate_size: 24, num_hidden_layers: 2 },
    ...{ num_attention_heads: 4, num_key_value_heads: 2, max_position_embeddings: 256 },
    ...{ tie_word_embeddings: true, initializer_range: 0.1 },
    ...fields,
  });
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
function tinyModel(tokenizer: string, eos_token: string, fields: Record<string, unknown>): string {
  const files = temporaryFolder();
  const packed = new URL(`golden/tokenizers/${tokenizer}.json.gz`, import.meta.url);
  writeFileSync(path.join(files, 'tokenizer.json'), gunzipSync(readFileSync(packed)));
  writeFileSync(path.join(files, 'tokenizer_config.json'), JSON.stringify({ eos_token }));
  const config = { vocab_size: openTokenizer(files).size, ...fields };
  const own = fields['tie_word_embeddings'] === false ? ['lm_head.weight'] : [];
  const spec = pretrainedArchitecture(config).spec(config, new Set(own));
  const parameters = initialParameters(parameterLayout(spec), 1);
  const folder = path.join(files, 'model');
  const copy = ['tokenizer.json', 'tokenizer_config.json'].map((name) => path.join(files, name));
  writeModelFolder(folder, { config, tensors: pretrainedWeights(spec, parameters), copy });
  return folder;
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

/** Presets that name a pre-trained model. */
export const isPretrainedPreset = (name: string): boolean =>
  /pythia|gpt-neo|gpt2|llama|t5|facts-small/.test(name);
