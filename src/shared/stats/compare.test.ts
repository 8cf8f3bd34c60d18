import { describe, expect, it } from 'vitest';
import { compareEffects } from './compare.ts';
import type { Effects, TagEffect } from './effects.ts';
import { amountInterval } from './amount.ts';
import { pairedEffect, type UnpairedEffect } from './significance.ts';

function side(id: number, name: string, differences: Record<number, number>) {
  const seeds = Object.keys(differences).map(Number);
  const values = seeds.map((seed) => differences[seed]);
  const per_seed = seeds.map((seed) => ({ seed, run: seed, difference: differences[seed] }));
  const effect = pairedEffect(
    values,
    values.map(() => 0),
  );
  const iml: TagEffect | null = effect && {
    metric: 'exact_match',
    stage: 'stage2',
    ...effect,
    per_seed,
    corrected: { p: effect.p, family: 1 },
  };
  const effects: Effects = {
    metric: 'exact_match',
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
  it('mirrors exactly when reversed, whatever the order and number of the seeds', () => {
    const draw = (seeds: number[], at: number) =>
      Object.fromEntries(seeds.map((seed) => [seed, at + Math.sin(seed * 12.9898 + at) / 3]));
    const many = Array.from({ length: 24 }, (_, i) => i);
    for (const [a, b] of [
      [many, many],
      [many, many.slice(3, 9)],
      [many.slice(0, 12), many.slice(12)],
      [
        [0, 1],
        [5, 6, 7],
      ],
    ]) {
      const [one, other] = [side(1, 'a', draw(a, 0.1)), side(2, 'b', draw(b, 0.2))];
      other.effects.effects.iml!.per_seed.reverse();
      const [there] = compareEffects([one, other]);
      const [back] = compareEffects([other, one]);
      expect(back.difference.mean).toBe(-there.difference.mean);
      expect(back.difference.low).toBe(-there.difference.high!);
      expect(back.difference.p).toBe(there.difference.p);
      expect(back.difference.p_permutation).toBe(there.difference.p_permutation);
      expect(back.difference.p_permutation_mid).toBe(there.difference.p_permutation_mid);
    }
  });

  const base = side(1, 'base', { 0: 0.1, 1: 0.12, 2: 0.11, 3: 0.13, 4: 0.1 });

  it('pairs by seed where both ran the same seeds', () => {
    const [found, ...rest] = compareEffects([
      base,
      side(2, 'wide', { 4: 0.2, 3: 0.24, 2: 0.2, 1: 0.23, 0: 0.2 }),
    ]);
    expect(rest).toEqual([]);
    expect(found).toMatchObject({ effect: 'iml', first: 1, second: 2, paired: true });
    expect(found.difference.mean).toBeCloseTo(0.102, 12);
    expect(found.sentence).toMatch(
      /^IML effect, "wide" \(2\) against "base" \(1\): larger, \+10\.2 points .*paired by seed\)\.$/,
    );
  });

  it('uses Welch’s test where the seeds differ', () => {
    const [found] = compareEffects([
      base,
      side(2, 'other', { 10: 0.01, 11: 0.02, 12: 0.0, 13: 0.01, 14: 0.02 }),
    ]);
    expect(found.paired).toBe(false);
    expect(found.sentence).toMatch(/: smaller, −10\.0 points .*Welch, not paired\)\.$/);
  });

  it('counts seeds, and their spread, of the experiment that it calls first or second', () => {
    const one = { 0: 0.1, 1: 0.2, 2: 0.3 };
    const other = { 10: 0.01, 11: 0.02, 12: 0.0, 13: 0.01 };
    const [found] = compareEffects([side(1, 'one', one), side(2, 'other', other)]);
    expect(found).toMatchObject({ first: 1, second: 2, difference: { n_first: 3, n_second: 4 } });
    const { sd_first, sd_second } = found.difference as UnpairedEffect;
    expect(sd_first).toBeCloseTo(0.1, 9);
    expect(sd_second).toBeLessThan(0.01);
  });

  it('claims nothing that the correction or the permutation test does not confirm', () => {
    const none = side(1, 'a', { 0: 0, 1: 0, 2: 0, 3: 0, 4: 0, 5: 0 });
    // One seed against the others: the t-test alone would claim it.
    const one = side(2, 'b', { 0: -0.02, 1: 0.1, 2: 0.05, 3: 0.09, 4: 0.04, 5: 0.1 });
    expect(compareEffects([none, one])[0].sentence).toMatch(
      /: larger, \+6\.0 points \(95 % interval 1\.1 to 10\.9, p = 0\.026, paired by seed\)\.$/,
    );
    const several = compareEffects([none, one, one, one]);
    expect(several.map(({ corrected }) => corrected.family)).toEqual([3, 3, 3]);
    for (const { sentence } of several)
      expect(sentence).toMatch(
        /: not clear yet, .* p = 0\.026, corrected for 3 comparisons p = 0\.07\d, paired by seed\)\.$/,
      );
    expect(
      compareEffects([none, side(2, 'b', { 0: -0.01, 1: 0.01, 2: 0.002, 3: 0, 4: 0.01, 5: -0.01 })])[0]
        .sentence,
    ).toContain(': no clear difference, ');
  });

  it('warns of few seeds on either side, and says why there is no test', () => {
    const few = side(1, 'a', { 0: 0.1, 1: 0.12, 2: 0.15 });
    expect(compareEffects([base, few])[0].sentence).toMatch(/ Only 3 seeds: /);
    expect(compareEffects([base, side(2, 'b', { 7: 0.1 })])[0].sentence).toMatch(
      /points; with one seed on a side there is no interval and no test\.$/,
    );
    const same = side(3, 'c', { 0: 0.2, 1: 0.22, 2: 0.25 });
    expect(compareEffects([few, same])[0].sentence).toMatch(/the seeds agree exactly/);
  });

  it('mirrors exactly when the order is turned round', () => {
    const other = side(2, 'wide', { 4: 0.21, 3: 0.244, 2: 0.2, 1: 0.233, 0: 0.2 });
    const welch = side(3, 'other', { 10: 0.01, 11: 0.02, 12: 0.0, 13: 0.01, 14: 0.02 });
    for (const against of [other, welch]) {
      const [there] = compareEffects([base, against]);
      const [back] = compareEffects([against, base]);
      const turned = amountInterval(there.difference, 'exact_match')
        .split(' to ')
        .reverse()
        .map((end) => (end.startsWith('−') ? end.slice(1) : `−${end}`));
      expect(amountInterval(back.difference, 'exact_match')).toBe(turned.join(' to '));
    }
  });

  it('leaves out what one side did not measure', () => {
    expect(compareEffects([base, side(2, 'none', {})])).toEqual([]);
    expect(compareEffects([base])).toEqual([]);
  });

  it('compares with the baseline that is named, whichever place it has', () => {
    const others = [
      side(2, 'two', { 0: 0.3, 1: 0.33, 2: 0.31 }),
      side(3, 'three', { 0: 0.2, 1: 0.21, 2: 0.23 }),
    ];
    const all = [base, ...others];
    const named = compareEffects(all, { baseline: 3 });
    expect(named.map(({ first, second }) => [first, second])).toEqual([
      [3, 1],
      [3, 2],
    ]);
    // As where it is the first: the numbers do not depend on the order.
    const first = compareEffects([others[1]!, base, others[0]!]);
    expect(named).toEqual(first);
    expect(named[1]?.sentence).toContain('"two" (2) against "three" (3)');
    expect(compareEffects(all)[0]).toMatchObject({ first: 1, second: 2 });
  });

  it('groups are named by what they are over, and not paired where their experiments ran other seeds', () => {
    const over = { over: '2 experiments' };
    const even = { ...base, experiment: { ...base.experiment, ...over } };
    const other = side(2, 'b', { 0: 0.2, 1: 0.21, 2: 0.26, 3: 0.2, 4: 0.22 });
    const group = { ...other, experiment: { ...other.experiment, ...over } };
    const [paired] = compareEffects([even, group]);
    expect(paired).toMatchObject({ paired: true });
    expect(paired!.sentence).toMatch(/^IML effect, "b" \(2 experiments\) against "base" \(2 experiments\): /);
    const [apart] = compareEffects([even, { ...group, experiment: { ...group.experiment, uneven: true } }]);
    expect(apart).toMatchObject({ paired: false });
    expect(apart!.notes.join(' ')).toContain('not all experiments of both groups ran the same seeds');
  });
});
