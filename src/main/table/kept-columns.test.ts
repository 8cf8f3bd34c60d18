import { expect, it } from 'vitest';
import { createKeptColumns } from './kept-columns.ts';

/** Ten rows, each ten times its number and as many as were read before; row 7 has no value. */
function counting(stampOf: (row: number) => string | null = () => '') {
  const asked: (readonly number[] | undefined)[] = [];
  const columns = createKeptColumns<string, number, number>({
    keyOf: (row) => row,
    stampOf,
    count: () => 10,
    read: (names, rows) => {
      asked.push(rows);
      const all = (rows ?? [...Array(10).keys()]).filter((row) => row !== 7);
      return names.map(() => new Map(all.map((row) => [row, row * 10 + asked.length])));
    },
  });
  return { asked, columns };
}

it('reads few rows by their numbers, many in one pass, and none twice', () => {
  const { asked, columns } = counting();
  const values = (...rows: number[]) => rows.map(columns(['a'], rows)[0]!);
  expect(values(1, 7)).toEqual([11, undefined]);
  expect(values(7, 1)).toEqual([undefined, 11]);
  expect(values(1, 2, 3, 4, 5, 6)).toEqual([11, 22, 32, 42, 52, 62]);
  expect(values(6, 0)).toEqual([62, 3]);
  expect(asked).toEqual([[1, 7], undefined, [0]]);
});

it('reads what may still change each time, and tells the last of it once it has settled', () => {
  let settled = false;
  const { columns } = counting(() => (settled ? '' : null));
  const value = (row: number) => columns(['a'], [row])[0]!(row);
  expect([value(3), value(3)]).toEqual([31, 32]);
  settled = true;
  expect([value(3), value(3)]).toEqual([33, 33]);
});

it('reads again what has another stamp, and no other row', () => {
  const stamps = new Map([[3, 'queued']]);
  const { asked, columns } = counting((row) => stamps.get(row) ?? 'done');
  const values = () => [3, 4].map(columns(['a'], [3, 4])[0]!);
  expect([values(), values()]).toEqual([
    [31, 41],
    [31, 41],
  ]);
  stamps.set(3, 'done');
  expect([values(), values()]).toEqual([
    [32, 41],
    [32, 41],
  ]);
  expect(asked).toEqual([[3, 4], [3]]);
});

it('reads several columns in one pass', () => {
  const { asked, columns } = counting();
  columns(['a'], [2]);
  const [a, b] = columns(['a', 'b'], [2, 4]);
  expect([a!(2), a!(4), b!(2), b!(4)]).toEqual([21, 42, 22, 42]);
  expect(asked).toEqual([[2], [4, 2]]);
});
