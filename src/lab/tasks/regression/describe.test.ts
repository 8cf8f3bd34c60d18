import { describe, expect, it } from 'vitest';
import { toyDataset } from '#shared/config/regression.ts';
import type { DrawnPoint } from '#shared/corpus.ts';
import { buildToy } from './build.ts';
import { describeToy } from './describe.ts';
import { valueAt } from './functions.ts';
import { toyPicture } from './picture.ts';

const PLACES = 500;
const data = buildToy(toyDataset.parse({ kind: 'toy', d_y: 12, points_per_cluster: 60 }), 3);
const { picture } = describeToy(data, { samples: 1, rows: 1 });

describe('the picture of the toy data', () => {
  it('is of the first ten outputs, and tells how many there are', () => {
    expect(picture?.outputs).toBe(12);
    expect(picture?.drawn).toHaveLength(10);
    expect(picture?.max_x).toBe(100_000);
  });

  it('has points on the functions only', () => {
    picture?.drawn.forEach(({ training, tests }, dim) => {
      for (const { x, y } of [...training, ...tests])
        expect([valueAt(data.y1, x, dim), valueAt(data.y2, x, dim)]).toContain(y);
    });
  });

  it('has the answers of a run where it was tested, and none that is not a number', () => {
    const answers = data.tests.map((_, test) => (test % 3 === 0 ? NaN : test / data.tests.length));
    const drawn = describeToy(data, { samples: 1, rows: 1, answers }).picture!.drawn[4];
    const whole = toyPicture(data, 4).tests;
    expect(picture!.drawn[4].answers).toBeUndefined();
    expect(drawn.answers!.length).toBeGreaterThan(20);
    for (const { x, y, subset } of drawn.answers!)
      expect(
        whole.some((point) => point.x === x && point.subset === subset && answers[point.test] === y),
      ).toBe(true);
  });

  it('leaves out only points that one of their kind covers', () => {
    const near = (a: DrawnPoint, b: DrawnPoint) =>
      a.subset === b.subset &&
      a.shape === b.shape &&
      Math.abs(a.x - b.x) <= 100_000 / PLACES &&
      Math.abs(a.y - b.y) <= 1 / PLACES;
    const whole = toyPicture(data, 0);
    const drawn = picture!.drawn[0];
    expect(drawn.training.length).toBeLessThan(whole.training.length);
    for (const point of whole.training) expect(drawn.training.some((each) => near(each, point))).toBe(true);
    for (const point of whole.tests) expect(drawn.tests.some((each) => near(each, point))).toBe(true);
  });
});
