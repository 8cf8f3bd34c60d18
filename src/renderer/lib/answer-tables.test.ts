import { expect, it } from 'vitest';
import type { AnswerRow, QuestionRow } from '#shared/api/answers.ts';
import {
  allRight,
  confusionTable,
  contrastTable,
  groupContrastTable,
  questionTable,
  seedTable,
  sidesIn,
} from './answer-tables.ts';

const given = { stage: 'stage2' as const, epoch: 3, loss: null, probability: null, f1: null, error: null };
const question: QuestionRow = {
  ...{ test: 'questions', subset: 'd1consis', entity: 'Semin', attribute: 'job' },
  ...{ wording: 'What is {entity}?', golds: ['Tailor', 'a tailor'] },
  results: [
    { side: 1, stage: 'stage1', asked: 6, right: 2, error: null },
    { side: 1, stage: 'stage2', asked: 6, right: 5, error: null },
  ],
  answers: [
    { text: 'Tailor', seeds: 5, right: true },
    { text: '', seeds: 1, right: false },
  ],
};

it('questions say how many seeds were right at each stage, and what was answered most', () => {
  const columns = (['stage1', 'stage2'] as const).map((stage) => ({ side: 1, stage, label: stage }));
  const { head, rows } = questionTable([question], columns, false);
  expect(head).toEqual(['Subset', 'About', 'Question', 'Accepted', 'stage1', 'stage2', 'Answered most']);
  expect(rows).toEqual([
    [
      ...['d1consis Ḋ₅ᶜᵒⁿˢ', 'Semin', 'What is …?', 'Tailor; a tailor'],
      ...['2 of 6', '5 of 6', 'Tailor ✓ ×5, (nothing)'],
    ],
  ]);
  // Of numbers there is an error, and no answer that is given most.
  const errors = { ...question, results: [{ ...question.results[1]!, right: null, error: 0.01234 }] };
  expect(questionTable([errors], columns, true).rows[0]!.slice(4)).toEqual(['–', '0.0123']);
});

it('a question is all right where every seed that was asked was, and not where none was asked', () => {
  const [result] = question.results;
  expect([...[2, 6, null].map((right) => allRight({ ...result!, right })), allRight(undefined)]).toEqual([
    false,
    true,
    false,
    false,
  ]);
});

it('seeds say what each answered, whether it was right, and whether it believed its definition', () => {
  const row: AnswerRow = {
    ...{ experiment: 7, run: 1, seed: 0, label: 'seed 0', question: 0, thing: 0, test: 'questions' },
    ...{ subset: 'd2consis', alias: 'qsidqs', tag: 'b', defines: 'Ada', entity: 'Semin', attribute: 'job' },
    ...{ text: 'What is qsidqs?', golds: ['Tailor'], said: ['Smith'] },
    given: [
      { ...given, answer: 'Baker', right: false },
      { ...given, epoch: 4, answer: 'Smith', right: false },
    ],
  };
  const whole = seedTable([row], ['stage1', 'stage2'], { compared: true, plain: false });
  expect(whole.rows).toEqual([
    [
      ...['#7, seed 0', 'd2consis D̄₆ᶜᵒⁿˢ', 'qsidqs', 'Ada so “Smith”', 'What is qsidqs?', 'Tailor'],
      ...['–', '✗ Smith as its definition said'],
    ],
  ]);
  const plain = seedTable([{ ...row, defines: null, said: null }], ['stage2'], {
    compared: false,
    plain: true,
  });
  expect(plain.head).toEqual(['Run', 'Alias', 'Its definition says', 'Stage 2']);
  expect(plain.rows).toEqual([['seed 0', 'qsidqs', 'nothing', '✗ Smith']]);
});

it('confusion and contrast have a cell for each of their numbers', () => {
  const confusion = {
    golds: ['a', 'b'],
    answers: ['a', ''],
    counts: [
      [3, 1, 2],
      [0, 4, 0],
    ],
    others: { golds: 0, answers: 5 },
  };
  expect(confusionTable(confusion)).toEqual({
    head: ['Accepted', 'a', '(nothing)', 'other'],
    rows: [
      ['a', '3', '1', '2'],
      ['b', '0', '4', '0'],
    ],
  });
  const of = {
    entity: null,
    attribute: 'job',
    golds: [],
    first: { right: 13, asked: 38 },
    second: { right: 0, asked: 0 },
    difference: -0.125,
  };
  const contrast = {
    rows: [{ ...of, entity: 'Semin', golds: ['Tailor'] }],
    total: 1,
    attributes: [of],
    groups: [
      { side: 1, attribute: null, difference: { mean: 0.125, low: 0.031, high: 0.219, n: 3 } },
      { side: 2, attribute: 'job', difference: { mean: -0.05, low: null, high: null, n: 1 } },
    ],
    stage: 'stage2' as const,
  };
  const sides = sidesIn({
    experiments: [],
    groups: [
      { label: 'α 0.5', experiments: [1, 2] },
      { label: 'α 1', experiments: [3] },
    ],
  });
  expect(groupContrastTable(contrast, sides)).toEqual({
    head: ['Asked for', 'α 0.5', 'α 1'],
    rows: [
      ['All', '+12.5 (3.1 to 21.9)', '–'],
      ['job', '–', '−5.0'],
    ],
  });
  expect(contrastTable(contrast, ['d1consis', 'd2consis'], false).rows).toEqual([
    ['job', '34.2 % (13 of 38)', '–', '−12.5'],
  ]);
  expect(contrastTable(contrast, ['d1consis', 'd2consis'], true)).toEqual({
    head: ['About', 'Asked for', 'Accepted', 'd1consis Ḋ₅ᶜᵒⁿˢ', 'd2consis D̄₆ᶜᵒⁿˢ', 'Points'],
    rows: [['Semin', 'job', 'Tailor', '34.2 % (13 of 38)', '–', '−12.5']],
  });
});
