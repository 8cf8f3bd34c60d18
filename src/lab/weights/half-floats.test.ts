import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandHalves, roundHalves } from './half-floats.ts';

type Half = 'BF16' | 'F16';

function expand(halves: Uint16Array, dtype: Half): Float32Array {
  const target = new Float32Array(halves.length);
  new Uint16Array(target.buffer, 2 * halves.length).set(halves);
  expandHalves(target, dtype);
  return target;
}

function round(values: Float32Array, dtype: Half) {
  const halves = new Uint16Array(values.length);
  return { halves, overflow: roundHalves(values, dtype, halves) };
}

const ALL = Uint16Array.from({ length: 1 << 16 }, (_, half) => half);

/** The value of a half as the standards define it, by its fields. */
function defined(half: number, exponentBits: number): number {
  const fractionBits = 15 - exponentBits;
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half & 0x7fff) >>> fractionBits;
  const fraction = (half & ((1 << fractionBits) - 1)) / 2 ** fractionBits;
  const bias = 2 ** (exponentBits - 1) - 1;
  if (exponent === 2 * bias + 1) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** (1 - bias) : sign * (1 + fraction) * 2 ** (exponent - bias);
}

describe.each([
  ['BF16', 8, 3.38953139e38],
  ['F16', 5, 65504],
] as const)('%s', (dtype, exponentBits, largest) => {
  it('is read as the standard defines each of its 65 536 values, and written back the same', () => {
    const values = expand(ALL, dtype);
    ALL.forEach((half) => {
      if (!Object.is(values[half], defined(half, exponentBits))) expect.fail(`${half}: ${values[half]}`);
    });
    const { halves, overflow } = round(values, dtype);
    expect(overflow).toBe(-1);
    const wrong = ALL.filter((half) => halves[half] !== half && !Number.isNaN(values[half]));
    expect([...wrong]).toEqual([]);
    expect(expand(halves, dtype).every((value, half) => Object.is(value, values[half]))).toBe(true);
  });

  it('rounds to the nearest, ties to even', () => {
    const values = expand(ALL, dtype);
    const finite = [...ALL].filter((half) => half < 0x8000 && Number.isFinite(values[half]));
    fc.assert(
      fc.property(fc.nat(finite.length - 2), fc.float({ noNaN: true, min: 0, max: 1 }), (half, share) => {
        const [below, above] = [values[half], values[half + 1]];
        const value = Math.fround(below + (above - below) * share);
        const middle = (below + above) / 2;
        const expected = value === middle ? half + (half % 2) : value < middle ? half : half + 1;
        const signed = round(Float32Array.of(value, -value, middle), dtype).halves;
        expect([...signed]).toEqual([expected, expected | 0x8000, half + (half % 2)]);
      }),
      { numRuns: 2000 },
    );
  });

  it('tells which finite value became infinite', () => {
    expect(round(Float32Array.of(Infinity, -largest, NaN), dtype).overflow).toBe(-1);
    expect(round(Float32Array.of(1, -3.4028234663852886e38, Infinity), dtype).overflow).toBe(1);
  });
});
