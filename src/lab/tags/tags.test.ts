import { describe, expect, it } from 'vitest';
import type { TagsConfig } from '#shared/config.ts';
import { languageSchema } from '#shared/config/language.ts';
import { UserError } from '#shared/errors.ts';
import { SUBSET_NAMES, type SubsetName } from '#shared/subsets.ts';
import { shareOf, subsetSizes } from '#shared/subset-sizes.ts';
import { splitEntities } from './split.ts';
import { drawAliases, drawFreshTags, drawTags } from './words.ts';

const tagsConfig = (tags: Partial<TagsConfig> = {}) => languageSchema.parse({ tags }).tags;

function splitConfig(fractions: Partial<Record<SubsetName, number>>, correlation: number | null = null) {
  const all = Object.fromEntries(SUBSET_NAMES.map((name) => [name, fractions[name] ?? 0]));
  return languageSchema.parse({ subsets: { fractions: all }, tags: { correlation } });
}

const errorOf = (action: () => unknown) => {
  try {
    return { code: 'none', message: JSON.stringify(action()) };
  } catch (error) {
    if (error instanceof UserError) return { code: error.code, message: error.message };
    throw error;
  }
};

describe('tags', () => {
  it('are random words of six letters, distinct, by seed', () => {
    const tags = drawTags(tagsConfig(), new Set(), 1);
    const texts = Object.values(tags);
    expect(texts).toHaveLength(3);
    expect(new Set(texts).size).toBe(3);
    for (const text of texts) expect(text).toMatch(/^<\|[a-z]{6}\|>$/);
    expect(drawTags(tagsConfig(), new Set(), 1)).toEqual(tags);
    expect(drawTags(tagsConfig(), new Set(), 2)).not.toEqual(tags);
  });

  it('are used as named, and naming one leaves the others', () => {
    const drawn = drawTags(tagsConfig(), new Set(), 1);
    expect(drawTags(tagsConfig({ unreliable: 'hearsay:' }), new Set(), 1)).toEqual({
      ...drawn,
      unreliable: 'hearsay:',
    });
  });

  it('that are drawn avoid what is taken', () => {
    const drawn = drawTags(tagsConfig(), new Set(), 1);
    const { reliable, ...others } = drawTags(tagsConfig(), new Set([drawn.reliable]), 1);
    expect(reliable).not.toBe(drawn.reliable);
    expect(others).toEqual({ unreliable: drawn.unreliable, fresh: drawn.fresh });
  });

  it('must differ from each other and from names and answers', () => {
    expect(errorOf(() => drawTags(tagsConfig({ reliable: 'x', fresh: 'x' }), new Set(), 1))).toEqual({
      code: 'tags.same',
      message: 'tags.fresh: "x" is also tags.reliable; name another',
    });
    expect(errorOf(() => drawTags(tagsConfig({ fresh: 'Ada' }), new Set(['Ada']), 1))).toEqual({
      code: 'tags.taken',
      message: 'tags.fresh: "Ada" is the name of an entity or an answer; name another',
    });
  });
});

describe('aliases', () => {
  it('are distinct words of alias_letters letters; more entities leave the first ones', () => {
    const aliases = drawAliases(tagsConfig({ alias_letters: 3 }), 10_000, new Set(), 1);
    expect(new Set(aliases).size).toBe(10_000);
    for (const alias of aliases) expect(alias).toMatch(/^<\|[a-z]{3}\|>$/);
    expect(drawAliases(tagsConfig({ alias_letters: 3 }), 100, new Set(), 1)).toEqual(aliases.slice(0, 100));
  });

  it('avoid what is taken, up to the very last word', () => {
    const all = drawAliases(tagsConfig({ alias_letters: 3 }), 26 ** 3, new Set(), 1);
    const taken = new Set(all.slice(0, 26 ** 3 - 5));
    expect(drawAliases(tagsConfig({ alias_letters: 3 }), 5, taken, 2).sort()).toEqual(all.slice(-5).sort());
    expect(errorOf(() => drawAliases(tagsConfig({ alias_letters: 3 }), 6, taken, 2))).toEqual({
      code: 'tags.aliases',
      message: 'tags.alias_letters: 3 letters make 5 aliases, too few for 6 entities; use more letters',
    });
  });

  it('fresh tags are drawn per subset and avoid what is taken', () => {
    const tags = drawFreshTags(50, new Set(), 1, 'qd4consis');
    expect(new Set(tags).size).toBe(50);
    expect(drawFreshTags(50, new Set(tags.slice(0, 1)), 1, 'qd4consis')[0]).not.toBe(tags[0]);
  });
});

describe('the split', () => {
  it('refuses fractions that do not sum to 1, listing them', () => {
    expect(errorOf(() => subsetSizes(splitConfig({ q: 0.5, d2consis: 0.4 }), 100))).toEqual({
      code: 'subsets.fractions',
      message: 'subsets.fractions: they sum to 0.9 (q 0.5 + d2consis 0.4); make them sum to 1',
    });
    expect(subsetSizes(splitConfig({ q: 0.1, d2consis: 0.9 + 1e-10 }), 100).q).toBe(10);
  });

  it.each([
    [{ q: 0.999, d1consis: 0.001 }, null, 'd1consis', 'gets 0 of 100', 'at least 1'],
    [{ q: 0.99, qd2incons: 0.01 }, null, 'qd2incons', 'gets 1 of 100', 'at least 2'],
    [{ q: 0.99, d2consis: 0.01 }, null, 'd2consis', 'gets 1 of 100', 'at least 2'],
    [
      { qd1consis: 0.1, q: 0.9 },
      0.9,
      'qd1incons',
      'gets 1 of 100 entities at tags.correlation 0.9',
      'at least 2',
    ],
  ])(
    'names the subset that is too small: %j, correlation %s',
    (fractions, correlation, name, count, need) => {
      const { code, message } = errorOf(() => subsetSizes(splitConfig(fractions, correlation), 100));
      expect(code).toBe('subsets.too-few');
      expect(message).toMatch(
        new RegExp(`^subsets\\.fractions\\.${name}: ${count}.*${need}; raise its fraction`),
      );
    },
  );

  it('refuses a correlation with nothing to share out', () => {
    const { code, message } = errorOf(() => subsetSizes(splitConfig({ q: 1 }, 0.7), 100));
    expect(code).toBe('tags.correlation');
    expect(message).toMatch(/^tags\.correlation: 0\.7 .*qd1consis and qd2incons/);
  });

  it('moves entities within a tag’s pool only when the correlation changes', () => {
    const fractions = { qd1consis: 0.3, qd2incons: 0.3, q: 0.2, d2consis: 0.2 };
    const [full, half] = [1, 0.5].map((alpha) => splitEntities(splitConfig(fractions, alpha), 200, 3));
    for (const name of ['q', 'd2consis'] as const) expect(half[name]).toEqual(full[name]);
    const merged = [...half.qd1consis, ...half.qd1incons].sort((a, b) => a - b);
    expect(merged).toEqual(full.qd1consis);
  });
});

describe('shareOf', () => {
  it('rounds half up as a decimal would', () => {
    expect([shareOf(0.145, 100), shareOf(0.285, 1000), shareOf(1 / 6, 6), shareOf(0.5, 3)]).toEqual([
      15, 285, 1, 2,
    ]);
  });
});
