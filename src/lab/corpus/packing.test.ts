import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Batch, BatchShape } from './batch.ts';
import { packBatch, type PackedBatch } from './packing.ts';

/** Texts of a few tokens, each with targets at some places; filled up with targets of weight 0. */
const texts = fc.integer({ min: 1, max: 6 }).chain((length) =>
  fc.array(
    fc.record({
      tokens: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: length, maxLength: length }),
      places: fc.uniqueArray(fc.integer({ min: 0, max: length - 1 }), { maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 40 },
  ),
);

type Text = { tokens: number[]; places: number[] };

function batchOf(given: Text[], spare: number): { batch: Batch; shape: BatchShape } {
  const length = given[0].tokens.length;
  const cells = given.flatMap(({ places }, row) => places.map((place) => row * length + place));
  const positions = Math.max(1, cells.length + spare);
  const fill = (values: number[]) => Int32Array.from({ length: positions }, (_, i) => values[i] ?? 0);
  return {
    shape: { rows: given.length, length, positions },
    batch: {
      tokens: Int32Array.from(given.flatMap(({ tokens }) => tokens)),
      positions: fill(cells),
      labels: fill(cells.map((cell) => cell + 7)),
      weights: Float32Array.from({ length: positions }, (_, i) => (i < cells.length ? 1 : 0)),
    },
  };
}

/** The tokens that lead to a cell of a packed batch, with their places. */
function textTo(packed: PackedBatch, cell: number, length: number): [token: number, place: number][] {
  const start = cell - (cell % length);
  return Array.from({ length: (cell % length) + 1 }, (_, i) => {
    const source = packed.sources[packed.grid[start + i]];
    return [packed.tokens[source], packed.places[source]];
  });
}

describe('packBatch', () => {
  const spare = fc.integer({ min: 0, max: 3 });

  it.each([true, false])('leads to every target by its own text; places kept: %s', (byPlace) => {
    fc.assert(
      fc.property(texts, spare, (given, spare) => {
        const { batch, shape } = batchOf(given, spare);
        const packed = packBatch(batch, shape, byPlace);
        batch.positions.forEach((cell, i) => {
          if (batch.weights[i] === 0) return;
          const { tokens } = given[Math.floor(cell / shape.length)];
          const path = tokens.slice(0, (cell % shape.length) + 1);
          const expected = path.map((token, place) => [token, byPlace ? place : 0]);
          expect(textTo(packed, packed.target_cells[i], shape.length)).toEqual(expected);
          expect(packed.positions[i]).toBe(packed.grid[packed.target_cells[i]]);
        });
        expect(packed.labels).toEqual(batch.labels);
        expect(packed.weights).toEqual(batch.weights);
      }),
    );
  });

  it('puts target i on path i where there are no more targets than texts', () => {
    fc.assert(
      fc.property(texts, spare, (given, spare) => {
        const { batch, shape } = batchOf(given, spare);
        fc.pre(shape.positions <= shape.rows);
        const { target_cells } = packBatch(batch, shape, true);
        target_cells.forEach((cell, i) => expect(Math.floor(cell / shape.length)).toBe(i));
      }),
    );
  });

  it('names for each row in use a cell that holds it', () => {
    fc.assert(
      fc.property(texts, spare, (given, spare) => {
        const { batch, shape } = batchOf(given, spare);
        const { grid, cells, packing } = packBatch(batch, shape, true);
        expect(cells).toHaveLength(packing.rows);
        for (const row of new Set(grid)) expect(grid[cells[row]]).toBe(row);
      }),
    );
  });

  it('shares rows between texts that begin alike, and tokens between rows', () => {
    const given = Array.from({ length: 32 }, (_, i) => ({ tokens: [1, 2, i % 2, 9], places: [3] }));
    const { batch, shape } = batchOf(given, 0);
    expect(packBatch(batch, shape, true).packing).toEqual({ rows: 8, distinct: 8 });
    const far = given.map(({ places }, i) => ({ tokens: [1, 10 + i, 2, 3], places }));
    const packed = batchOf(far, 0);
    // 1 + 3 × 32 rows; 32 + 3 tokens, in steps of 4
    expect(packBatch(packed.batch, packed.shape, true).packing).toEqual({ rows: 100, distinct: 36 });
  });

  it('leaves what has nothing in common as it is', () => {
    const given = Array.from({ length: 16 }, (_, i) => ({
      tokens: [3 * i, 3 * i + 1, 3 * i + 2],
      places: [2],
    }));
    const { batch, shape } = batchOf(given, 0);
    const packed = packBatch(batch, shape, true);
    expect(packed.packing).toEqual({ rows: 48, distinct: 48 });
    expect(packed.tokens).toEqual(batch.tokens);
    expect(packed.positions).toEqual(batch.positions);
  });
});
