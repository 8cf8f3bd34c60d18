/** Subset sizes and held-out questions against test/golden/corpus.py, which derives them from the rules alone. */
import { describe, expect, it } from 'vitest';
import { languageSchema } from '#shared/config/language.ts';
import { UserError } from '#shared/errors.ts';
import { holdOutQuestions } from '#lab/corpus/questions.ts';
import type { FactTable } from '#lab/datasets/knowledge-base.ts';
import { subsetSizes } from '#shared/subset-sizes.ts';
import golden from './golden/corpus.json' with { type: 'json' };

describe('subset sizes', () => {
  it.each(golden.splits.map((split, i) => [i, split.total, split.correlation, split] as const))(
    'case %i: %i entities, correlation %s',
    (_, total, correlation, { fractions, sizes, too_few }) => {
      const config = languageSchema.parse({ subsets: { fractions }, tags: { correlation } });
      if (too_few.length === 0) return expect(subsetSizes(config, total)).toEqual(sizes);
      const named = too_few.map((name) => expect.stringContaining(`subsets.fractions.${name}: gets`));
      const failure = () => subsetSizes(config, total);
      expect(failure).toThrow(UserError);
      expect(failure).toThrow(
        expect.objectContaining({ code: 'subsets.too-few', message: expect.toBeOneOf(named) }),
      );
    },
  );
});

describe('held-out questions', () => {
  it.each(golden.held_out)(
    '$questions questions, share $test_fraction',
    ({ questions, test_fraction, held_out }) => {
      const attributes = Array.from({ length: questions }, (_, i) => ({
        name: `a${i}`,
        question: '{entity}?',
      }));
      const facts = Array.from({ length: 20 }, () => attributes.map(() => ['x']));
      const report = { rowsRead: 20, rowsKept: 20, dropped: [] };
      const kb: FactTable = {
        kind: 'facts',
        entities: facts.map((_, i) => `e${i}`),
        attributes,
        facts,
        report,
      };
      for (const held of holdOutQuestions(kb, test_fraction, 1)) expect(held.size).toBe(held_out);
    },
  );
});
