/** How a model is asked: one that has a limit for its answers reads from a key–value cache. */
import type { Steps } from '../../../steps/steps.ts';
import type { Answerer, LanguageTests } from './answers.ts';
import { answersByCache } from './by-cache.ts';
import { answersByDrafts } from './by-drafts.ts';

export function answererOf(steps: Steps, tests: LanguageTests): Answerer {
  return tests.encoded.limit === null ? answersByDrafts(steps, tests) : answersByCache(steps, tests);
}
