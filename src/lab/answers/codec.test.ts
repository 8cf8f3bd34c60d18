import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GivenAnswers, KeptQuestion } from '#shared/answers.ts';
import { METRIC_TESTS } from '#shared/records.ts';
import { SUBSET_NAMES, TEST_SUBSETS } from '#shared/subsets.ts';
import { decodeAnswers, decodeQuestions, encodeAnswers, encodeQuestions } from './codec.ts';
import { answerSheet, numberAnswers } from './given.ts';
import { askedText, questionAt, questionCount, questionTable } from './question-table.ts';

const text = fc.string({ unit: 'binary', maxLength: 12 });
const textOrNull = fc.option(text, { nil: null });
const question: fc.Arbitrary<KeptQuestion> = fc.record({
  test: fc.constantFrom(...METRIC_TESTS),
  subset: fc.constantFrom(...TEST_SUBSETS),
  thing: fc.record({
    alias: textOrNull,
    entity: text,
    subset: fc.constantFrom(...SUBSET_NAMES),
    tag: textOrNull,
    defines: textOrNull,
  }),
  entity: text,
  attribute: text,
  wording: text,
  golds: fc.array(text, { minLength: 1, maxLength: 3 }),
  said: fc.option(fc.array(text, { minLength: 1, maxLength: 2 }), { nil: null }),
  tokens: fc.nat(20),
});

const given = fc.array(
  fc.record({ text, right: fc.boolean(), loss: fc.oneof(fc.float(), fc.constant(NaN)) }),
  { maxLength: 40 },
);

const codeOf = (action: () => unknown) => {
  try {
    action();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return 'nothing thrown';
};

describe('questions', () => {
  it('come back from their table and its bytes as they were', () => {
    fc.assert(
      fc.property(fc.array(question, { maxLength: 12 }), (questions) => {
        const table = decodeQuestions(encodeQuestions(questionTable(questions)));
        expect(questionCount(table)).toBe(questions.length);
        expect(questions.map((_, i) => questionAt(table, i))).toEqual(questions);
      }),
    );
  });

  it('hold what repeats once, and tell lists of golds from a text that looks like one', () => {
    const thing = { alias: 'a', entity: 'A', subset: 'q', tag: null, defines: null } as const;
    const asked = {
      test: 'questions',
      subset: 'q',
      thing,
      entity: 'A',
      attribute: 'x',
      wording: '{entity}?',
    } as const;
    const table = questionTable(
      [['1'], ['1'], ['1', '2'], ['["1","2"]']].map((golds) => ({ ...asked, golds, said: null, tokens: 1 })),
    );
    expect(table.things).toEqual([thing]);
    expect(table.golds).toHaveLength(3);
    expect(questionAt(table, 3).golds).toEqual(['["1","2"]']);
  });

  it('are asked under the alias, whatever stands in it', () => {
    const thing = { alias: '$& {entity}', entity: 'A', subset: 'q', tag: null, defines: null } as const;
    expect(askedText({ thing, entity: 'A', wording: 'Who is {entity}?' })).toBe('Who is $& {entity}?');
    expect(askedText({ thing: { ...thing, alias: null }, entity: 'A', wording: '{entity}' })).toBe('A');
  });
});

describe('answers', () => {
  const sheetOf = (rows: readonly { text: string; right: boolean; loss: number }[]): GivenAnswers => {
    const sheet = answerSheet();
    for (const { text, right, loss } of rows) sheet.add(text, right, loss);
    return sheet.answers();
  };

  it('come back from their bytes as they were, losses as 32-bit floats', () => {
    fc.assert(
      fc.property(given, (rows) => {
        const { texts, given, right, losses } = decodeAnswers(encodeAnswers(sheetOf(rows)));
        expect(Array.from(given, (place) => texts[place])).toEqual(rows.map((row) => row.text));
        expect(Array.from(right ?? [], Boolean)).toEqual(rows.map((row) => row.right));
        expect([...(losses ?? [])]).toEqual(rows.map((row) => row.loss));
      }),
    );
  });

  it('that are numbers come back, those of schema 8 as well', () => {
    const values = decodeAnswers(encodeAnswers(numberAnswers([0.5, -2, NaN]))).values;
    expect([...(values ?? [])]).toEqual([0.5, -2, NaN]);
    expect([...(decodeAnswers(Buffer.from('[0.25,-1e3]')).values ?? [])]).toEqual([0.25, -1000]);
  });

  it('take a handful of bytes each', () => {
    const rows = Array.from({ length: 5000 }, (_, i) => {
      return { text: ` value ${i % 12}`, right: i % 3 === 0, loss: Math.abs(Math.sin(i)) };
    });
    expect(encodeAnswers(sheetOf(rows)).length).toBeLessThan(6 * rows.length);
  });

  it('that were damaged are refused, whatever is missing or changed', () => {
    const bytes = encodeAnswers(sheetOf([{ text: 'a', right: true, loss: 1 }]));
    const questions = encodeQuestions(questionTable([]));
    for (const broken of [
      new Uint8Array(),
      bytes.subarray(0, 1),
      bytes.subarray(0, -2),
      Uint8Array.from([9, ...bytes.subarray(1)]),
      Buffer.from('[0.25,'),
    ])
      expect(codeOf(() => decodeAnswers(broken))).toBe('answers.damaged');
    expect(codeOf(() => decodeQuestions(questions.subarray(0, -1)))).toBe('answers.damaged');
  });
});
