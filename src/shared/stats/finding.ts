/** What was found, as plain sentences; and the numbers in them, written the same way everywhere. */
import { decimals } from '../decimals.ts';
import { amountInterval, amountOfMetric } from './amount.ts';
import type { Effects, TagEffect } from './effects.ts';
import { FEW_SEEDS, fewSeedsNote, seedCount } from './few-seeds.ts';
import { LEVEL, verdictOf, type Corrected, type Effect, type Verdict } from './verdict.ts';

type Words = Record<Exclude<Verdict, 'untested'> | 'name', string>;

/** A p-value with its relation: `= 0.002`, `= 0.41`, `< 0.001`; never rounded across 0.05. */
export function pRelation(p: number): string {
  if (p < 0.001) return '< 0.001';
  const text = p.toFixed(p < 0.0995 ? 3 : 2);
  if (text !== '0.050') return `= ${text}`;
  return `= ${p < LEVEL ? Math.min(Number(p.toFixed(4)), 0.0499) : p.toFixed(4)}`;
}

/** A p-value in a table: `0.002`, `< 0.001`; `–` where nothing was tested. */
export function pText(p: number | null | undefined): string {
  return p === null || p === undefined ? '–' : pRelation(p).replace('= ', '');
}

/** Cohen's d_z in a table. */
export function dzText({ dz }: { dz: number | null }): string {
  return dz === null ? '–' : decimals(dz, 2);
}

/**
 * The IML effect in plain sentences. It is the one comparison that is named before anything runs (docs/statistics.md),
 * so its own p decides; the one corrected for all that are shown stands beside it.
 */
export function findingSentence({ effects: { iml }, n }: Effects): string {
  if (n === 0) return 'No run has finished yet, so there is nothing to report.';
  if (!iml) {
    return 'The effect of the tags cannot be measured: the experiment does not test both d1consis and d2consis.';
  }
  const verdict = verdictOf(iml);
  const sentence = describe(iml, verdict, {
    name: 'the effect of the reliable tag on new definitions',
    more: 'Models believed new definitions more when they carried the reliable tag',
    less: 'Models believed new definitions less when they carried the reliable tag',
    unclear:
      'It is not clear yet whether models believe new definitions more when they carry the reliable tag',
    none: 'No sign that models believe new definitions more when they carry the reliable tag',
  });
  return withNotes(sentence, namedBefore(iml, verdict));
}

/** The stage-1 effect in plain sentences, judged by its corrected p; null where it was not measured. */
export function stage1Sentence({ effects: { stage1 } }: Effects): string | null {
  return (
    stage1 &&
    describe(stage1, verdictOf(stage1, stage1.corrected.p), {
      name: 'the effect of the definitions of stage 1',
      more: 'After stage 1, models answered better where true definitions had come with the reliable tag than where false ones had come with the unreliable tag',
      less: 'After stage 1, models answered worse where true definitions had come with the reliable tag than where false ones had come with the unreliable tag',
      unclear: 'It is not clear yet whether the definitions of stage 1 changed the answers',
      none: 'No sign that the definitions of stage 1 changed the answers',
    })
  );
}

function describe(effect: TagEffect, verdict: Verdict, words: Words): string {
  const difference = amountOfMetric(effect.mean, effect.metric);
  if (effect.n === 1) {
    return `One seed is no evidence: ${words.name} was ${difference}. Run at least ${FEW_SEEDS} seeds for an interval.`;
  }
  if (verdict === 'untested') {
    return `${effect.n === 2 ? 'Both seeds' : `All ${seedCount(effect.n)}`} agree exactly: ${words.name} was ${difference}, and its uncertainty cannot be estimated.`;
  }
  const detail = `95 % interval ${amountInterval(effect, effect.metric)}, ${testText(effect, effect.corrected)}, ${seedCount(effect.n)}`;
  return withNotes(
    `${words[verdict]}: ${difference} (${detail}).`,
    unconfirmed(effect, verdict),
    powerNote(effect, verdict),
    fewSeedsNote(effect.n),
  );
}

/** `p = 0.012`, and beside others `p = 0.012, corrected for 7 comparisons p = 0.084`. */
export function testText({ p }: { p: number | null }, { p: adjusted, family }: Corrected): string {
  if (p === null || adjusted === null) return 'too few seeds for a test';
  const alone = `p ${pRelation(p)}`;
  return family > 1 ? `${alone}, corrected for ${family} comparisons p ${pRelation(adjusted)}` : alone;
}

function namedBefore({ corrected: { p, family } }: TagEffect, verdict: Verdict): string | null {
  const claimed = verdict === 'more' || verdict === 'less';
  if (!claimed || p === null || p < LEVEL) return null;
  return `It is the comparison that was named in advance; as just one of ${family} comparisons it would not be beyond chance.`;
}

/** A sentence with the remarks that it needs. */
export function withNotes(sentence: string, ...notes: readonly (string | null)[]): string {
  return [sentence, ...notes.filter((note) => note !== null)].join(' ');
}
/** Why a difference is not claimed although the t-test alone would. */
export function unconfirmed({ p_permutation_mid: p }: Pick<Effect, 'p_permutation_mid'>, verdict: Verdict) {
  if (verdict !== 'unclear' || p === null || p < LEVEL) return null;
  return `The permutation test does not confirm it (p ${pRelation(p)}).`;
}

function powerNote({ n, seeds_needed: needed }: TagEffect, verdict: Verdict): string | null {
  if (verdict !== 'none' || needed === null || needed <= n || needed > 1000) return null;
  return `A difference of this size would need about ${needed} seeds to show (80 % power).`;
}
