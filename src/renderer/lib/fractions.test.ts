import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SUBSET_NAMES, SUBSETS, type SubsetName } from '#shared/subsets.ts';
import { mostShare, moved, payerOf, withShare, type Fractions } from './fractions.ts';

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

  it('gives the share that was asked for, to any digit', () => {
    expect(withShare(start, 'q', 0.3).q).toBe(0.3);
    expect(withShare(start, 'q', 0.333333).q).toBe(0.333333);
    expect(total(withShare(start, 'q', 0.333333))).toBeCloseTo(1, 9);
  });

  it('leaves locked shares exactly as they were typed', () => {
    const typed = fc.uniqueArray(fc.tuple(subset, fc.integer({ min: 1, max: 1900 })), {
      selector: ([name]) => name,
      maxLength: 5,
    });
    fc.assert(
      fc.property(typed, (shares) => {
        const locked = new Set<SubsetName>();
        let fractions = start;
        for (const [name, hundredths] of shares) {
          fractions = withShare(fractions, name, hundredths / 1e4, locked);
          locked.add(name);
        }
        for (const [name, hundredths] of shares) expect(fractions[name]).toBe(hundredths / 1e4);
        expect(total(fractions)).toBeCloseTo(1, 9);
      }),
    );
  });

  it('does not touch what is locked even where no room is left, and adds up to something else then', () => {
    const locked = new Set(SUBSET_NAMES);
    const next = withShare(start, 'q', 0.5, locked);
    expect({ ...next, q: start.q }).toEqual(start);
    expect(mostShare(start, 'q', locked)).toBe(start.q);
    expect(mostShare(start, 'q', new Set<SubsetName>(['qd1consis', 'qd2incons']))).toBeCloseTo(0.5, 12);
  });

  it('with α, what is drawn of a tag’s subset is paid by the one that has a share', () => {
    expect(payerOf(start, 'qd1incons', 0.75)).toBe('qd1consis');
    expect(payerOf(start, 'qd1incons', null)).toBe('qd1incons');
    expect(payerOf(start, 'q', 0.75)).toBe('q');
  });
});
