/** Scoring of answers as the paper does: exact match and token F1 after normalising, best over the golds. */

const PUNCTUATION = /[!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]/g;
const ARTICLES = /(?<![\p{L}\p{N}_])(a|an|the)(?![\p{L}\p{N}_])/gu;
/** What Python takes for white space: the separators U+001C to U+001F and U+0085 too, U+FEFF not. */
// eslint-disable-next-line no-control-regex
const WHITE_SPACE = /[\p{White_Space}\u001c-\u001f]+/u;

/**
 * Lower case, without ASCII punctuation, articles and extra spaces (authors' `metrics.py`, as in SQuAD). An
 * answer that is nothing else becomes empty, and equals every other such answer.
 */
export function normaliseAnswer(answer: string): string {
  return collapse(answer.toLowerCase().replace(PUNCTUATION, '').replace(ARTICLES, ' '));
}

const collapse = (text: string) =>
  text
    .split(WHITE_SPACE)
    .filter((word) => word !== '')
    .join(' ');

/** Whether an answer equals one of the accepted answers after normalising. */
export function exactMatch(answer: string, golds: readonly string[]): boolean {
  const given = normaliseAnswer(answer);
  return golds.some((gold) => normaliseAnswer(gold) === given);
}

/**
 * The best harmonic mean, over the accepted answers, of the shares of the answer's and of the gold's words
 * that both have, in [0, 1]. A word counts once however often it occurs, as in the authors' code (SQuAD
 * counts it as often as both have it). Of two answers without words it is 1.
 */
export function tokenF1(answer: string, golds: readonly string[]): number {
  return golds.reduce((best, gold) => Math.max(best, f1(wordsOf(answer), wordsOf(gold))), 0);
}

function wordsOf(answer: string): string[] {
  const normalised = normaliseAnswer(answer);
  return normalised === '' ? [] : normalised.split(' ');
}

function f1(given: readonly string[], gold: readonly string[]): number {
  if (given.length === 0 || gold.length === 0) return Number(given.length === gold.length);
  const known = new Set(gold);
  const common = [...new Set(given)].filter((word) => known.has(word)).length;
  if (common === 0) return 0;
  const [precision, recall] = [common / given.length, common / gold.length];
  return (2 * precision * recall) / (precision + recall);
}
