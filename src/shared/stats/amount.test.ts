import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METRIC_IDS } from '../metrics.ts';
import { amount, amountInterval, amountOfMetric, intervalText, signedAmount } from './amount.ts';

describe('numbers of a metric', () => {
  it.each([
    [0.0123, 'mse', '+0.0123'],
    [-0.2, 'mse', '−0.2'],
    [1234.5, 'mse', '+1230'],
    [0, 'mse', '0'],
    [0.0000004, 'mse', '+4.0e-7'],
    [0.0463, 'accuracy', '+4.6'],
  ] as const)('%d of %s is %s', (value, metric, text) => expect(signedAmount(value, metric)).toBe(text));

  it('names what it is of', () => {
    expect(amountOfMetric(0.05, 'accuracy')).toBe('+5.0 points of cells right');
    expect(amountOfMetric(0.05, 'mse')).toBe('+0.05 mean squared error');
    expect(amountInterval({ low: null, high: null }, 'mse')).toBe('–');
  });

  it('has the same digits either way round', () => {
    const numbers = fc.double({ min: -1e3, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(numbers, fc.constantFrom(...METRIC_IDS), (value, metric) => {
        expect(amount(-value, metric).replace('−', '')).toBe(amount(value, metric).replace('−', ''));
      }),
    );
  });
});

it('writes a mean with its interval', () => {
  expect(intervalText({ mean: 0.046, low: 0.031, high: 0.06 }, 'exact_match', true)).toBe(
    '+4.6 (3.1 to 6.0)',
  );
  expect(intervalText({ mean: 0.046, low: null, high: null }, 'exact_match')).toBe('4.6');
  expect(intervalText(null, 'exact_match')).toBe('–');
});
