import { describe, expect, it } from 'vitest';
import { TEST_SUBSETS, type TestSubset } from '#shared/subsets.ts';
import { subsetColour } from './colours.ts';

/** CIE L*a*b* (white point D65) of a colour such as `#1f77b4`. */
function lab(hex: string): [l: number, a: number, b: number] {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const share = parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const [x, y, z] = [
    (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
    0.2126 * r + 0.7152 * g + 0.0722 * b,
    (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
  ].map((value) => (value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116));
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** CIE 1976 difference; about 2 is the least one that an eye sees side by side. */
function difference(first: string, second: string): number {
  const other = lab(second);
  return Math.hypot(...lab(first).map((value, i) => value - other[i]));
}

describe.each([
  ['light', false],
  ['dark', true],
])('colours of subsets on a %s page', (_, dark) => {
  const pairs = TEST_SUBSETS.flatMap((a, i) =>
    TEST_SUBSETS.slice(i + 1).map((b): [TestSubset, TestSubset] => [a, b]),
  );

  it.each(pairs)('%s and %s are told apart', (a, b) => {
    expect(difference(subsetColour(a, dark), subsetColour(b, dark))).toBeGreaterThan(10);
  });

  it.each(TEST_SUBSETS.filter((name) => name !== 'd2incons'))('d2incons is far from %s', (name) => {
    expect(difference(subsetColour('d2incons', dark), subsetColour(name, dark))).toBeGreaterThan(20);
  });
});
