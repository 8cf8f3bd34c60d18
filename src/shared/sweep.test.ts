import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from './errors.ts';
import { cellLabel, parseSweep, sweepCells } from './sweep.ts';

const values = fc.uniqueArray(fc.oneof(fc.integer(), fc.string(), fc.boolean()), {
  minLength: 1,
  maxLength: 5,
  selector: (value) => JSON.stringify(value),
});

/** Any but the one that changes nothing that is trained, which is refused. */
const fields = fc.stringMatching(/^[a-z]{1,6}$/).filter((field) => field !== 'name');

describe('sweepCells', () => {
  it('grid has every combination once', () => {
    fc.assert(
      fc.property(fc.dictionary(fields, values, { minKeys: 1, maxKeys: 3 }), (over) => {
        const cells = sweepCells(parseSweep({ over }));
        const fields = Object.keys(over);
        expect(cells).toHaveLength(fields.reduce((n, field) => n * over[field].length, 1));
        expect(new Set(cells.map((cell) => JSON.stringify(cell))).size).toBe(cells.length);
        for (const cell of cells) for (const field of fields) expect(over[field]).toContainEqual(cell[field]);
      }),
    );
  });

  it('paired takes the values side by side', () => {
    const over = { a: [1, 2, 3], b: ['x', 'y', 'z'] };
    expect(sweepCells(parseSweep({ mode: 'paired', over })).map(cellLabel)).toEqual([
      'a=1, b=x',
      'a=2, b=y',
      'a=3, b=z',
    ]);
  });
});

describe('parseSweep', () => {
  const range = (values: object) => parseSweep({ over: { a: values } }).over.a;

  it('reads ranges by step, by count and by factors', () => {
    expect(range({ from: 0.5, to: 1, step: 0.25 })).toEqual([0.5, 0.75, 1]);
    expect(range({ from: 0.1, to: 0.5, step: 0.1 })).toEqual([0.1, 0.2, 0.3, 0.4, 0.5]);
    expect(range({ from: 0, to: 1, count: 5 })).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(range({ from: 16, to: 256, count: 5, scale: 'log' })).toEqual([16, 32, 64, 128, 256]);
  });

  it.each<[string, unknown, RegExp]>([
    ['no mapping', 3, /^sweep: 3 is not allowed; expected a mapping such as/],
    ['no field', { over: {} }, /^sweep\.over: names no field/],
    [
      'another mode',
      { mode: 'all', over: { a: [1] } },
      /^sweep\.mode: "all" is not allowed; expected "grid" or "paired"/,
    ],
    ['an unknown key', { over: { a: [1] }, seeds: 3 }, /^sweep\.seeds: unknown key/],
    ['no value', { over: { a: [] } }, /^sweep\.over\.a: \[\] is not allowed/],
    ['a value twice', { over: { a: [1, 1] } }, /^sweep\.over\.a: 1 is there twice/],
    [
      'the same values together twice',
      { mode: 'paired', over: { a: [1, 1, 1], b: [2, 3, 2] } },
      /^sweep\.over: a=1, b=2 is there twice/,
    ],
    [
      'a range without a step',
      { over: { a: { from: 0, to: 1 } } },
      /^sweep\.over\.a: .* needs either a step or a count/,
    ],
    ['a range backwards', { over: { a: { from: 1, to: 0, step: 1 } } }, /ends where it begins or before/],
    [
      'a log range from 0',
      { over: { a: { from: 0, to: 8, count: 3, scale: 'log' } } },
      /needs a count and a "from" above 0/,
    ],
    [
      'lists of different length in pairs',
      { mode: 'paired', over: { a: [1, 2], b: [1] } },
      /^sweep\.over\.b: has 1 values and a has 2/,
    ],
    [
      'too many combinations',
      { over: { a: { from: 1, to: 100, step: 1 }, b: { from: 1, to: 100, step: 1 } } },
      /makes 10000 combinations/,
    ],
  ])('refuses %s by name', (_, raw, message) => {
    expect(() => parseSweep(raw)).toThrow(UserError);
    expect(() => parseSweep(raw)).toThrow(message);
    expect(() => parseSweep(raw)).toThrow(/^[^\n]*$/);
  });
});
