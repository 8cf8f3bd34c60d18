/** A model folder that trains in a second: a Llama of width 16 with random weights and a real tokenizer. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { initialParameters } from '#lab/models/layout.ts';
import { llama } from '#lab/models/pretrained/llama.ts';
import { pretrainedWeights } from '#lab/models/pretrained/weights.ts';
import { transformerLayout } from '#lab/models/transformer-layout.ts';
import { openTokenizer } from '#lab/tokenizers/index.ts';
import { writeModelFolder } from '#lab/weights/write-model-folder.ts';
import { temporaryFolder } from './credence.ts';

const TOKENIZER = fileURLToPath(new URL('golden/tokenizers/smollm2.json.gz', import.meta.url));

/** @returns the folder, in a fresh one */
export function tinyPretrained(fields: Record<string, unknown> = {}): string {
  const files = temporaryFolder();
  writeFileSync(path.join(files, 'tokenizer.json'), gunzipSync(readFileSync(TOKENIZER)));
  const special = { eos_token: '<|endoftext|>' };
  writeFileSync(path.join(files, 'tokenizer_config.json'), JSON.stringify(special));
  const config = {
    ...{ model_type: 'llama', vocab_size: openTokenizer(files).size, hidden_size: 16 },
    ...{ intermediate_size: 24, num_hidden_layers: 2, num_attention_heads: 4, num_key_value_heads: 2 },
    ...{ max_position_embeddings: 256, tie_word_embeddings: true, initializer_range: 0.1 },
    ...fields,
  };
  const spec = llama.spec(config, new Map());
  const parameters = initialParameters(transformerLayout(spec), 1);
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
