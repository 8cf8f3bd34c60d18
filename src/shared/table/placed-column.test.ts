import { expect, it } from 'vitest';
import { placedDomain, type PlacedColumn } from './placed-column.ts';

const column = (places: (number | null)[], kind: PlacedColumn['kind'] = 'linear'): PlacedColumn => ({
  ...{ id: 'x', label: 'x', kind, loggable: true, names: [] },
  ...{ places, texts: [], cells: places },
});

it('an axis holds what is drawn: what has a place on the other one, too', () => {
  const [x, y] = [column([30, 20, 40, null]), column([1, null, 3, 5])];
  const [low, high] = placedDomain(x, y)!;
  expect([low, high]).toEqual([expect.closeTo(29.3, 10), expect.closeTo(40.7, 10)]);
  expect(placedDomain(y, x)![1]).toBeLessThan(4);
  expect(placedDomain(column([10, 0.001], 'log'), column([1, null]))![0]).toBeGreaterThan(9);
  expect(placedDomain(x, column([null, null, null, 1]))).toBeNull();
});
