/** What was found, as plain sentences; and the numbers in them, written the same way everywhere. */
import type { Effects, TagEffect } from './effects.ts';

/** Below this many seeds an interval over seeds is only a first impression. */
const FEW_SEEDS = 5;
const LEVEL = 0.05;

type Verdict = 'more' | 'less' | 'unclear' | 'none';
type Words = Record<Verdict | 'name', string>;

/** A fraction of questions as points: `0.0463` → `4.6`, with a true minus sign. */
export function points(value: number): string {
  // No "−0.0".
  const rounded = Math.round(value * 1000) / 10 || 0;
  return rounded.toFixed(1).replace('-', '−');
}

/** Points with their sign: `+4.6`, `−0.3`, `0.0`. */
export function signedPoints(value: number): string {
  const text = points(value);
  return text.startsWith('−') || text === '0.0' ? text : `+${text}`;
}

/** `3.1 to 6.0`, in points. */
export function pointsInterval({ low, high }: { low: number; high: number }): string {
  return `${points(low)} to ${points(high)}`;
}

/** A p-value with its relation: `= 0.002`, `= 0.41`, `< 0.001`. */
export function pRelation(p: number): string {
  if (p < 0.001) return '< 0.001';
  return `= ${p.toFixed(p < 0.0995 ? 3 : 2)}`;
}

function seeds(n: number): string {
  return n === 1 ? '1 seed' : `${n} seeds`;
}

/** The IML effect in one plain sentence (and a second one where there are few seeds). */
export function findingSentence({ effects: { iml }, n }: Effects): string {
  if (n === 0) return 'No run has finished yet, so there is nothing to report.';
  if (!iml) {
    return 'The effect of the tags cannot be measured: the experiment does not test both d1consis and d2consis.';
  }
  return describe(iml, {
    name: 'the effect of the reliable tag on new definitions',
    more: 'Models believed new definitions more when they carried the reliable tag',
    less: 'Models believed new definitions less when they carried the reliable tag',
    unclear:
      'It is not clear yet whether models believe new definitions more when they carry the reliable tag',
    none: 'No sign that models believe new definitions more when they carry the reliable tag',
  });
}

/** The stage-1 effect in one plain sentence; null where it was not measured. */
export function stage1Sentence({ effects: { stage1 } }: Effects): string | null {
  return (
    stage1 &&
    describe(stage1, {
      name: 'the effect of the definitions of stage 1',
      more: 'After stage 1, models answered better where true definitions had come with the reliable tag than where false ones had come with the unreliable tag',
      less: 'After stage 1, models answered worse where true definitions had come with the reliable tag than where false ones had come with the unreliable tag',
      unclear: 'It is not clear yet whether the definitions of stage 1 changed the answers',
      none: 'No sign that the definitions of stage 1 changed the answers',
    })
  );
}

function describe(effect: TagEffect, words: Words): string {
  const difference = `${signedPoints(effect.mean)} points of exact match`;
  if (effect.n === 1) {
    return `One seed is no evidence: ${words.name} was ${difference}. Run at least ${FEW_SEEDS} seeds for an interval.`;
  }
  if (effect.p === null) {
    return `All ${seeds(effect.n)} agree exactly: ${words.name} was ${difference}, and its uncertainty cannot be estimated.`;
  }
  const found = words[verdictOf(effect, effect.p)];
  const detail = `95 % interval ${pointsInterval(effect)}, p ${pRelation(effect.p)}, ${seeds(effect.n)}`;
  return `${found}: ${difference} (${detail}).${caveat(effect)}`;
}

/** With few seeds the interval may leave out 0 although the test finds nothing: then neither is said. */
function verdictOf({ mean, low, high }: TagEffect, p: number): Verdict {
  if (p < LEVEL) return mean > 0 ? 'more' : 'less';
  return low > 0 || high < 0 ? 'unclear' : 'none';
}

function caveat({ n, p, seeds_needed }: TagEffect): string {
  const undecided = p !== null && p >= LEVEL;
  if (undecided && seeds_needed !== null && seeds_needed > n && seeds_needed <= 1000) {
    return ` A difference of this size would need about ${seeds_needed} seeds to show (80 % power).`;
  }
  if (n < FEW_SEEDS) return ` With only ${seeds(n)} the interval is likely too narrow.`;
  return '';
}
