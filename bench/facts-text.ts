/** Training of models of Pythia's sizes on texts as a real tokenizer splits them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { batchShape, encodeDocuments, epochBatches } from '#lab/corpus/batches.ts';
import { wholeTexts } from '#lab/corpus/reading.ts';
import { loadDataset } from '#lab/datasets/index.ts';
import { resolveModel } from '#lab/models/registry.ts';
import { LanguageTask } from '#lab/tasks/language/task.ts';
import { openTokenizer, type ModelTokenizer } from '#lab/tokenizers/index.ts';
import { loadConfig } from '#main/experiments/config-file.ts';
import type { LanguageConfig, ModelConfig } from '#shared/config.ts';
import { transformerSchema } from '#shared/config/models/transformer.ts';
import { languageWork, type Work } from './work.ts';

/** Rows of Pythia's embedding; its tokenizer has a few less. */
const VOCABULARY = 50_304;
const [BATCH, BATCHES] = [32, 8];

/** GPT-NeoX's, as the tests have it. */
function neoxTokenizer(): ModelTokenizer {
  const folder = mkdtempSync(path.join(tmpdir(), 'credence-bench-'));
  try {
    const packed = readFileSync(new URL('../test/golden/tokenizers/neox.json.gz', import.meta.url));
    writeFileSync(path.join(folder, 'tokenizer.json'), gunzipSync(packed));
    const special = { eos_token: '<|endoftext|>' };
    writeFileSync(path.join(folder, 'tokenizer_config.json'), JSON.stringify(special));
    return openTokenizer(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Stage 1 of the facts about countries, loss on every token, from random weights.
 * @param size of a model with GPT-NeoX's architecture
 */
export async function factsText(size: Partial<ModelConfig>): Promise<Work> {
  const preset = loadConfig('facts-small', {}) as LanguageConfig;
  const task = new LanguageTask({ ...preset, pretrained: null }, await loadDataset(preset.dataset, 0), 0);
  const stage1 = task.corpus.stages.find(({ id }) => id === 'stage1')!;
  const encoded = encodeDocuments(stage1.documents, wholeTexts(neoxTokenizer()));
  const { loss, sampler, optimizer } = preset.training;
  const options = { ...preset.training.stage1, batch_size: BATCH, loss, sampler };
  const { rows, length, positions } = batchShape(encoded, options);
  const batches = [...epochBatches(encoded, { ...options, seed: 0, stage: 'stage1', epoch: 0 })];
  const config = transformerSchema.parse({ architecture: 'gpt-neox', ...size });
  return languageWork({
    model: resolveModel(config, { vocab_size: VOCABULARY, n_ctx: length }),
    optimizer,
    shape: { batch: rows, length, targets: positions },
    batches: batches.slice(0, BATCHES),
    lr: preset.training.stage1.lr,
  });
}
