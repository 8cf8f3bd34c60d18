import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WorldConfig } from '#shared/config.ts';
import { languageSchema } from '#shared/config/language.ts';
import { buildWorld } from './world.ts';
import { wordAt } from './words.ts';

function world(options: Partial<WorldConfig> = {}, runSeed = 0) {
  const { dataset } = languageSchema.parse({ dataset: { kind: 'world', ...options } });
  return buildWorld(dataset as WorldConfig, runSeed);
}

describe('the pocket world', () => {
  it('has unique names, and values that no two attributes share, curated or made up', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 2, max: 40 }),
        fc.integer({ min: 2, max: 200 }),
        fc.nat(1000),
        (n_entities, n_attributes, n_values, seed) => {
          const kb = world({ n_entities, n_attributes, n_values }, seed);
          expect(new Set(kb.entities).size).toBe(n_entities);
          expect(new Set(kb.attributes.map(({ name }) => name)).size).toBe(n_attributes);
          const perAttribute = kb.attributes.map((_, a) => new Set(kb.facts.map((facts) => facts[a][0])));
          const all = new Set(perAttribute.flatMap((values) => [...values]));
          expect(all.size).toBe(perAttribute.reduce((total, values) => total + values.size, 0));
          const names = [...kb.entities, ...kb.attributes.map(({ name }) => name)];
          expect(names.some((name) => all.has(name))).toBe(false);
          expect(kb.facts.every((facts) => facts.every((answers) => answers.length === 1))).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('uses every value of every curated attribute, all distinct and never a made-up word', () => {
    const kb = world({ n_entities: 4000, n_attributes: 12, n_values: 16 });
    const values = kb.attributes.flatMap((_, a) => [...new Set(kb.facts.map((facts) => facts[a][0]))]);
    expect(values).toHaveLength(12 * 16);
    expect(new Set(values).size).toBe(12 * 16);
    // Made-up words are consonant and vowel in turn, three syllables or more.
    expect(values.filter((value) => /^([bdfghj-np-tvz][aeiou]){3,}n?$/.test(value))).toEqual([]);
  });

  it('draws facts uniformly: chi-squared over 8 values stays below its 0.1 % limit', () => {
    const kb = world({ n_entities: 8000 });
    for (const [a] of kb.attributes.entries()) {
      const counts = new Map<string, number>();
      for (const facts of kb.facts) counts.set(facts[a][0], (counts.get(facts[a][0]) ?? 0) + 1);
      expect(counts.size).toBe(8);
      const chi = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
      expect(chi).toBeLessThan(24.32);
    }
  });

  it('draws attributes independently: chi-squared of each pair stays below its 0.1 % limit', () => {
    const kb = world({ n_entities: 8000, n_attributes: 4, n_values: 4 });
    for (const first of [0, 1, 2])
      for (let second = first + 1; second < 4; second++) {
        const counts = new Map<string, number>();
        for (const facts of kb.facts) {
          const pair = `${facts[first][0]} ${facts[second][0]}`;
          counts.set(pair, (counts.get(pair) ?? 0) + 1);
        }
        expect(counts.size).toBe(16);
        const chi = [...counts.values()].reduce((sum, count) => sum + (count - 500) ** 2 / 500, 0);
        expect(chi).toBeLessThan(37.7);
      }
  });

  it('follows its own seed, else that of the run', () => {
    const text = (options: Partial<WorldConfig>, runSeed: number) =>
      JSON.stringify(world({ n_entities: 50, ...options }, runSeed));
    expect(text({}, 1)).toBe(text({}, 1));
    expect(text({}, 1)).not.toBe(text({}, 2));
    expect(text({ seed: 5 }, 1)).toBe(text({ seed: 5 }, 2));
    expect(text({ seed: 5 }, 1)).toBe(text({}, 5));
  });

  it('keeps what is there when entities or attributes are added', () => {
    const small = world({ n_entities: 40, n_attributes: 3 });
    const large = world({ n_entities: 90, n_attributes: 7 });
    expect(large.entities.slice(0, 40)).toEqual(small.entities);
    expect(large.facts.slice(0, 40).map((facts) => facts.slice(0, 3))).toEqual(small.facts);
  });

  it('asks in the form `NAME attribute?`', () => {
    expect(world({ n_attributes: 2 }).attributes).toEqual([
      { name: 'craft', question: '{entity} craft?' },
      { name: 'home', question: '{entity} home?' },
    ]);
  });

  it('refuses what would not fit in memory', () => {
    expect(() => world({ n_entities: 1_000_000, n_attributes: 100 })).toThrow(
      expect.objectContaining({
        code: 'dataset.too-large',
        message: expect.stringMatching(/n_entities 1000000/),
      }),
    );
  });
});

describe('made-up words', () => {
  it('are distinct over a whole range, and longer where the range needs it', () => {
    const total = 600_000;
    const words = new Set(Array.from({ length: total }, (_, i) => wordAt(i, total)));
    expect(words.size).toBe(total);
    expect(wordAt(0, total)).toHaveLength(8);
    expect(wordAt(5, 100)).toMatch(/^([a-z][aeiou]){3}$/);
  });
});
