import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SUBSET_NAMES, SUBSETS } from '#shared/subsets.ts';
import { moved, withShare, type Fractions } from './fractions.ts';

const start = Object.fromEntries(
  SUBSET_NAMES.map((name) => [name, SUBSETS[name].defaultFraction]),
) as Fractions;
const total = (fractions: Fractions) => Object.values(fractions).reduce((a, b) => a + b, 0);
const subset = fc.constantFrom(...SUBSET_NAMES);
const change = fc.oneof(
  fc.record({
    kind: fc.constant('share' as const),
    name: subset,
    share: fc.double({ min: 0, max: 0.95, noNaN: true }),
  }),
  fc.record({
    kind: fc.constant('move' as const),
    from: subset,
    to: subset,
    amount: fc.double({ min: -1, max: 1, noNaN: true }),
  }),
);

describe('fractions', () => {
  it('sum to 1 and stay in range after any changes', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        let fractions = start;
        for (const each of changes) {
          if (each.kind === 'share') fractions = withShare(fractions, each.name, each.share);
          else if (each.from !== each.to) fractions = moved(fractions, each.from, each.to, each.amount);
        }
        expect(total(fractions)).toBeCloseTo(1, 9);
        for (const value of Object.values(fractions)) expect(value).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('gives the share that was asked for', () => {
    expect(withShare(start, 'q', 0.3).q).toBe(0.3);
  });
});
