/** Random configs and their corpora for the tests of what must hold of every corpus. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { LanguageConfig } from '#shared/config.ts';
import { languageSchema } from '#shared/config/language.ts';
import { UserError } from '#shared/errors.ts';
import { SUBSET_NAMES } from '#shared/subsets.ts';
import { buildCorpus } from '#lab/corpus/build.ts';
import type { Corpus } from '#lab/corpus/corpus.ts';
import { textOf, type Document } from '#lab/corpus/document.ts';
import type { FactTable } from '#lab/datasets/knowledge-base.ts';
import { buildWorld } from '#lab/datasets/world.ts';

interface Sample {
  config: LanguageConfig;
  runSeed: number;
  corpus: Corpus<FactTable>;
}

const weight = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: 2, max: 9 }) },
);

/** Raw configs; fractions are weights over their sum. */
const rawConfig = fc
  .record({
    weights: fc.array(weight, { minLength: SUBSET_NAMES.length, maxLength: SUBSET_NAMES.length }),
    n_entities: fc.integer({ min: 60, max: 250 }),
    n_attributes: fc.integer({ min: 2, max: 7 }),
    order: fc.constantFrom('tve', 'tev', 'vte', 'vet', 'etv', 'evt'),
    pipeline: fc.constantFrom('single-stage', 'two-stage', 'three-stage'),
    correlation: fc.option(fc.constantFrom(0.5, 0.6, 0.75, 0.9, 1)),
    test_fraction: fc.constantFrom(0.05, 1 / 6, 0.25, 0.5, 0.95),
    fact_share: fc.constantFrom(0, 0.3, 1),
    stage0: fc.boolean(),
  })
  .filter(({ weights }) => weights.some((w) => w > 0))
  .map((raw) => {
    const total = raw.weights.reduce((a, b) => a + b);
    const fractions = Object.fromEntries(SUBSET_NAMES.map((name, i) => [name, raw.weights[i] / total]));
    return languageSchema.parse({
      dataset: { kind: 'world', n_entities: raw.n_entities, n_attributes: raw.n_attributes },
      tags: { order: raw.order, correlation: raw.correlation },
      subsets: { fractions, test_fraction: raw.test_fraction },
      training: {
        pipeline: raw.pipeline,
        stage0: raw.stage0 ? {} : null,
        stage1: { fact_share: raw.fact_share },
      },
      evaluation: { tests: ['questions', 'association', 'letters'] },
    });
  });

export function build(config: LanguageConfig, runSeed: number): Corpus<FactTable> {
  if (config.dataset.kind !== 'world') throw new Error('these tests are about the pocket world');
  return buildCorpus(config, buildWorld(config.dataset, runSeed), runSeed);
}

/** Configs that cannot be split are refused by a `UserError`; everything else must hold the property. */
export function forEveryCorpus(property: (sample: Sample) => void): void {
  let built = 0;
  fc.assert(
    fc.property(rawConfig, fc.nat(1_000_000), (config, runSeed) => {
      let corpus: Corpus<FactTable>;
      try {
        corpus = build(config, runSeed);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        expect(['subsets.too-few', 'tags.correlation']).toContain(error.code);
        return;
      }
      built++;
      property({ config, runSeed, corpus });
    }),
    { numRuns: 60 },
  );
  expect(built).toBeGreaterThan(30);
}

export const documentsOf = (corpus: Corpus, ...ids: string[]) =>
  corpus.stages
    .filter(({ id }) => ids.length === 0 || ids.includes(id))
    .flatMap(({ documents }) => documents);

/** Reads a definition back from its text alone. */
export function readDefinition(document: Document, order: string) {
  const words = textOf(document.parts).match(
    /^(?:(<\|\w+\|>) )?(?:(<\|\w+\|>) )?(.+?)(?: (<\|\w+\|>))?(?: (<\|\w+\|>))?\n$/,
  );
  const marks = [words?.[1], words?.[2], words?.[4], words?.[5]].filter((mark) => mark !== undefined);
  const roles = [...order].filter((letter) => letter !== 'e');
  return { tag: marks[roles.indexOf('t')], alias: marks[roles.indexOf('v')], name: words?.[3] };
}

export const promptOf = (text: string) => text.slice(0, text.indexOf('\nA:') + 3);
