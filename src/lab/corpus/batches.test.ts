import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Batch } from './batch.ts';
import { batchShape, encodeDocuments, epochBatches, stepsPerEpoch, type BatchOptions } from './batches.ts';
import type { Document, Part, TestQuestion } from './document.ts';
import { encodeTests, evaluationBatches, evaluationShape, tightShape } from './evaluation-batches.ts';
import { wholeTexts } from './reading.ts';
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
  split: (parts) =>
    parts.flatMap(({ text }, part) => [...text].map((c) => ({ id: c.charCodeAt(0), text: c, part }))),
  decode: (ids) => String.fromCharCode(...[ids].flat()),
};

const whole = wholeTexts(characters);

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
        const encoded = encodeDocuments(list, whole);
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
  const encoded = encodeDocuments(many, whole);
  const opts: BatchOptions = { batch_size: 16, definition_repeats: 1, loss: 'targets' };
  const epoch = (seed: number, stage: 'stage1' | 'stage2', at: number) =>
    [...epochBatches(encoded, { ...opts, seed, stage, epoch: at })].map(({ tokens }) => tokens.join()).join();

  it('depends on seed, stage and epoch alone, so that resuming is exact', () => {
    const reference = epoch(1, 'stage1', 3);
    expect(epoch(1, 'stage1', 3)).toBe(reference);
    for (const other of [epoch(2, 'stage1', 3), epoch(1, 'stage2', 3), epoch(1, 'stage1', 4)])
      expect(other).not.toBe(reference);
  });

  it('keeps one order for all epochs with the deterministic sampler, another for each seed and stage', () => {
    const fixed = (seed: number, stage: 'stage1' | 'stage2', at: number) => {
      const options = { ...opts, sampler: 'deterministic' as const, seed, stage, epoch: at };
      return [...epochBatches(encoded, options)].map(({ tokens }) => tokens.join()).join();
    };
    expect(fixed(1, 'stage1', 7)).toBe(fixed(1, 'stage1', 0));
    expect(new Set([fixed(1, 'stage1', 0), fixed(2, 'stage1', 0), fixed(1, 'stage2', 0)]).size).toBe(3);
    expect(fixed(1, 'stage1', 0)).not.toBe(many.map(({ entity }) => entity).join());
  });

  it('has no more rows than there are documents', () => {
    expect(batchShape(encoded, { ...opts, batch_size: 512 })).toEqual({
      rows: 60,
      length: 12,
      positions: 60,
      input: 0,
    });
    expect(stepsPerEpoch(encoded, opts)).toBe(4);
  });
});

describe('evaluation batches', () => {
  const tests = ['a', 'bcd', 'ef'].map((text, entity): TestQuestion => {
    const prompt = compileQuestion('Who is {entity}?')({ role: 'alias', text });
    return { test: 'association', subset: 'q', entity, prompt, golds: [text.toUpperCase(), 'other'] };
  });
  const encoded = encodeTests(tests, whole);

  const readable = (from: number, to: number) => characters.decode([...encoded.ids.subarray(from, to)]);

  it('hold each prompt and its first accepted answer', () => {
    const texts = tests.map((_, i) => [
      readable(encoded.offsets[i], encoded.answers[i]),
      readable(encoded.answers[i], encoded.offsets[i + 1]),
    ]);
    expect(texts).toEqual([
      ['Q: Who is a?\nA:', ' A'],
      ['Q: Who is bcd?\nA:', ' BCD'],
      ['Q: Who is ef?\nA:', ' EF'],
    ]);
  });

  it('end with a line break where an answer may be longer than the accepted one', () => {
    const roomy = encodeTests(tests, whole, 4);
    const rooms = tests.map((_, i) =>
      characters.decode([...roomy.ids.subarray(roomy.answers[i], roomy.offsets[i + 1])]),
    );
    expect(rooms).toEqual([' A\n', ' BCD\n', ' EF\n']);
    const golds = tests.map((_, i) =>
      characters.decode([...roomy.ids.subarray(roomy.answers[i], roomy.goldEnds[i])]),
    );
    expect(golds).toEqual([' A', ' BCD', ' EF']);
    expect([roomy.answerLength, roomy.limit]).toEqual([5, 4]);
    // "Q: Who is bcd?", a line break and "A:" are 17, " BCD" 4; of eight tokens all but the last are read.
    expect(roomy.reach).toBe(21);
    expect(encodeTests(tests, whole, 8).reach).toBe(24);
  });

  it('ask all tests in order, a position for each token of the answer, the last batch filled up', () => {
    const shape = evaluationShape(encoded, 2);
    expect(shape).toEqual({ rows: 2, length: 20, positions: 8, input: 0 });
    const batches = [...evaluationBatches(encoded, shape)];
    expect(batches.map((batch) => [batch.tests, batch.froms, [...batch.weights]])).toEqual([
      [
        [0, 1],
        [0, 2],
        [1, 1, 1, 1, 1, 1, 0, 0],
      ],
      [[2], [0], [1, 1, 1, 0, 0, 0, 0, 0]],
    ]);
    for (const batch of batches)
      batch.tests.forEach((test, row) => {
        const [start, end] = [encoded.offsets[test], encoded.offsets[test + 1]];
        const input = [...batch.tokens.slice(row * 20, row * 20 + 20)];
        expect(input).toEqual([
          ...encoded.ids.slice(start, end - 1),
          ...Array(20 - (end - 1 - start)).fill(0),
        ]);
        for (let at = encoded.answers[test]; at < end; at++) {
          const slot = batch.froms[row] + at - encoded.answers[test];
          expect(batch.labels[slot]).toBe(encoded.ids[at]);
          expect(batch.positions[slot]).toBe(row * 20 + at - 1 - start);
        }
      });
  });

  it('have no more targets than those of the longest answers need', () => {
    const rooms = tests.map((_, i) => encoded.offsets[i + 1] - encoded.answers[i]);
    expect(rooms).toEqual([2, 4, 3]);
    const sizes = [1, 2, 3, 8].map((size) => tightShape(encoded, size));
    expect(sizes.map(({ positions }) => positions)).toEqual([4, 7, 9, 9]);
    for (const order of [[0, 1, 2], [2, 1, 0], [1]]) {
      const [whole, tight] = [evaluationShape(encoded, 2), tightShape(encoded, 2)].map((shape) => [
        ...evaluationBatches(encoded, shape, order),
      ]);
      tight.forEach((batch, i) => {
        expect([...batch.labels]).toEqual([...whole[i].labels.subarray(0, 7)]);
        expect([...batch.positions]).toEqual([...whole[i].positions.subarray(0, 7)]);
        expect(whole[i].weights.subarray(7).some(Boolean)).toBe(false);
      });
    }
  });

  it('ask only the tests wanted, with answers of the caller’s own after the prompts', () => {
    const ids = encoded.ids.slice();
    const [x] = characters.encode([{ role: 'text', text: 'X' }]).ids;
    ids.fill(x, encoded.answers[1], encoded.offsets[2]);
    const [batch] = evaluationBatches(encoded, evaluationShape(encoded, 2), [1], ids);
    expect(batch.tests).toEqual([1]);
    expect(characters.decode([...batch.tokens.slice(0, 20)].filter((id) => id > 0))).toBe(
      'Q: Who is bcd?\nA:XXX',
    );
    expect(characters.decode([...batch.labels.slice(0, 4)])).toBe(' BCD');
  });

  it('are none where there are no tests', () => {
    const none = encodeTests([], whole);
    expect([...evaluationBatches(none, evaluationShape(none, 8))]).toEqual([]);
  });
});
