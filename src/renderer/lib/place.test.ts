import { expect, it } from 'vitest';
import { addressOf, placeOf } from './place.ts';

it.each<[string, object]>([
  ['', { view: 'runs', ids: [], sweep: null }],
  ['#/runs/3', { view: 'runs', ids: [3] }],
  ['#/runs/s3', { view: 'runs', ids: [], sweep: 3 }],
  ['#/compare/2,1', { view: 'compare', ids: [2, 1], stray: [] }],
  ['#/compare/9,9,abc,4', { view: 'compare', ids: [9, 4], stray: ['abc'] }],
  ['#/compare/-1,2,4.5,0,,', { view: 'compare', ids: [2], stray: ['-1', '4.5', '0'] }],
  ['#/compare/99999999999999999999,2', { view: 'compare', ids: [2], stray: ['99999999999999999999'] }],
  ['#/compare/a%20b%,%3Cb%3E,007', { ids: [7], stray: ['a%20b%', '<b>'] }],
  ['#/nowhere/1', { view: 'runs' }],
  ['#/runs/3/answers', { view: 'runs', ids: [3], tab: 'answers', query: {} }],
  [
    '#/compare/1,2/answers?subset=q&text=a%26b+c',
    { ids: [1, 2], tab: 'answers', query: { subset: 'q', text: 'a&b c' } },
  ],
  [
    '#/runs?where=alpha+%3C+1&sort=-iml',
    { view: 'runs', ids: [], query: { where: 'alpha < 1', sort: '-iml' } },
  ],
  ['#/runs/3?smooth=5', { ids: [3], query: { smooth: '5' } }],
  ['#/runs/s3?smooth=5', { sweep: 3, query: {} }],
  ['#/design/3?smooth=5', { ids: [3], query: {} }],
  ['#/compare/1,2/nothing', { tab: null, stray: ['2/nothing'] }],
])('%s', (hash, place) => {
  expect(placeOf(hash)).toMatchObject(place);
});

it('an address leads to the place that it was made of', () => {
  const query = { subset: 'q', text: 'a&b %' };
  const place = { view: 'compare', ids: [2, 1], tab: 'answers', query } as const;
  expect(placeOf(addressOf({ ...place, ids: [...place.ids] }))).toMatchObject(place);
});

it('an address of the table is one of its view', () => {
  const table = { view: 'runs', ids: [], tab: null } as const;
  expect(addressOf({ ...table, ids: [], query: {} })).toBe('#/runs');
  const query = { where: 'alpha < 0.8 and label:paper', columns: 'id,max(d1consis)' };
  expect(placeOf(addressOf({ ...table, ids: [], query }))).toMatchObject({ ...table, query });
});
