import { describe, expect, it } from 'vitest';
import { judgeTyped, readTypedNumber } from './typed-number.ts';

describe('a typed number', () => {
  it.each<[string, number | null]>([
    ['12.5', 12.5],
    ['12,5', 12.5],
    ['0,001', 0.001],
    [',5', 0.5],
    ['-3,25', -3.25],
    [' 1e-3 ', 0.001],
    ['1,5e-3', 0.0015],
    ['1,000', null],
    ['12,5,1', null],
    ['12;5', null],
    ['', null],
    ['1e-', null],
    ['Infinity', null],
    ['0x10', 16],
  ])('%j', (text, number) => expect(readTypedNumber(text)).toBe(number));

  it('is never moved to a bound: what does not fit is said', () => {
    const bounds = { min: 0, max: 95 };
    expect(judgeTyped('12,5', bounds)).toBe(12.5);
    expect(judgeTyped('125', bounds)).toBe('125 is not from 0 to 95');
    expect(judgeTyped('abc', bounds)).toContain('not a number');
    expect(judgeTyped('1,000', bounds)).toContain('may be 1000 or 1.000');
    expect(judgeTyped('2,5', { ...bounds, whole: true })).toBe('2.5 is not a whole number');
  });
});
