import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METRIC_IDS } from '#shared/metrics.ts';
import { METRIC_TESTS } from '#shared/records.ts';
import { contrastOf } from '#shared/stats/contrast.ts';
import { PLANNED_TESTS } from '#shared/stats/planned-tests.ts';
import { TEST_SUBSETS } from '#shared/subsets.ts';
import { SMOOTHING } from '../charts/smooth.ts';
import type { Brush } from '#shared/table/brush.ts';
import { FIRST_LOOK, readLook, writeLook, type CompareLook } from './compare-look.ts';
import { addressOf, placeOf } from './place.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const range = fc
  .tuple(finite, finite)
  .filter(([low, high]) => low !== high)
  .map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]);
const column = fc.constantFrom('alpha', 'training.stage2.lr', 'max(d1consis.loss)', 'd1consis', 'name');
const some = <T>(of: readonly T[]) => fc.uniqueArray(fc.constantFrom(...of), { minLength: 1 });
const brush: fc.Arbitrary<Brush> = fc.oneof(
  fc.tuple(column, range).map(([of, [low, high]]): Brush => ({ column: of, kind: 'range', low, high })),
  fc
    .tuple(column, fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 3 }))
    .map(([of, names]): Brush => ({ column: of, kind: 'names', names })),
);
const contrast = fc
  .record({
    first: fc.constantFrom(...TEST_SUBSETS),
    second: fc.constantFrom(...TEST_SUBSETS),
    at: fc.constantFrom('stage1' as const, 'stage2' as const),
    test: fc.constantFrom(...METRIC_TESTS),
  })
  .filter(({ first, second }) => first !== second)
  .map((of) => contrastOf(of).id);

const looks: fc.Arbitrary<CompareLook> = fc.record({
  base: fc.option(fc.integer({ min: 1, max: 1e9 })),
  by: fc.uniqueArray(column, { maxLength: 2 }),
  subsets: some(TEST_SUBSETS),
  metric: fc.option(fc.constantFrom(...METRIC_IDS)),
  tests: some(METRIC_TESTS),
  effects: fc.uniqueArray(contrast, { minLength: 1, maxLength: 20 }),
  margin: fc.option(finite.filter((value) => value > 0)),
  planned: fc.constantFrom(...PLANNED_TESTS),
  moment: fc.constantFrom('stage1', 'stage2'),
  layout: fc.constantFrom('beside', 'overlay'),
  paint: fc.constantFrom('subsets', 'experiments'),
  align: fc.constantFrom('stages', 'epochs'),
  alone: fc.boolean(),
  traces: fc.boolean(),
  smooth: fc.constantFrom(...SMOOTHING),
  log: fc.boolean(),
  zoom: fc.option(
    fc.record({ x: fc.option(range), y: fc.option(range) }).filter(({ x, y }) => x !== null || y !== null),
  ),
  along: fc.option(column),
  lines: fc.option(column),
  points: fc.constantFrom('experiments', 'runs'),
  x: fc.option(column),
  y: fc.option(column),
  logs: fc.uniqueArray(column),
  axes: fc.uniqueArray(column),
  brush: fc.array(brush, { maxLength: 3 }),
});

/** As an address holds it: what is null is not in it. */
const written = (look: Partial<CompareLook>) =>
  Object.fromEntries(Object.entries(writeLook(look)).filter((part): part is [string, string] => !!part[1]));

describe('how a comparison is looked at', () => {
  it('comes back whole from its address', () => {
    fc.assert(
      fc.property(looks, (look) => {
        const address = addressOf({ view: 'compare', ids: [1, 2], tab: 'relations', query: written(look) });
        const place = placeOf(address);
        expect(place).toMatchObject({ view: 'compare', ids: [1, 2], tab: 'relations' });
        expect(readLook(place.query)).toEqual({ look, problems: [] });
      }),
    );
  });

  it('takes no room where nothing was chosen, and little where something was', () => {
    expect(written(FIRST_LOOK)).toEqual({});
    const look = { base: 2, by: ['alpha'], zoom: { x: [2, 8], y: null } } satisfies Partial<CompareLook>;
    const query = written({ ...FIRST_LOOK, ...look });
    const address = addressOf({ view: 'compare', ids: [1, 2], tab: null, query });
    expect(address).toBe('#/compare/1,2?base=2&by=alpha&zoom=2..8,');
    expect(addressOf({ view: 'compare', ids: [1], tab: null, query: { subsets: 'q,d1consis' } })).toBe(
      '#/compare/1?subsets=q,d1consis',
    );
  });

  it.each<[string, string]>([
    ['base', '0'],
    ['base', 'abc'],
    ['base', ''],
    ['by', 'a,b,c'],
    ['subsets', 'd1consis,nothing'],
    ['metric', 'speed'],
    ['tests', ''],
    ['effects', 'iml,foo'],
    ['margin', '-2'],
    ['margin', 'Infinity'],
    ['at', 'stage3'],
    ['layout', 'under'],
    ['traces', 'yes'],
    ['smooth', '4'],
    ['zoom', '5..2,'],
    ['zoom', ','],
    ['zoom', '1..2,3..4,5..6'],
    ['brush', 'alpha'],
    ['brush', 'alpha=%E0%A4%A'],
    ['strange', '1'],
  ])('%s=%s is told, and the rest holds', (key, text) => {
    const { look, problems } = readLook({ [key]: text, log: '1' });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(key);
    expect(look).toEqual({ ...FIRST_LOOK, log: true });
  });

  it('no address breaks it, and what it tells is a sentence', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (query) => {
        const { problems } = readLook(query);
        for (const problem of problems) expect(problem).toMatch(/left out/);
      }),
    );
  });
});
