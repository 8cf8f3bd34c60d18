import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../errors.ts';
import { assertComparable, comparisonsIn, OPERATORS, passes, type Cell, type Filter } from './filter.ts';
import { filterText, parseFilter } from './filter-text.ts';

const column = fc.constantFrom('alpha', 'tags.correlation', 'max(d1consis.loss)', 'label', 'α', 'created');
const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (Object.is(n, -0) ? 0 : n)),
  fc.string(),
  fc.constantFrom('and', 'NOT', 'null', '#2', '"', '\\', '12', '50%', '1e5', 'a b', 'max(x)', ''),
  fc.constant(null),
);
const leaf: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({
    kind: fc.constant('compare' as const),
    column,
    operator: fc.constantFrom(...OPERATORS),
    value,
  }),
  fc.record({
    kind: fc.constant('text' as const),
    text: fc.oneof(fc.string(), fc.constantFrom('or', 'x:y')),
  }),
  fc.record({ kind: fc.constant('number' as const), id: fc.nat() }),
);
const { filter } = fc.letrec<{ filter: Filter; all: Filter; any: Filter; not: Filter; leaf: Filter }>(
  (tie) => ({
    leaf,
    all: lists('all', tie('filter')),
    any: lists('any', tie('filter')),
    not: tie('filter').map((of): Filter => (of.kind === 'not' ? of : { kind: 'not', of })),
    filter: fc.oneof({ depthSize: 'small' }, leaf, tie('all'), tie('any'), tie('not')),
  }),
);

/** As the reader makes them: none within one of its kind. */
function lists(kind: 'all' | 'any', of: fc.Arbitrary<Filter>): fc.Arbitrary<Filter> {
  const flat = (all: Filter[]) => all.flatMap((each) => (each.kind === kind ? each.of : [each]));
  return fc.array(of, { minLength: 2, maxLength: 3 }).map((all) => ({ kind, of: flat(all) }));
}

describe('a filter', () => {
  it('reads as what was written', () => {
    fc.assert(
      fc.property(filter, (one) => void expect(parseFilter(filterText(one))).toEqual(one)),
      { numRuns: 500 },
    );
  });

  it('is read or refused in one line, whatever is typed', () => {
    const typed = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc
        .array(
          fc.constantFrom(
            'and',
            'or',
            'not',
            '(',
            ')',
            '"',
            '<',
            ':',
            '#2',
            'max(',
            'alpha',
            '0.5',
            ' ',
            '\\',
          ),
        )
        .map((words) => words.join('')),
    );
    const read = (text: string) => {
      try {
        const found = parseFilter(text);
        expect(parseFilter(filterText(found))).toEqual(found);
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
        expect((error as UserError).code).toBe('table.filter');
        expect((error as UserError).message).not.toContain('\n');
      }
    };
    fc.assert(fc.property(typed, read), { numRuns: 2000 });
    for (const text of ['('.repeat(1999), 'not '.repeat(400), '('.repeat(900) + 'a' + ')'.repeat(900)])
      read(text);
  });

  it.each<[string, Filter]>([
    [
      'alpha < 0.8 and label:paper',
      {
        kind: 'all',
        of: [
          { kind: 'compare', column: 'alpha', operator: '<', value: 0.8 },
          { kind: 'compare', column: 'label', operator: ':', value: 'paper' },
        ],
      },
    ],
    ['#2', { kind: 'number', id: 2 }],
    ['gpt2', { kind: 'text', text: 'gpt2' }],
    ['order', { kind: 'text', text: 'order' }],
    ['max(d1consis)>=50%', { kind: 'compare', column: 'max(d1consis)', operator: '>=', value: 0.5 }],
    ['created > 2026-01-01', { kind: 'compare', column: 'created', operator: '>', value: '2026-01-01' }],
    ['note = none', { kind: 'compare', column: 'note', operator: '=', value: null }],
    [
      'one two or NOT "three four"',
      {
        kind: 'any',
        of: [
          {
            kind: 'all',
            of: [
              { kind: 'text', text: 'one' },
              { kind: 'text', text: 'two' },
            ],
          },
          { kind: 'not', of: { kind: 'text', text: 'three four' } },
        ],
      },
    ],
  ])('%s', (text, expected) => {
    expect(parseFilter(text)).toEqual(expected);
  });

  it.each([
    ['alpha <', /^where: "alpha <" ends where more is needed; write for example/],
    ['alpha < < 3', /"< 3" at character 9 has no meaning there/],
    ['(a', /ends where more is needed/],
    ['a "b', /at character 3/],
    ['a'.repeat(2001), /has 2001 characters, and 2000 are allowed/],
  ])('%.20s is refused with its place', (text, message) => {
    expect(() => parseFilter(text)).toThrow(message);
  });
});

describe('passes', () => {
  const cells: Record<string, Cell> = {
    alpha: 0.5,
    name: 'My GPT2',
    labels: ['paper', 'Old'],
    none: null,
    seeds: [1, 7],
  };
  const row = {
    cell: (name: string) => cells[name] ?? null,
    has: (text: string) => text === 'word',
    experiment: 2,
  };

  it.each([
    ...[
      'alpha < 0.8',
      'alpha = 50%',
      'alpha != 1',
      'name:gpt2',
      'name = "my gpt2"',
      'labels:paper',
      'labels = old',
    ],
    ...[
      'labels != new',
      'none = none',
      'alpha != none',
      'seeds = 7',
      'seeds > 6',
      'Word',
      '#2',
      'not #3',
      '#3 or word',
    ],
  ])('lets %s through', (text) => expect(passes(parseFilter(text)!, row)).toBe(true));

  it.each([
    ...[
      'alpha > 0.8',
      'alpha < abc and #3',
      'name:bert',
      'labels:new',
      'labels != old',
      'none < 3',
      'none > 3',
    ],
    ...['seeds > 7', 'other', '#3', 'not word', 'word #3'],
  ])('keeps %s out', (text) => expect(passes(parseFilter(text)!, row)).toBe(false));
});

it('knows what it compares, and refuses numbers above a word', () => {
  const [a, b] = comparisonsIn(parseFilter('a < x or not (b:2 and word)')!);
  expect([a!.column, b!.column]).toEqual(['a', 'b']);
  expect(() => assertComparable(a!, ['2026-01-01', null])).not.toThrow();
  expect(() => assertComparable(a!, [null, 3])).toThrow(/^where: a < "x": a holds numbers; give one/);
});
