import { describe, expect, it } from 'vitest';
import { batchShape, encodeDocuments, epochBatches } from './batches.ts';
import { splitBatch } from './batch.ts';
import type { Document, Part } from './document.ts';
import { encodeTests, evaluationBatches, evaluationShape } from './evaluation-batches.ts';
import { inputsAndAnswers, wholeTexts } from './reading.ts';
import { answered, compileQuestion, definitionParts } from './texts.ts';
import type { Tokenizer } from './vocabulary.ts';

const [PAD, START, END] = ['_', '<', '>'];

/** A token per character, and one after each text, as T5 has it; a line break is a space. */
function characters(ends: boolean): Tokenizer {
  const idOf = (c: string) => (c === '\n' ? ' ' : c).charCodeAt(0);
  return {
    size: 256,
    padId: idOf(PAD),
    eosId: ends ? idOf(END) : null,
    encode(parts) {
      const tokens = parts.flatMap(({ text, target }) => [...text].map((c) => ({ id: idOf(c), target })));
      return {
        ids: [...tokens.map(({ id }) => id), ...(ends ? [idOf(END)] : [])],
        targets: [...tokens.map(({ target }) => (target ? 1 : 0)), ...(ends ? [1] : [])],
      };
    },
    split: (parts) => [
      ...parts.flatMap(({ text }, part) => [...text].map((c) => ({ id: idOf(c), text: c, part }))),
      ...(ends ? [{ id: idOf(END), text: END, part: null }] : []),
    ],
    decode: (ids) => String.fromCharCode(...[ids].flat()),
  };
}

const text = (ids: Iterable<number>) => String.fromCharCode(...ids);
const reading = inputsAndAnswers(characters(true), START.charCodeAt(0));
const prompt = compileQuestion('Who is {entity}?')({ role: 'alias', text: 'ab' });
const joints = [' ', ' ', '\n'] as const;

describe('with an encoder', () => {
  it.each<[string, Part[], string, string, string]>([
    ['an answered question', answered(prompt, 'Ann'), 'Q: Who is ab? A:>', '<Ann>', '0111 1'],
    [
      'a definition',
      definitionParts('tve', { tag: 'T', alias: 'ab', entity: 'Ann' }, joints),
      ...(['T ab>', '<Ann>', '0111 1'] as const),
    ],
    [
      'a definition that ends with its tag',
      definitionParts('evt', { tag: 'T', alias: 'ab', entity: 'Ann' }, joints),
      ...(['Ann ab>', '<T>', '01 1'] as const),
    ],
    [
      'text after the name',
      [
        { role: 'text', text: 'So ' },
        { role: 'entity', text: 'Ann', target: true },
        { role: 'text', text: ' it is.\n' },
      ],
      ...(['So>', '<Ann it is.>', '01110000000 1'] as const),
    ],
    ['no target', [{ role: 'text', text: ' nothing \n' }], 'nothing>', '<>', '0 1'],
  ])('%s', (_what, parts, input, ids, targets) => {
    const read = reading.document(parts);
    expect([text(read.input), text(read.ids)]).toEqual([input, ids]);
    // As it is shown, each token with its part; the token that a decoder begins with is none of the text.
    const split = reading.split(parts);
    expect(text(split.map(({ id }) => id))).toBe(input + ids.slice(1));
    for (const { text: shown, part } of split) if (part !== null) expect(parts[part].text).toContain(shown);
    expect(read.targets.join('')).toBe(targets.replace(' ', ''));
  });

  it('asks as it trains, and ends an answer as training does', () => {
    const { input, prompt: before, gold } = reading.question({ prompt, golds: ['Ann', 'Anna'] });
    const document = reading.document(answered(prompt, 'Ann'));
    expect(input).toEqual(document.input);
    expect([...before, ...gold, ...reading.end]).toEqual(document.ids);
  });

  it('adds nothing where a vocabulary has no end of text', () => {
    const { input, ids } = inputsAndAnswers(characters(false), START.charCodeAt(0)).document(
      answered(prompt, 'Ann'),
    );
    expect([text(input), text(ids)]).toEqual(['Q: Who is ab? A:', '<Ann']);
  });

  const documents = ['Al', 'Berta', 'C'].map((name, entity): Document => {
    const asked = compileQuestion('Who is {entity}?')({ role: 'alias', text: 'x'.repeat(entity + 1) });
    return { kind: 'qa', subset: 'q', entity, parts: answered(asked, name) };
  });

  it.each([null, 1, 2])('a batch has an input for each of its rows, in parts of %j', (rows) => {
    const encoded = encodeDocuments(documents, reading);
    const options = { batch_size: 4, definition_repeats: 1, loss: 'targets' as const };
    const shape = batchShape(encoded, options);
    expect(shape).toEqual({ rows: 3, length: 6, positions: 18, input: 18 });
    const [batch] = epochBatches(encoded, { ...options, seed: 0, stage: 'stage1', epoch: 0 });
    const parts = rows === null ? [batch] : splitBatch(batch, shape, rows).map(({ part }) => part);
    const seen = parts.flatMap(({ tokens, positions, labels, weights, input }) =>
      Array.from(input!.ends, (end, row) => {
        const labelled = [...positions.keys()].filter(
          (i) => weights[i] > 0 && Math.floor(positions[i] / shape.length) === row,
        );
        return [
          text(input!.tokens.slice(row * 18, row * 18 + end + 1)),
          text(tokens.slice(row * shape.length, row * shape.length + labelled.length)),
          text(labelled.map((i) => labels[i])),
        ];
      }).filter(([, , labelled]) => labelled !== ''),
    );
    expect(seen.toSorted()).toEqual([
      ['Q: Who is x? A:>', '<Al', 'Al>'],
      ['Q: Who is xx? A:>', '<Berta', 'Berta>'],
      ['Q: Who is xxx? A:>', '<C', 'C>'],
    ]);
  });

  it('tests have their inputs, whatever the order in which they are asked', () => {
    const tests = ['x', 'yy'].map((name, entity) => ({
      ...{ test: 'questions' as const, subset: 'q' as const, entity, golds: ['Al'] },
      prompt: compileQuestion('Who is {entity}?')({ role: 'alias', text: name }),
    }));
    const encoded = encodeTests(tests, reading, 4);
    const [batch] = evaluationBatches(encoded, evaluationShape(encoded, 2), [1, 0]);
    const { tokens, ends } = batch.input!;
    const width = tokens.length / 2;
    expect([0, 1].map((row) => text(tokens.slice(row * width, row * width + ends[row] + 1)))).toEqual([
      'Q: Who is yy? A:>',
      'Q: Who is x? A:>',
    ]);
  });
});

it('without an encoder there are no inputs', () => {
  const whole = wholeTexts(characters(false));
  const encoded = encodeTests([{ test: 'questions', subset: 'q', entity: 0, prompt, golds: ['A'] }], whole);
  const [batch] = evaluationBatches(encoded, evaluationShape(encoded, 1));
  expect([encoded.inputs.longest, 'input' in batch]).toEqual([0, false]);
});
