/** Toy data against what an independent script works out from the same draws (toy.py). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromDraws } from '#lab/tasks/regression/build.ts';
import { valueAt } from '#lab/tasks/regression/functions.ts';
import { toySplits } from '#lab/tasks/regression/splits.ts';
import { toyCases, type ToyCase } from './toy.ts';

interface Row {
  subset: string;
  shape: string;
  x: number;
  dim: number | null;
  inputs: number[];
  targets: number[];
}

interface Golden extends ToyCase {
  expected: { subsets: string[]; training: Row[]; tests: Row[]; values: [number[][], number[][]] };
}

const golden = JSON.parse(readFileSync(new URL('toy.json', import.meta.url), 'utf8')) as Golden[];

const close = (ours: readonly number[], theirs: readonly number[]) =>
  ours.length === theirs.length && ours.every((value, i) => Math.abs(value - theirs[i]) < 1e-6);

it('the golden file holds what is drawn today (else make it anew, see toy.py)', () => {
  expect(golden.map(({ config, draws }) => ({ config, draws }))).toEqual(toyCases());
});

describe.each(golden)(
  'toy data, $config.featurization, $config.d_y dimensions',
  ({ config, draws, expected }) => {
    const data = fromDraws(config, draws);
    const [{ rows: training }, ...tests] = toySplits(data);

    it('clusters belong to the subsets that the rules give them', () => {
      expect(data.clusters.map(({ subset }) => subset)).toEqual(expected.subsets);
    });

    it('functions have the values of the step functions', () => {
      [data.y1, data.y2].forEach((steps, which) =>
        expected.values[which].forEach((values, i) => {
          const ours = values.map((_, dim) => valueAt(steps, 97 * i, dim));
          expect(close(ours, values)).toBe(true);
        }),
      );
    });

    it.each([
      ['training', [...training], expected.training],
      ['test', tests.flatMap(({ rows }) => [...rows]), expected.tests],
    ])('%s points, their inputs and targets', (_, ours, theirs) => {
      const places = (rows: readonly Row[]) =>
        rows.map(({ subset, shape, x, dim }) => [subset, shape, x, dim]);
      expect(places(ours)).toEqual(places(theirs));
      ours.forEach(({ inputs, targets }, i) => {
        expect(close(inputs, theirs[i].inputs)).toBe(true);
        expect(close(targets, theirs[i].targets)).toBe(true);
      });
    });
  },
);
