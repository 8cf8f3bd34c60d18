import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derangement, randomStream } from './random.ts';

describe('randomStream', () => {
  it('gives the same numbers for the same name, others for another', () => {
    const draw = (seed: number, ...labels: string[]) => {
      const random = randomStream(seed, ...labels);
      return Array.from({ length: 8 }, () => random.int(1_000_000));
    };
    expect(draw(1, 'split')).toEqual(draw(1, 'split'));
    expect(draw(1, 'split')).not.toEqual(draw(2, 'split'));
    expect(draw(1, 'split')).not.toEqual(draw(1, 'tags'));
  });

  it('is pinned: these numbers must never change, or saved seeds would mean other data', () => {
    const random = randomStream(7, 'pinned');
    expect([random.int(1000), random.int(1000), random.int(1000)]).toMatchInlineSnapshot(`
      [
        395,
        767,
        601,
      ]
    `);
  });

  it('draws normals with mean 0 and variance 1', () => {
    const random = randomStream(3, 'normal');
    const values = Array.from({ length: 20_000 }, () => random.normal());
    const mean = values.reduce((a, b) => a + b) / values.length;
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
  });
});

describe('derangement', () => {
  it('permutes without a fixed point', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 200 }), fc.nat(), (n, seed) => {
        const permutation = derangement(n, randomStream(seed, 'd'));
        expect([...permutation].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
        expect(permutation.some((value, index) => value === index)).toBe(false);
      }),
    );
  });

  it('refuses a single item', () => {
    expect(() => derangement(1, randomStream(0))).toThrow(RangeError);
  });
});
