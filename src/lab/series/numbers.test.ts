import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Numbers } from './numbers.ts';

test('keeps what was put where it was put, and says what was left out', () => {
  const puts = fc.array(fc.tuple(fc.nat(70_000), fc.nat(2 ** 32 - 1)), { maxLength: 20 });
  fc.assert(
    fc.property(puts, fc.constantFrom(Float64Array, Uint32Array), (all, kind) => {
      const numbers = new Numbers(kind);
      const expected = new Map<number, number>();
      for (const [index, value] of all) {
        numbers.set(index, value);
        expected.set(index, value);
      }
      expect(numbers.length).toBe(Math.max(0, ...[...expected.keys()].map((index) => index + 1)));
      numbers.push(7);
      expect(numbers.get(numbers.length - 1)).toBe(7);
      for (const [index, value] of expected) expect(numbers.get(index)).toBe(value);
      const empty = kind === Float64Array ? NaN : 0;
      for (const [index] of all)
        if (!expected.has(index + 1) && index + 1 !== numbers.length - 1)
          expect(numbers.get(index + 1)).toBe(empty);
    }),
  );
});
