/** Scoring of answers (paper, evaluation: exact match after normalising). */

/**
 * Lower case, without punctuation, articles and extra spaces. What is nothing but an article or punctuation
 * (the letter A, say) stays, or it would match every other such answer.
 */
export function normaliseAnswer(answer: string): string {
  const lower = answer.normalize('NFC').toLowerCase();
  const words = collapse(lower.replace(/[\p{P}\p{S}]/gu, '')) || collapse(lower);
  return collapse(words.replace(/(?<![\p{L}\p{N}])(a|an|the)(?![\p{L}\p{N}])/gu, ' ')) || words;
}

const collapse = (text: string) => text.replace(/\s+/g, ' ').trim();

/** Whether an answer equals one of the accepted answers after normalising. */
export function exactMatch(answer: string, golds: readonly string[]): boolean {
  const given = normaliseAnswer(answer);
  return golds.some((gold) => normaliseAnswer(gold) === given);
}
