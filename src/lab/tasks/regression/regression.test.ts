import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toyDataset, type ToyConfig } from '#shared/config/regression.ts';
import { UserError } from '#shared/errors.ts';
import { epochBatches, testBatches } from './batches.ts';
import { buildToy } from './build.ts';
import { TOY_SUBSETS, type Point, type ToyData } from './data.ts';
import { encodePoints, inputSize } from './features.ts';
import { stepFunction, stepStarts, valueAt } from './functions.ts';
import { toyHash } from './hash.ts';
import { toyPicture } from './picture.ts';
import { createScorer } from './score.ts';

const configOf = (fields: object = {}): ToyConfig =>
  toyDataset.parse({
    kind: 'toy',
    max_x: 10_000,
    n_clusters: 40,
    n_anchors: 30,
    points_per_cluster: 50,
    ...fields,
  });
const build = (fields: object = {}, seed = 1): ToyData => buildToy(configOf(fields), seed);
const EPOCH = { batch_size: 64, definition_repeats: 1, seed: 1, stage: 'stage1', epoch: 0 } as const;

const clusterOf = ({ clusters, config }: ToyData, { x }: Point) =>
  clusters.find(({ centre }) => x >= centre - config.cluster_spread && x < centre + config.cluster_spread)!;

describe('step functions', () => {
  it('run from −1 to 1 through every anchor, and a step begins where stepStarts says', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 20 }),
        fc.integer({ min: 20, max: 500 }),
        (anchors, maxX) => {
          fc.pre(Math.max(...anchors) - Math.min(...anchors) > 1e-6);
          const steps = stepFunction([anchors], maxX);
          const values = Array.from({ length: maxX }, (_, x) => valueAt(steps, x, 0));
          expect([Math.min(...values), Math.max(...values)]).toEqual([-1, 1]);
          stepStarts(steps).forEach((start, step) => {
            expect(values[start]).toBe(steps.steps[0][step]);
            if (step > 0) expect(values[start - 1]).toBe(steps.steps[0][step - 1]);
          });
          expect(stepStarts(steps).at(-1)).toBe(maxX - 1);
        },
      ),
    );
  });
});

describe.each([{ d_y: 10 }, { d_y: 1 }, { d_y: 2, points_per_cluster: 7, n_clusters: 9 }])(
  'data of %o',
  (fields) => {
    const data = build(fields);
    const points = data.stages[0].examples;

    it('points lie in the clusters of their subset, and show what their shape says', () => {
      for (const point of [...points, ...data.tests]) {
        const { subset } = clusterOf(data, point);
        expect(subset).toBe(point.subset);
        if (point.kind === 'qa') expect([point.shape, point.from]).toEqual(['circle', 1]);
        else {
          expect([point.shape, point.dim]).toEqual([
            point.subset.includes('d1') ? 'triangle' : 'square',
            null,
          ]);
          expect(point.from).toBe(point.subset === 'qd2incons' ? 2 : 1);
        }
      }
    });

    it('the middle clusters have definitions only, and their circles are the test', () => {
      const middle = data.clusters.flatMap(({ subset }, i) => (subset.startsWith('d') ? [i] : []));
      expect(middle[0]).toBe(Math.floor(data.clusters.length * 0.35));
      expect(middle.at(-1)! - middle[0]).toBe(middle.length - 1);
      const trained = points.filter(({ subset }) => subset.startsWith('d'));
      expect(trained.every(({ kind }) => kind === 'definition')).toBe(true);
      expect(data.tests.every(({ kind }) => kind === 'qa')).toBe(true);
      expect(new Set(data.tests.map(({ subset }) => subset))).toEqual(new Set(TOY_SUBSETS));
    });

    it('where there are several dimensions, one of each cluster is only in the test', () => {
      for (const point of points.filter(({ kind }) => kind === 'qa'))
        expect(point.dim).not.toBe(clusterOf(data, point).keptOut);
      for (const point of data.tests.filter(({ subset }) => subset.startsWith('q')))
        expect(point.dim).toBe(clusterOf(data, point).keptOut ?? 0);
    });

    it('an epoch passes every point once; tests come in order, with one output that counts', () => {
      const { inputs, outputs } = data.sizes;
      expect(inputs).toBe(inputSize(data.config));
      const used = [...epochBatches(data, data.stages[0], EPOCH)].map(({ weights }) =>
        weights.reduce((a, b) => a + b, 0),
      );
      expect(used.reduce((a, b) => a + b, 0)).toBe(points.length * outputs);
      const rows = [...epochBatches(data, data.stages[0], EPOCH)].flatMap((batch) =>
        Array.from({ length: EPOCH.batch_size }, (_, row) => ({
          used: batch.weights[row * outputs] === 1,
          text: `${batch.inputs.subarray(row * inputs, (row + 1) * inputs).join()} ${batch.targets.subarray(row * outputs, (row + 1) * outputs).join()}`,
        })),
      );
      const drawn = rows.filter(({ used }) => used).map(({ text }) => text);
      const encoded = points.map((point) => encodePoints([point], data));
      expect(drawn.sort()).toEqual(encoded.map((one) => `${one.inputs.join()} ${one.targets.join()}`).sort());
      const batches = [...testBatches(data, 30)];
      expect(batches.flatMap(({ tests }) => tests)).toEqual(data.tests.map((_, i) => i));
      for (const { tests, weights, targets } of batches) {
        expect(weights.length).toBe(targets.length);
        tests.forEach((test, row) => {
          const asked = [...weights.subarray(row * outputs, (row + 1) * outputs)];
          expect(asked.flatMap((weight, dim) => (weight ? [dim] : []))).toEqual([data.tests[test].dim]);
        });
      }
    });
  },
);

describe('chance', () => {
  it('splits evenly, and which of the middle subsets comes first changes with the seed', () => {
    const seeds = Array.from({ length: 60 }, (_, seed) => build({ points_per_cluster: 20, d_y: 1 }, seed));
    const first = seeds.filter(
      ({ clusters }) => clusters.find(({ subset }) => subset.startsWith('d'))!.subset === 'd1consis',
    );
    expect(Math.abs(first.length - 30)).toBeLessThan(16);
    for (const { clusters } of seeds) {
      const sizes = TOY_SUBSETS.map((name) => clusters.filter(({ subset }) => subset === name).length);
      expect(sizes).toEqual([14, 14, 6, 6]);
    }
  });

  it('a cluster too many goes to either subset', () => {
    const more = Array.from({ length: 60 }, (_, seed) => {
      const { clusters } = build({ points_per_cluster: 20, n_clusters: 41, d_y: 1 }, seed);
      const size = (name: string) => clusters.filter(({ subset }) => subset === name).length;
      expect(Math.abs(size('qd1consis') - size('qd2incons'))).toBeLessThanOrEqual(1);
      return size('qd1consis') > size('qd2incons');
    });
    expect(new Set(more).size).toBe(2);
  });

  it('a seed gives the same again; a change of any field gives another hash', () => {
    const base = toyHash(build());
    expect(toyHash(build())).toBe(base);
    const fields = {
      d_y: 9,
      max_x: 10_001,
      n_anchors: 29,
      n_clusters: 39,
      cluster_spread: 99,
      points_per_cluster: 49,
    };
    const changed = [
      ...Object.entries({ ...fields, p_definition: 0.21, d_pos_enc: 30, featurization: 'one-channel' }),
    ].map(([field, value]) => toyHash(build({ [field]: value })));
    expect(new Set([base, toyHash(build({}, 2)), toyHash(build({ seed: 3 })), ...changed]).size).toBe(12);
    expect(toyHash(build({ seed: 3 }, 5))).toBe(toyHash(build({ seed: 3 }, 6)));
  });

  it('about p_definition of the points are definitions', () => {
    const { stages } = build({ p_definition: 0.3, points_per_cluster: 200, d_y: 1 });
    const asked = stages[0].examples.filter(({ subset }) => subset === 'qd1consis');
    const share = asked.filter(({ kind }) => kind === 'definition').length / asked.length;
    expect(Math.abs(share - 0.3)).toBeLessThan(4 * Math.sqrt(0.21 / asked.length));
  });
});

describe('scores and pictures', () => {
  const data = build();

  it('the error of the shown dimension alone counts', () => {
    const scorer = createScorer(data);
    for (const batch of testBatches(data, 100)) {
      const { outputs } = data.sizes;
      const guesses = batch.targets.map((target, i) => {
        const test = data.tests[batch.tests[Math.floor(i / outputs)] ?? 0];
        return batch.weights[i] === 0 ? 1000 : target + (test.subset === 'd2consis' ? 0.5 : 0.25);
      });
      scorer.add(batch, guesses);
    }
    const metrics = scorer.metrics();
    expect(metrics.map(({ subset }) => subset)).toEqual([...TOY_SUBSETS]);
    for (const { subset, mse, count } of metrics) {
      expect(mse).toBeCloseTo(subset === 'd2consis' ? 0.25 : 0.0625, 6);
      expect(count).toBe(data.tests.filter((point) => point.subset === subset).length);
    }
    expect([...scorer.predictions].every(Number.isFinite)).toBe(true);
  });

  it('an error that is not finite is not a number that is stored', () => {
    const scorer = createScorer(data);
    for (const batch of testBatches(data, 100))
      scorer.add(
        batch,
        batch.targets.map(() => NaN),
      );
    expect(scorer.metrics().every(({ mse }) => mse === null)).toBe(true);
  });

  it('the picture of a dimension has all points that show it, on the functions', () => {
    const [{ examples }] = data.stages;
    for (const dim of [0, 7]) {
      const { starts, y1, y2, training, tests } = toyPicture(data, dim);
      const at = (values: number[], x: number) => values[starts.findLastIndex((start) => start <= x)];
      expect(training).toHaveLength(
        examples.filter((point) => point.dim === null || point.dim === dim).length,
      );
      for (const { x, y, subset, shape } of [...training, ...tests])
        expect(y).toBe(at(subset === 'qd2incons' && shape !== 'circle' ? y2 : y1, x));
      for (const { test, x } of tests) expect([data.tests[test].x, data.tests[test].dim]).toEqual([x, dim]);
      expect(tests).toHaveLength(data.tests.filter((point) => point.dim === dim).length);
    }
  });
});

describe('what cannot be had', () => {
  it.each([
    [{ n_anchors: 10_001 }, /^dataset\.n_anchors: 10001 steps .* 10000 values of x/],
    [
      { cluster_spread: 126 },
      /^dataset\.cluster_spread: 126 makes 40 clusters overlap; set it to 125 or less/,
    ],
    [{ points_per_cluster: 1, n_clusters: 8 }, /^dataset\.points_per_cluster: 1 leaves \w+ without a /],
    [{ p_definition: 1e-9 }, /^dataset\.points_per_cluster: 50 leaves qd1consis without a definition; /],
  ])('%o', (fields, says) => {
    expect(() => build(fields)).toThrow(UserError);
    expect(() => build(fields)).toThrow(says);
  });

  it('clusters may touch', () => {
    const { clusters, config } = build({ cluster_spread: 125 });
    clusters.slice(1).forEach(({ centre }, i) => expect(centre - clusters[i].centre).toBe(250));
    expect(clusters[0].centre - config.cluster_spread).toBe(0);
  });
});
