import { expect, it } from 'vitest';
import { correlationText } from './correlation-text.ts';

const found = { r: -0.5, low: -0.9, high: 0.2, n: 6 };
const pairs = {
  names: false,
  of: 'experiments',
  points: 6,
  experiments: 6,
  left: 0,
  without: 0,
  found,
} as const;

it('states a correlation with its interval and what it is over', () => {
  expect(correlationText(pairs)).toMatch(
    /^Pearson’s r = −0\.50 \(95 % interval −0\.90 to 0\.20\) over n = 6 experiments;/,
  );
  expect(correlationText({ ...pairs, left: 2 })).toContain('(2 not chosen below are left out)');
  expect(correlationText(pairs)).not.toContain('Not shown');
  expect(correlationText({ ...pairs, without: 5 })).toMatch(
    / Not shown, without a value in both columns: 5 experiments\.$/,
  );
});

it.each([
  [{ names: true }, /holds names/],
  [{ found: null, points: 3 }, /3 experiments, where it takes four/],
  [{ of: 'runs', experiments: 2 }, /runs of 2 experiments: those of one share its config/],
] as const)('says why none is stated: %j', (change, why) => {
  const text = correlationText({ ...pairs, ...change });
  expect(text).toMatch(/^No correlation is stated/);
  expect(text).toMatch(why);
});
