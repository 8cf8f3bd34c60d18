import { describe, expect, it } from 'vitest';
import { languageSchema } from '#shared/config/language.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import { resultingSubsets } from './resulting-subsets.ts';

const half = languageSchema.parse({
  dataset: { kind: 'world', n_entities: 400 },
  tags: { correlation: 0.75 },
});

describe('what shares come to', () => {
  it('is what α leaves of them, in shares and in entities', () => {
    const { shares, sizes } = resultingSubsets(half, null);
    expect([shares.qd1consis, shares.qd1incons]).toEqual([0.1875, 0.0625]);
    expect([sizes?.qd1consis, sizes?.qd1incons, sizes?.qd2incons, sizes?.qd2consis]).toEqual([
      75, 25, 75, 25,
    ]);
    expect(Object.values(sizes ?? {}).reduce((sum, size) => sum + size, 0)).toBe(400);
  });

  it('counts the entities that were read, and nothing where the shares cannot be used', () => {
    const table = { ...half, dataset: resolveConfig({ dataset: { kind: 'csv', path: 'x' } }).dataset };
    expect(resultingSubsets(table, null).sizes).toBeNull();
    expect(resultingSubsets(table, 800).sizes?.qd1consis).toBe(150);
    const broken = {
      ...half,
      subsets: { ...half.subsets, fractions: { ...half.subsets.fractions, q: 0.9 } },
    };
    expect(resultingSubsets(broken, 800).sizes).toBeNull();
  });
});
