/** Which way of reading a model has: the one place where the language task asks for an architecture. */
import { inputsAndAnswers, wholeTexts, type Reading } from '../../corpus/reading.ts';
import type { Tokenizer } from '../../corpus/vocabulary.ts';

/** @param model resolved, or its config: from scratch a decoder begins to write with padding */
export function readingOf(model: { architecture: string; start_id?: number }, tokenizer: Tokenizer): Reading {
  if (model.architecture !== 't5') return wholeTexts(tokenizer);
  return inputsAndAnswers(tokenizer, model.start_id ?? tokenizer.padId);
}
