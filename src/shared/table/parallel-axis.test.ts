import { describe, expect, it } from 'vitest';
import type { ComparedPoints } from '#shared/api/analysis.ts';
import { chosenRows, parallelAxis } from './parallel-axis.ts';
import { placedColumns } from './placed-column.ts';

const head = (id: string, metric: 'exact_match' | null = null, difference = false) => ({
  ...{ id, label: id, title: id, numeric: true, asked: null, metric, difference },
});
const points: ComparedPoints = {
  ids: {},
  columns: [head('lr'), head('order'), head('d1consis', 'exact_match'), head('iml', 'exact_match', true)],
  rows: [
    [1e-4, 'tve', 0.25, 0.02],
    [1e-3, 'vet', 0.5, -0.01],
    [1e-2, 'tve', null, 0],
  ].map((cells, i) => ({
    ...{ experiment: i + 1, run: null, seed: null, cells },
    texts: cells.map((cell) => (cell === null ? '–' : String(cell))),
  })),
};

describe('columns as axes', () => {
  it('are logarithmic where values span much, names where they are none, shares in per cent', () => {
    const [lr, order, share, effect] = placedColumns(points, []);
    expect(lr).toMatchObject({ kind: 'log', loggable: true, places: [1e-4, 1e-3, 1e-2] });
    expect(order).toMatchObject({ kind: 'names', names: ['tve', 'vet'], places: [0, 1, 0] });
    expect(share).toMatchObject({ kind: 'linear', label: 'd1consis (%)', places: [25, 50, null] });
    // A value that is 0 or below has no place on a logarithmic axis.
    expect(effect).toMatchObject({ kind: 'linear', loggable: false, label: 'iml (points)' });
  });

  it('change their kind where they can', () => {
    const [lr, , share, effect] = placedColumns(points, ['lr', 'd1consis', 'iml']);
    expect([lr!.kind, share!.kind, effect!.kind]).toEqual(['linear', 'log', 'linear']);
  });
});

describe('parallel axes', () => {
  const [lr, order, share] = placedColumns(points, []);

  it('place numbers and names, and nothing where there is none', () => {
    const axis = parallelAxis(lr!, 0, 100);
    expect([0, 1, 2].map((row) => axis.at(row))).toEqual([100, expect.closeTo(50, 9), 0]);
    expect(parallelAxis(share!, 0, 100).at(2)).toBeNull();
    const named = parallelAxis(order!, 0, 100);
    expect(named.at(0)).toBe(named.at(2));
    expect(named.at(1)).toBeLessThan(named.at(0)!);
    // Ticks of a logarithmic axis are written as numbers, not as 500µ.
    for (const { text } of axis.ticks) expect(text).toMatch(/^[\d.e-]+$/);
  });

  it('choose what a stretch covers, and show the stretch of what was chosen', () => {
    const axis = parallelAxis(lr!, 0, 100);
    const brush = axis.choose(25, 75);
    expect(brush).toMatchObject({ column: 'lr', kind: 'range' });
    expect(chosenRows([lr!, order!], 3, [brush])).toEqual([false, true, false]);
    const [top, bottom] = axis.stretch(brush)!;
    expect([top, bottom]).toEqual([expect.closeTo(25, 0), expect.closeTo(75, 0)]);

    const named = parallelAxis(order!, 0, 100);
    const names = named.choose(named.at(0)! - 1, named.at(0)! + 1);
    expect(names).toEqual({ column: 'order', kind: 'names', names: ['tve'] });
    expect(chosenRows([lr!, order!], 3, [names])).toEqual([true, false, true]);
    expect(chosenRows([lr!, order!], 3, [brush, names])).toEqual([false, false, false]);
  });

  it('a row without a value is not chosen; a brush of no axis says nothing', () => {
    const all = parallelAxis(share!, 0, 100).choose(0, 100);
    expect(chosenRows([share!], 3, [all])).toEqual([true, true, false]);
    expect(chosenRows([lr!], 3, [all])).toEqual([true, true, true]);
  });

  it('of one value stands in the middle', () => {
    const same = { ...lr!, places: [3, 3, 3], kind: 'linear' as const };
    expect(parallelAxis(same, 0, 100).at(0)).toBe(50);
  });
});
