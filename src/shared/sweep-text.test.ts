import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sweepText } from './sweep-text.ts';
import { parseSweep, type SweepValue } from './sweep.ts';

const values = (text: string) => parseSweep({ over: { a: text } }).over.a;

describe('values as they are typed', () => {
  it.each<[string, SweepValue[]]>([
    ['0.5, 0.75, 1', [0.5, 0.75, 1]],
    ['1e-3,.5', [0.001, 0.5]],
    ['tve, vte', ['tve', 'vte']],
    ['true, false, null', [true, false, null]],
    ['"a, b", "1"', ['a, b', '1']],
    ['["questions"], ["questions", "letters"]', [['questions'], ['questions', 'letters']]],
    ['0.5..1 step 0.1', [0.5, 0.6, 0.7, 0.8, 0.9, 1]],
    ['0..1 in 5', [0, 0.25, 0.5, 0.75, 1]],
    ['32..256 x2', [32, 64, 128, 256]],
    ['100..900 ×3', [100, 300, 900]],
    ['1e-4 .. 1e-2 x10', [0.0001, 0.001, 0.01]],
    ['2..5', [2, 3, 4, 5]],
    ['5..2', [5, 4, 3, 2]],
    ['10..2 step -4', [10, 6, 2]],
    ['0.5...1 step 0.25', [0.5, 0.75, 1]],
    ['2…4', [2, 3, 4]],
    ['1..0 in 3', [1, 0.5, 0]],
    ['1e-2..1e-4 x0.1', [0.01, 0.001, 0.0001]],
  ])('%s', (text, expected) => {
    expect(values(text)).toEqual(expected);
  });

  it('of a factor end at the largest that is within', () => {
    expect(values('32..200 x2')).toEqual([32, 64, 128]);
  });

  it.each<[string, RegExp]>([
    ['', /^sweep\.over\.a: "" names no value; write values/],
    ['1,,2', /has a comma without a value/],
    ['[1, 2', /has a bracket or a quote without its partner/],
    ['0.5..1', /needs a step/],
    ['32..256 x1', /needs a factor above 1/],
    ['0..256 x2', /needs a first value above 0/],
    ['256..32 x2', /ends where it begins or before/],
    ['32..40 x2', /holds one value only/],
    ['1..0 step 1', /ends where it begins or before/],
    ['0..1 step -0.5', /ends where it begins or before, in steps of -0.5; use 0.5/],
    ['0..1 step 0', /a step of 0/],
    ['0..1 in 0', /asks for fewer than two values/],
    ['0..1 in 1', /asks for fewer than two values/],
    ['1e-4..1e-2 log 3', /begins as a range, but does not go on as one/],
    ['1, 1', /1 is there twice/],
  ])('%j is refused by name', (text, message) => {
    expect(() => values(text)).toThrow(message);
  });

  it.each([
    [{ 'a.b': [1, 2], a: [{ b: 3 }] }, /^sweep\.over\.a\.b: lies within a, which is swept too/],
    [{ name: ['x', 'y'] }, /^sweep\.over\.name: changes nothing that is trained/],
  ])('of fields that undo each other or nothing are refused: %j', (over, message) => {
    expect(() => parseSweep({ over })).toThrow(message);
  });

  it('are read back as they were written', () => {
    const scalar = fc.oneof(
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value || 0),
      fc.boolean(),
      fc.string(),
      fc.constant(null),
    );
    const list = fc.uniqueArray(scalar, {
      minLength: 1,
      maxLength: 5,
      selector: (value) => JSON.stringify(value),
    });
    fc.assert(
      fc.property(list, (list) => {
        expect(values(sweepText(list))).toEqual(list);
      }),
    );
  });

  it('ranges are written so that they are read back too', () => {
    for (const range of [
      { from: 0.5, to: 1, step: 0.25 },
      { from: 0, to: 1, count: 5 },
      { from: 16, to: 256, count: 5, scale: 'log' as const },
    ])
      expect(values(sweepText(range))).toEqual(parseSweep({ over: { a: range } }).over.a);
  });
});
