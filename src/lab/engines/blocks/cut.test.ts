import fc from 'fast-check';
import { expect, it } from 'vitest';
import { blocksOf, bytesOf, cutData, cutsOf, cutSpecs, inBlocks, joinedData } from './cut.ts';

const vector = fc.record({
  rows: fc.constantFrom<number[]>([], [1], [3]),
  parts: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 }),
  limit: fc.integer({ min: 4, max: 2000 }),
  whole: fc.boolean(),
});

const specOf = (rows: number[], parts: number[], dtype: 'float32' | 'int32' = 'float32') => ({
  ...{ shape: [...rows, parts.reduce((a, b) => a + b)], dtype, parts },
});

it('cuts between parts; what is joined again is what was cut', () => {
  fc.assert(
    fc.property(vector, ({ rows, parts, limit, whole }) => {
      const spec = specOf(rows, parts, whole ? 'int32' : 'float32');
      const blocks = blocksOf(spec, limit);
      const count = bytesOf(spec) / 4;
      const data = whole
        ? Int32Array.from({ length: count }, (_, i) => i)
        : Float32Array.from({ length: count }, (_, i) => i);
      const cut = cutData(data, blocks);
      expect(cut.map(({ length }) => 4 * length)).toEqual(blocks.map(bytesOf));
      expect(joinedData(cut, blocks)).toEqual(data);
    }),
  );
});

it('makes no block larger than the limit unless it is one part, and no two that would fit in one', () => {
  fc.assert(
    fc.property(vector, ({ rows, parts, limit }) => {
      const blocks = blocksOf(specOf(rows, parts), limit);
      const widths = blocks.map(({ shape }) => ({ size: shape.at(-1)! }));
      const held = inBlocks(
        parts.map((size) => ({ size })),
        widths,
      );
      expect(held.flat().map(({ size }) => size)).toEqual(parts);
      blocks.forEach((block, i) => {
        expect(held[i].reduce((sum, { size }) => sum + size, 0)).toBe(widths[i].size);
        if (held[i].length > 1) expect(bytesOf(block)).toBeLessThanOrEqual(limit);
        if (i > 0) expect(bytesOf(blocks[i - 1]) + bytesOf(block)).toBeGreaterThan(limit);
      });
    }),
  );
});

it('leaves alone what fits, what is not used in parts, and what is one part', () => {
  const specs = {
    fits: specOf([], [2, 2]),
    plain: { shape: [100], dtype: 'float32' as const },
    one: specOf([], [100]),
    cut: specOf([], [2, 2, 2]),
  };
  const cuts = cutsOf(specs, 16);
  expect([...cuts.keys()]).toEqual(['cut']);
  expect(Object.keys(cutSpecs(specs, cuts))).toEqual(['fits', 'plain', 'one', 'cut/0', 'cut/1']);
});
