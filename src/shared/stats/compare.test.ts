import { describe, expect, it } from 'vitest';
import { compareEffects } from './compare.ts';
import type { Effects, TagEffect } from './effects.ts';
import { pairedEffect } from './significance.ts';

function side(id: number, name: string, differences: Record<number, number>) {
  const seeds = Object.keys(differences).map(Number);
  const values = seeds.map((seed) => differences[seed]);
  const per_seed = seeds.map((seed) => ({ seed, run: seed, difference: differences[seed] }));
  const effect = pairedEffect(
    values,
    values.map(() => 0),
  );
  const iml: TagEffect | null = effect && { ...effect, per_seed };
  const effects: Effects = {
    n: seeds.length,
    subsets: {},
    effects: { iml, stage1: null },
    comparisons: [],
    runs: seeds.length,
    starts: [],
  };
  return { experiment: { id, name }, effects };
}

describe('compareEffects', () => {
  const base = side(1, 'base', { 0: 0.1, 1: 0.12, 2: 0.11, 3: 0.13, 4: 0.1 });

  it('pairs by seed where both ran the same seeds', () => {
    const [found, ...rest] = compareEffects(
      base,
      side(2, 'wide', { 4: 0.2, 3: 0.24, 2: 0.2, 1: 0.23, 0: 0.2 }),
    );
    expect(rest).toEqual([]);
    expect(found).toMatchObject({ effect: 'iml', first: 1, second: 2, paired: true });
    expect(found.difference.mean).toBeCloseTo(0.102, 12);
    expect(found.sentence).toMatch(
      /^IML effect, "wide" \(2\) against "base" \(1\): larger, \+10\.2 points .*paired by seed\)\.$/,
    );
  });

  it('uses Welch’s test where the seeds differ', () => {
    const [found] = compareEffects(base, side(2, 'other', { 10: 0.01, 11: 0.02, 12: 0.0, 13: 0.01 }));
    expect(found.paired).toBe(false);
    expect(found.sentence).toMatch(/: smaller, −10\.2 points .*Welch, different seeds\)\.$/);
  });

  it('says that nothing is clear where interval and test disagree, or where there is no difference', () => {
    const few = side(1, 'a', { 0: 0, 1: 0, 2: 0 });
    expect(compareEffects(few, side(2, 'b', { 0: 0.014, 1: 0.09, 2: 0.02 }))[0].sentence).toContain(
      ': not clear yet, ',
    );
    expect(compareEffects(few, side(2, 'b', { 0: -0.01, 1: 0.01, 2: 0.002 }))[0].sentence).toContain(
      ': no clear difference, ',
    );
  });

  it('leaves out what one side did not measure', () => {
    expect(compareEffects(base, side(2, 'none', {}))).toEqual([]);
  });
});
