import fc from 'fast-check';
import { expect, it } from 'vitest';
import { METRIC_IDS } from '#shared/metrics.ts';
import { METRIC_TESTS } from '#shared/records.ts';
import { TEST_SUBSETS } from '#shared/subsets.ts';
import { SMOOTHING } from '../charts/smooth.ts';
import { EXPERIMENT_LOOK, type ExperimentLook } from './experiment-look.ts';
import { addressOf, placeOf } from './place.ts';

const { first, read, write } = EXPERIMENT_LOOK;
/** −0 is written as 0. */
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const range = fc.tuple(finite, finite).filter(([low, high]) => low < high);
const zoom = fc.option(
  fc.record({ x: fc.option(range), y: fc.option(range) }).filter(({ x, y }) => x !== null || y !== null),
);
const smooth = fc.constantFrom(...SMOOTHING);

const looks: fc.Arbitrary<ExperimentLook> = fc.record({
  test: fc.constantFrom(...METRIC_TESTS),
  metric: fc.option(fc.constantFrom(...METRIC_IDS)),
  each: fc.boolean(),
  hidden: fc.uniqueArray(fc.constantFrom(...TEST_SUBSETS)),
  ...{ smooth, log: fc.boolean(), zoom },
  run: fc.option(fc.integer({ min: 1 })),
  trace: fc.constantFrom('loss', 'examples_per_second'),
  ...{ runSmooth: smooth, runLog: fc.boolean(), runZoom: zoom },
});

const written = (look: ExperimentLook) =>
  Object.fromEntries(
    Object.entries(write(look)).filter((part): part is [string, string] => part[1] !== null),
  );

it('how an experiment is looked at comes back whole from its address', () => {
  fc.assert(
    fc.property(looks, (look) => {
      const place = placeOf(addressOf({ view: 'runs', ids: [3], tab: null, query: written(look) }));
      expect(place).toMatchObject({ view: 'runs', ids: [3], tab: null });
      expect(read(place.query)).toEqual({ look, problems: [] });
    }),
  );
});

it('nothing chosen takes no room, and the run’s own figure is told apart from the curves', () => {
  expect(written(first)).toEqual({});
  expect(written({ ...first, smooth: 3, runSmooth: 5, run: 12, each: true })).toEqual({
    ...{ each: '1', smooth: '3', run: '12' },
    'run-smooth': '5',
  });
});

it.each<[string, string]>([
  ['run', '0'],
  ['run', 'first'],
  ['hidden', 'd1consis,nothing'],
  ['trace', 'speed'],
  ['run-zoom', '5..2,'],
  ['base', '2'],
])('%s=%s is told, and the rest holds', (key, text) => {
  const { look, problems } = read({ [key]: text, each: '1' });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(key);
  expect(look).toEqual({ ...first, each: true });
});
