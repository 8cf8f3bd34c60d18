import { describe, expect, it } from 'vitest';
import type { Effects, TagEffect } from './effects.ts';
import { axisScale, sweepTrend, type SweepPoint } from './sweep.ts';

function pointOf(field: string, value: number, bySeed: Record<number, number>): SweepPoint {
  const per_seed = Object.entries(bySeed).map(([seed, difference]) => ({
    seed: Number(seed),
    run: 1,
    difference,
  }));
  const effects = { effects: { iml: { per_seed } as TagEffect, stage1: null } } as Effects;
  return { experiment: value, cell: { [field]: value }, effects };
}

describe('sweepTrend', () => {
  const over = { 'tags.correlation': [0.5, 0.75, 1] };

  it('is the mean over seeds of the slope of each', () => {
    const points = [
      pointOf('tags.correlation', 0.5, { 1: 0, 2: 0.02, 9: 0.4 }),
      pointOf('tags.correlation', 0.75, { 1: 0.05, 2: 0.02, 9: 0.4 }),
      pointOf('tags.correlation', 1, { 1: 0.1, 2: 0.08 }),
    ];
    const trend = sweepTrend({ mode: 'grid', over }, points, 'iml')!;
    // Seed 9 lacks a value and is left out; seed 1 rises by 0.2 per unit, seed 2 by 0.12.
    expect(trend).toMatchObject({ effect: 'iml', field: 'tags.correlation', per: 'unit' });
    expect(trend.slope.n).toBe(2);
    expect(trend.slope.mean).toBeCloseTo(0.16, 12);
    expect(sweepTrend({ mode: 'grid', over }, points, 'stage1')).toBeNull();
  });

  it('is per doubling where values span a wide range', () => {
    const spec = { mode: 'grid', over: { b: [16, 64, 256] } } as const;
    const points = [16, 64, 256].map((value, i) =>
      pointOf('b', value, { 1: 0.3 - 0.1 * i, 2: 0.3 - 0.1 * i }),
    );
    const trend = sweepTrend({ ...spec, over: { b: [...spec.over.b] } }, points, 'iml')!;
    expect(trend.per).toBe('doubling');
    expect(trend.slope.mean).toBeCloseTo(-0.05, 12);
  });

  it('of an effect that never changes is 0 without a claim, and there is none for one value', () => {
    const bySeed = { 1: 0.1, 2: 0.3, 3: 0.7, 4: 0.25 };
    const values = [1, 2, 4];
    const points = values.map((value) => pointOf('a', value, bySeed));
    const { slope } = sweepTrend({ mode: 'grid', over: { a: values } }, points, 'iml')!;
    expect(slope).toMatchObject({ mean: 0, low: null, high: null, p: null });
    const same = [pointOf('a', 1, bySeed), pointOf('a', 1, bySeed)];
    expect(sweepTrend({ mode: 'paired', over: { a: [1, 1] } }, same, 'iml')).toBeNull();
  });

  it('is none for names or several fields', () => {
    const point = pointOf('a', 1, { 1: 0.1 });
    expect(sweepTrend({ mode: 'grid', over: { a: ['x', 'y'] } }, [point, point], 'iml')).toBeNull();
    expect(sweepTrend({ mode: 'grid', over: { a: [1, 2], b: [1, 2] } }, [point, point], 'iml')).toBeNull();
  });
});

describe('axisScale', () => {
  it('spaces by factors where values span a wide range above 0', () => {
    expect(axisScale([16, 32, 256])).toBe('log');
    expect(axisScale([0.5, 0.75, 1])).toBe('linear');
    expect(axisScale([0, 100])).toBe('linear');
    expect(axisScale(['tve', 'evt'])).toBe('names');
  });
});
