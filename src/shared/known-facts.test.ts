import { expect, it } from 'vitest';
import { knownEntities, mostAsked, shareText, wilson } from './known-facts.ts';

it.each([
  // scipy.stats.binomtest(k, n).proportion_ci(method='wilson')
  [0, 10, 0, 0.2775328],
  [3, 10, 0.10779127, 0.60322185],
  [10, 10, 0.72246721, 1],
  [57, 400, 0.11163831, 0.18016298],
])('Wilson’s interval of %d in %d', (known, asked, low, high) => {
  const found = wilson(known, asked);
  expect(found.low).toBeCloseTo(low, 7);
  expect(found.high).toBeCloseTo(high, 7);
});

it('says nothing of what was not asked', () => {
  expect(wilson(0, 0)).toEqual({ low: null, high: null });
  expect(shareText(0, 0)).toBe('–');
  expect(shareText(3, 10)).toBe('30.0 % [10.8, 60.3]');
});

it('keeps those of whom enough is known', () => {
  const entities = [3, 0, 2].map((known, i) => ({ name: `e${i}`, asked: 3, known }));
  expect(knownEntities({ entities }, 2)).toEqual(['e0', 'e2']);
  expect(mostAsked({ entities })).toBe(3);
  expect(mostAsked({ entities: [] })).toBe(0);
});
