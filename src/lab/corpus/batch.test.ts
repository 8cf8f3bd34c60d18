import { describe, expect, it } from 'vitest';
import { emptyBatch, setPosition, splitBatch } from './batch.ts';

describe('splitBatch', () => {
  const shape = { rows: 5, length: 3, positions: 10 };
  const batch = emptyBatch(shape, 9);
  batch.tokens.set(Array.from({ length: 15 }, (_, i) => i));
  // Rows 0, 2 and 3 have targets; 2 has two.
  [1, 6, 7, 11].forEach((position, slot) => setPosition(batch, slot, position, 100 + position));

  it('holds every target once, in the part of its row, with the part’s share of the weight', () => {
    const parts = splitBatch(batch, shape, 2);
    expect(parts.map(({ share }) => share)).toEqual([0.25, 0.75]);
    expect(parts.map(({ part }) => [...part.tokens])).toEqual([
      [0, 1, 2, 3, 4, 5],
      [6, 7, 8, 9, 10, 11],
    ]);
    const [first, second] = parts.map(({ part }) => part);
    expect([...first.positions, ...first.labels, ...first.weights]).toEqual([
      1, 0, 0, 0, 101, 0, 0, 0, 1, 0, 0, 0,
    ]);
    expect([...second.positions]).toEqual([0, 1, 5, 0]);
    expect([...second.labels]).toEqual([106, 107, 111, 0]);
    expect([...second.weights]).toEqual([1, 1, 1, 0]);
  });

  it('fills up the last part, and is the batch itself where a part holds all', () => {
    const parts = splitBatch(batch, shape, 3);
    expect(parts[1].part.tokens).toHaveLength(9);
    expect([...parts[1].part.tokens]).toEqual([9, 10, 11, 12, 13, 14, 0, 0, 0]);
    const [{ part, share }, ...none] = splitBatch(batch, shape, 5);
    expect([none, share]).toEqual([[], 1]);
    expect(part).toEqual({ ...batch, labels: part.labels });
  });
});
