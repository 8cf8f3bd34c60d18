import fc from 'fast-check';
import { expect, it } from 'vitest';
import { drawEntities, keepEntities } from './draw.ts';
import type { FactTable } from './knowledge-base.ts';

const tableOf = (names: string[]): FactTable => ({
  kind: 'facts',
  entities: names,
  attributes: [{ name: 'town', question: 'Where is {entity}?' }],
  facts: names.map((name) => [[`town of ${name}`]]),
  report: { rowsRead: names.length, rowsKept: names.length, dropped: [] },
});
const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 5 }), { minLength: 2, maxLength: 20 });

it('keeps those that are named, with their facts, in the order of the data; the others are counted', () => {
  fc.assert(
    fc.property(names, fc.infiniteStream(fc.boolean()), (all, coins) => {
      const kept = all.filter(() => coins.next().value);
      const { entities, facts, report } = keepEntities(tableOf(all), kept.toReversed());
      expect(entities).toEqual(kept);
      expect(facts).toEqual(kept.map((name) => [[`town of ${name}`]]));
      expect(report.rowsKept).toBe(kept.length);
      const dropped = report.dropped.map(({ reason, count }) => [reason, count]);
      const left = all.length - kept.length;
      expect(dropped).toEqual(left === 0 ? [] : [['not in dataset.keep_entities', left]]);
    }),
  );
});

it('keeps all without a list, and draws from those that are kept', () => {
  const table = tableOf(['a', 'b', 'c', 'd']);
  expect(keepEntities(table, null)).toBe(table);
  for (const seed of [0, 1, 2]) {
    const drawn = drawEntities(keepEntities(table, ['d', 'b', 'a']), 2, seed, 'max_entities');
    expect(drawn.entities).not.toContain('c');
    expect(drawn.report.dropped).toHaveLength(2);
  }
});

it('names those that the data have not', () => {
  const table = tableOf(['Kenya', 'Ghana']);
  expect(() => keepEntities(table, ['Kenya', 'Gana'])).toThrow(
    'dataset.keep_entities: "Gana" is not among the 2 entities of the data (the nearest is "Ghana"); leave it out',
  );
  expect(() => keepEntities(table, ['x', 'y', 'Kenya'])).toThrow(
    /"x" and 1 more are not among the 2 entities of the data .*leave them out$/,
  );
});
