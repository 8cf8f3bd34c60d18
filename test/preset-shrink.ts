/** Presets made small enough for a test: few entities, a tiny model, an epoch or two, made-up files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LanguageConfig, TextStageConfig } from '#shared/config.ts';
import { writeSynthetic } from '../bench/synthetic-data.ts';

/** Files of the form of the published ones. */
export interface MadeUpFiles {
  cvdb: string;
  trex: string;
}

/** Questions about each made-up work. */
export const WORK_QUESTIONS = 5;

/** Writes a table of people and a list of triples, `WORK_QUESTIONS` for each of 70 works. */
export async function makeFiles(folder: string): Promise<MadeUpFiles> {
  const files = { cvdb: path.join(folder, 'people.csv'), trex: path.join(folder, 'works', 'triples.json') };
  await writeSynthetic('cvdb', files.cvdb, 400);
  mkdirSync(path.dirname(files.trex));
  const triples = Array.from({ length: 70 }, (_, i) =>
    Object.entries({
      P50: `Ada${i % 7} Arden`,
      P577: String(1901 + (i % 90)),
      P136: `genre ${i % 5}`,
      P407: `language ${i % 6}`,
      P57: `Gus${i % 9} Gorsky`,
    }).map(([predicate, obj]) => ({ subj: `Work ${i}`, predicate, obj })),
  );
  writeFileSync(files.trex, JSON.stringify(triples.flat()));
  return files;
}

/**
 * The experiment in small. What a preset is about stays: kind of data, fractions, tags, definitions, pipeline,
 * tests, the number of stage-2 seeds up to two.
 * @param cell place in a sweep: it keeps sizes apart that are swept
 */
export function shrink(config: LanguageConfig, files: MadeUpFiles, cell = 0): LanguageConfig {
  const { training, seeds, seeds_stage2 } = config;
  const stage = (epochs: number, own: TextStageConfig): TextStageConfig => ({
    ...own,
    epochs,
    batch_size: Math.min(own.batch_size, 64),
    warmup_steps: Math.min(own.warmup_steps, 2),
    evaluate_every: 1,
    save_every: Math.min(own.save_every, 1),
  });
  return {
    ...config,
    engine: 'onnx',
    // What is found inside is tested elsewhere (analyse.test.ts).
    analyses: [],
    dataset: smallDataset(config.dataset, files, 60 + cell),
    model: { ...config.model, d_model: 16 + 8 * (cell % 2), n_layers: 1, n_heads: 2 },
    training: {
      ...training,
      stage0: training.stage0 && stage(1, training.stage0),
      stage1: stage(2, training.stage1),
      stage1_qa: stage(2, training.stage1_qa),
      stage2: stage(1, training.stage2),
    },
    seeds: seeds.slice(0, 1),
    seeds_stage2: seeds_stage2 && seeds_stage2.slice(0, 2),
  };
}

type Dataset = LanguageConfig['dataset'];

function smallDataset(dataset: Dataset, files: MadeUpFiles, entities: number): Dataset {
  switch (dataset.kind) {
    case 'cvdb':
      return { ...dataset, path: files.cvdb, n_entities: entities + (entities % 2) };
    case 'trex':
      return { ...dataset, path: files.trex, n_entities: entities };
    case 'set_inclusion':
      return { ...dataset, n_variables: entities, max_integer: Math.min(dataset.max_integer, 40) };
    case 'modular':
      return { ...dataset, n_variables: entities };
    case 'world':
      return { ...dataset, n_entities: entities };
    case 'csv':
      return dataset;
  }
}
