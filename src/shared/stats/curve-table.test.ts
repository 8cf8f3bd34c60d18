import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { curvesOf, curveTable, figureTable } from './curve-table.ts';
import type { Curve } from './curves.ts';

const number = fc.double({ min: 0, max: 9, noNaN: true, noDefaultInfinity: true });
const point = fc.record({
  epoch: fc.nat(40),
  mean: number,
  low: fc.option(number),
  high: fc.option(number),
  n: fc.integer({ min: 1, max: 3 }),
});
const points = fc
  .uniqueArray(point, { selector: ({ epoch }) => epoch, minLength: 1 })
  .map((found) => found.sort((a, b) => a.epoch - b.epoch));
const curves: fc.Arbitrary<Curve[]> = fc.tuple(points, points).map(([q, d1consis]) => [
  { subset: 'q', points: q },
  { subset: 'd1consis', points: d1consis },
]);

/** Curves of one seed have no interval. */
const CERTAIN: Curve[] = [
  {
    subset: 'q',
    points: [
      { epoch: 1, mean: 1 / 3, low: null, high: null, n: 1 },
      { epoch: 4, mean: 0.25, low: null, high: null, n: 1 },
    ],
  },
  { subset: 'd1consis', points: [{ epoch: 2, mean: 0.5, low: null, high: null, n: 1 }] },
];

describe('curves as columns', () => {
  it('come back as they were, also through JSON', () => {
    fc.assert(
      fc.property(curves, (given) => {
        const table = curveTable(given);
        expect(curvesOf(JSON.parse(JSON.stringify(table)) as typeof table)).toEqual(
          JSON.parse(JSON.stringify(given)),
        );
      }),
    );
  });

  it('carry no interval and one count where there is one seed', () => {
    expect(curveTable(CERTAIN)).toEqual({
      epochs: [1, 2, 4],
      curves: [
        { subset: 'q', mean: [1 / 3, null, 0.25], low: null, high: null, n: 1 },
        { subset: 'd1consis', mean: [null, 0.5, null], low: null, high: null, n: 1 },
      ],
    });
  });

  it('of a figure differ by less than a millionth', () => {
    fc.assert(
      fc.property(curves, (given) => {
        const shown = curvesOf(figureTable(curveTable(given)));
        for (const [i, { points }] of given.entries())
          for (const [at, { epoch, mean, low, high }] of points.entries()) {
            const found = shown[i].points[at];
            expect(found.epoch).toBe(epoch);
            for (const [exact, rounded] of [
              [mean, found.mean],
              [low, found.low],
              [high, found.high],
            ])
              if (exact === null) expect(rounded).toBeNull();
              else expect(Math.abs(exact - rounded!)).toBeLessThan(1e-6);
          }
      }),
    );
  });
});
