/** What a sweep found: each effect against the swept value, and whether it grows with it. */
import { cellTitle, fieldTitle } from '../field-names.ts';
import type { SweepCell, SweepSpec, SweepValue } from '../sweep.ts';
import type { MetricId } from '../metrics.ts';
import { amountInterval, amountWithUnit } from './amount.ts';
import type { EffectName } from './effect-names.ts';
import { mean, withoutRounding } from './describe.ts';
import type { Effects, TagEffect } from './effects.ts';
import { testText, unconfirmed, withNotes } from './finding.ts';
import { fewSeedsNote, seedCount } from './few-seeds.ts';
import { pairedEffect, type PairedEffect } from './significance.ts';
import { corrected, verdictOf, type Corrected, type Verdict } from './verdict.ts';

/** The effects that a sweep is about. */
export const SWEEP_EFFECTS: readonly EffectName[] = ['iml', 'stage1'];

/** One combination with what its experiment found so far. */
export interface SweepPoint {
  experiment: number;
  cell: SweepCell;
  effects: Effects;
}

/** Change of an effect with the swept value: one slope per seed, then as any difference over seeds. */
export interface SweepTrend {
  effect: EffectName;
  /** The numeric field on the axis. */
  field: string;
  /** Slopes are per unit of the field, or per doubling where its values span a wide range. */
  per: 'unit' | 'doubling';
  slope: PairedEffect;
}

/** A trend with its p as one of those shown, in words. */
export interface SaidTrend extends SweepTrend {
  corrected: Corrected;
  sentence: string;
}

/** Values that span more than this factor are laid out by their logarithm. */
const WIDE = 8;

/** The field whose values stand on the axis: the first one that is swept. */
export function axisField({ over }: SweepSpec): string {
  return Object.keys(over)[0];
}

/** Whether all values of a field are numbers, and how they are spaced best. */
export function axisScale(values: readonly SweepValue[]): 'linear' | 'log' | 'names' {
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length < values.length) return 'names';
  const least = Math.min(...numbers);
  return least > 0 && Math.max(...numbers) / least >= WIDE ? 'log' : 'linear';
}

/** The same where a person asked for the other way. @param switched ignored where values have no logarithm */
export function spacedBy(values: readonly SweepValue[], switched: boolean): ReturnType<typeof axisScale> {
  const own = axisScale(values);
  return switched && canBeLog(values) ? (own === 'log' ? 'linear' : 'log') : own;
}

/** Whether values have logarithms that differ. */
export function canBeLog(values: readonly SweepValue[]): boolean {
  return values.length > 1 && values.every((value) => typeof value === 'number' && value > 0);
}

/** One line of a figure: the points of one combination of the other swept fields. */
export interface SweepSeries {
  /** Values of the other fields; empty where only one is swept, or several together. */
  label: string;
  points: AlongPoint[];
}

/** What was found at one value. */
export interface AlongPoint {
  value: SweepValue;
  /** One; several where they are measured as one. */
  experiments: number[];
  effect: TagEffect;
  /** What each of several found by itself; those that found nothing are left out. */
  singles?: { experiment: number; mean: number }[];
}

/** What was measured of one combination. */
interface MeasuredCell {
  experiment: number;
  cell: SweepCell;
  /** Null where no run has finished, or the subsets were not tested. */
  effect: TagEffect | null;
}

/** The lines of a figure of one effect, along the first field; combinations without the effect are left out. */
export function sweepSeries(spec: SweepSpec, cells: readonly MeasuredCell[]): SweepSeries[] {
  const field = axisField(spec);
  const measured = cells.flatMap(({ experiment, cell, effect }) => {
    const { [field]: value, ...others } = cell;
    // Fields that go together in pairs are one line: the first of them is the axis.
    const label = spec.mode === 'paired' ? '' : cellTitle(others);
    return effect ? [{ label, point: { experiments: [experiment], value, effect } }] : [];
  });
  const named = axisScale(spec.over[field]) === 'names';
  return [...Map.groupBy(measured, ({ label }) => label)].map(([label, of]) => {
    const points = of.map(({ point }) => point);
    // A line runs from left to right, in whatever order the values were written.
    return { label, points: named ? points : points.sort((a, b) => Number(a.value) - Number(b.value)) };
  });
}

/**
 * How an effect changes along one numeric field, where it is the only one swept: for each seed that has every
 * value, the least-squares slope of its effect; then the mean slope over seeds with interval and test.
 * @returns null where the field has no two numbers, another field varies too, or no seed has them all
 */
export function sweepTrend(
  spec: SweepSpec,
  points: readonly SweepPoint[],
  effect: EffectName,
): SweepTrend | null {
  const [field, ...others] = Object.keys(spec.over);
  const scale = axisScale(spec.over[field]);
  if (others.length > 0 || scale === 'names' || points.length < 2) return null;
  const x = points.map(({ cell }) =>
    scale === 'log' ? Math.log2(Number(cell[field])) : Number(cell[field]),
  );
  if (new Set(x).size < 2) return null;
  const bySeed = points.map(({ effects }) => differences(effects.effects[effect]));
  const seeds = [...bySeed[0].keys()].filter((seed) => bySeed.every((of) => of.has(seed)));
  const slopes = seeds.map((seed) =>
    slopeOf(
      x,
      bySeed.map((of) => of.get(seed)!),
    ),
  );
  const slope = pairedEffect(
    slopes,
    slopes.map(() => 0),
  );
  return slope && { effect, field, per: scale === 'log' ? 'doubling' : 'unit', slope };
}

/** The p-values of all combinations, each corrected for every one that stands in the same table. */
export function cellPValues(points: readonly SweepPoint[]): Record<EffectName, Corrected>[] {
  const all = points.flatMap(({ effects: { effects } }) =>
    SWEEP_EFFECTS.map((name) => effects[name] ?? { p: null }),
  );
  const together = corrected(all);
  return points.map((_, i) => ({ iml: together[2 * i], stage1: together[2 * i + 1] }));
}

/** The trends of both effects, those that there are, corrected for one another. */
export function sweepTrends(spec: SweepSpec, points: readonly SweepPoint[]): SaidTrend[] {
  const trends = SWEEP_EFFECTS.flatMap((effect) => sweepTrend(spec, points, effect) ?? []);
  const together = corrected(trends.map(({ slope }) => slope));
  return trends.map((trend, i) => ({
    ...trend,
    corrected: together[i],
    sentence: trendSentence(trend, together[i], points[0].effects.metric),
  }));
}

const VERDICTS: Record<Exclude<Verdict, 'untested'>, string> = {
  more: 'grows',
  less: 'falls',
  unclear: 'may change, which is not clear yet',
  none: 'shows no clear change',
};

/** Whether an effect grows along the swept field, in plain sentences. */
function trendSentence(
  { effect, field, per, slope }: SweepTrend,
  adjusted: Corrected,
  metric: MetricId,
): string {
  const name = effect === 'iml' ? 'IML effect' : 'stage-1 effect';
  const step =
    per === 'doubling' ? `per doubling of ${fieldTitle(field)}` : `per unit of ${fieldTitle(field)}`;
  const size = `${amountWithUnit(slope.mean, metric)} ${step}`;
  const verdict = verdictOf(slope, adjusted.p);
  if (verdict === 'untested')
    return `The ${name} changes by ${size}; ${slope.n === 1 ? 'one seed is no evidence' : 'its seeds agree exactly, so its uncertainty cannot be estimated'}.`;
  const numbers = `95 % interval ${amountInterval(slope, metric)}, ${testText(slope, adjusted)}, ${seedCount(slope.n)}`;
  return withNotes(
    `The ${name} ${VERDICTS[verdict]}: ${size} (${numbers}).`,
    unconfirmed(slope, verdict),
    fewSeedsNote(slope.n),
  );
}

function differences(effect: TagEffect | null): Map<number, number> {
  return new Map(effect?.per_seed.map(({ seed, difference }) => [seed, difference]));
}

/** Least-squares slope of y on x. */
function slopeOf(x: readonly number[], y: readonly number[]): number {
  const [centreX, centreY] = [mean(x), mean(y)];
  const products = x.reduce((sum, value, i) => sum + (value - centreX) * (y[i] - centreY), 0);
  const size = Math.max(...y.map(Math.abs)) * x.reduce((sum, value) => sum + Math.abs(value - centreX), 0);
  return withoutRounding(products, size) / x.reduce((sum, value) => sum + (value - centreX) ** 2, 0);
}
