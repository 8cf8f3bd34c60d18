import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Batch } from './batch.ts';
import { batchShape, encodeDocuments, epochBatches, stepsPerEpoch, type BatchOptions } from './batches.ts';
import type { Document, Part, TestQuestion } from './document.ts';
import { encodeTests, evaluationBatches, evaluationShape } from './evaluation-batches.ts';
import { answered, compileQuestion } from './texts.ts';
import type { Tokenizer } from './vocabulary.ts';

/** One token per character: a tokenizer that joins the texts, as a subword one does. */
const characters: Tokenizer = {
  size: 256,
  padId: 0,
  encode: (parts) => {
    const tokens = parts.flatMap(({ text, target }) =>
      [...text].map((c) => ({ id: c.charCodeAt(0), target })),
    );
    return { ids: tokens.map(({ id }) => id), targets: tokens.map(({ target }) => (target ? 1 : 0)) };
  },
  decode: (ids) => String.fromCharCode(...[ids].flat()),
};

const word = fc.string({ unit: fc.constantFrom(...'abcdef'), minLength: 1, maxLength: 6 });
const document = fc.record({
  kind: fc.constantFrom('definition', 'qa'),
  words: fc.array(word, { minLength: 2, maxLength: 5 }),
});
const documents = fc.array(document, { minLength: 1, maxLength: 40 }).map((list) =>
  list.map(({ kind, words }): Document => {
    const parts = words.map((text, i): Part => ({
      role: 'text',
      text,
      ...(i === words.length - 1 && { target: true }),
    }));
    return { kind, subset: 'q', entity: 0, parts } as Document;
  }),
);
const options = fc.record({
  batch_size: fc.integer({ min: 1, max: 50 }),
  definition_repeats: fc.integer({ min: 1, max: 4 }),
  loss: fc.constantFrom('all' as const, 'targets' as const),
});

/** What each row trains on: its text, and which characters of it are predicted. */
function readBack(batch: Batch, length: number): { text: string; predicted: string }[] {
  const rows = Array.from({ length: batch.tokens.length / length }, (_, row) => {
    const ids = [...batch.tokens.slice(row * length, (row + 1) * length)].filter((id) => id !== 0);
    return { text: characters.decode(ids), predicted: '' };
  });
  batch.positions.forEach((position, i) => {
    if (batch.weights[i] === 0) return;
    const row = rows[Math.floor(position / length)];
    const next = row.text[(position % length) + 1];
    // Every label but the last character's is also the next input token.
    if (next !== undefined) expect(batch.labels[i]).toBe(next.charCodeAt(0));
    row.predicted += characters.decode(batch.labels[i]);
  });
  return rows.filter(({ text }) => text !== '');
}

describe('epochBatches', () => {
  it('trains on every document once, definitions as often as asked, in one fixed shape', () => {
    fc.assert(
      fc.property(documents, options, fc.nat(), (list, opts, seed) => {
        const encoded = encodeDocuments(list, characters);
        const shape = batchShape(encoded, opts);
        const batches = [...epochBatches(encoded, { ...opts, seed, stage: 'stage1', epoch: 0 })];
        expect(batches).toHaveLength(stepsPerEpoch(encoded, opts));
        for (const batch of batches) {
          expect(batch.tokens).toHaveLength(shape.rows * shape.length);
          for (const array of [batch.positions, batch.labels, batch.weights])
            expect(array).toHaveLength(shape.positions);
        }
        const seen = batches
          .flatMap((batch) => readBack(batch, shape.length))
          .map((row) => JSON.stringify(row));
        const expected = list.flatMap(({ kind, parts }) => {
          const text = parts.map((part) => part.text).join('');
          const target = parts.at(-1)?.text ?? '';
          const row = JSON.stringify({
            text: text.slice(0, -1),
            predicted: opts.loss === 'all' ? text.slice(1) : target,
          });
          return Array.from({ length: kind === 'definition' ? opts.definition_repeats : 1 }, () => row);
        });
        expect(seen.sort()).toEqual(expected.sort());
      }),
      { numRuns: 150 },
    );
  });

  const many = Array.from({ length: 60 }, (_, i): Document => {
    return {
      kind: 'qa',
      subset: 'q',
      entity: i,
      parts: answered(compileQuestion('{entity}?')({ role: 'alias', text: `n${i}` }), 'x'),
    };
  });
  const encoded = encodeDocuments(many, characters);
  const opts: BatchOptions = { batch_size: 16, definition_repeats: 1, loss: 'targets' };
  const epoch = (seed: number, stage: 'stage1' | 'stage2', at: number) =>
    [...epochBatches(encoded, { ...opts, seed, stage, epoch: at })].map(({ tokens }) => tokens.join()).join();

  it('depends on seed, stage and epoch alone, so that resuming is exact', () => {
    const reference = epoch(1, 'stage1', 3);
    expect(epoch(1, 'stage1', 3)).toBe(reference);
    for (const other of [epoch(2, 'stage1', 3), epoch(1, 'stage2', 3), epoch(1, 'stage1', 4)])
      expect(other).not.toBe(reference);
  });

  it('has no more rows than there are documents', () => {
    expect(batchShape(encoded, { ...opts, batch_size: 512 })).toEqual({
      rows: 60,
      length: 12,
      positions: 60,
    });
    expect(stepsPerEpoch(encoded, opts)).toBe(4);
  });
});

describe('evaluation batches', () => {
  const tests = ['a', 'bcd', 'ef'].map((text, entity): TestQuestion => {
    const prompt = compileQuestion('Who is {entity}?')({ role: 'alias', text });
    return { test: 'association', subset: 'q', entity, prompt, golds: [text.toUpperCase(), 'other'] };
  });
  const encoded = encodeTests(tests, characters);

  it('end each prompt where the first accepted answer begins', () => {
    expect(encoded.prompts.map(characters.decode)).toEqual([
      'Q: Who is a?\nA: ',
      'Q: Who is bcd?\nA: ',
      'Q: Who is ef?\nA: ',
    ]);
    expect(encoded.labels.map(characters.decode)).toEqual(['A', 'B', 'E']);
  });

  it('hold all tests in order, one position each, the last batch filled up', () => {
    const batches = [...evaluationBatches(encoded, 2)];
    expect(evaluationShape(encoded, 2)).toEqual({ rows: 2, length: 18, positions: 2 });
    expect(batches.map(({ first, count, weights }) => [first, count, ...weights])).toEqual([
      [0, 2, 1, 1],
      [2, 1, 1, 0],
    ]);
    expect([...batches[0].positions]).toEqual([15, 18 + 17]);
    for (const { tokens, positions, count, first } of batches)
      for (let row = 0; row < count; row++) {
        const start = row * 18;
        expect([...tokens.slice(start, positions[row] + 1)]).toEqual(encoded.prompts[first + row]);
        expect(tokens.slice(positions[row] + 1, start + 18).every((id) => id === 0)).toBe(true);
      }
  });

  it('are none where there are no tests', () => {
    expect([...evaluationBatches(encodeTests([], characters), 8)]).toEqual([]);
  });
});
