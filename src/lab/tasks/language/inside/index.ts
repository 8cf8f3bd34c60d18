/** What can be looked at inside a language model. */
import type { Inside } from '../../inside.ts';
import { gradientSource } from './gradients.ts';
import { goldRanks } from './lens.ts';
import { ownAnswers } from './own-answers.ts';
import { alignedPrompts } from './prompts.ts';
import type { Subject } from './subject.ts';

export function languageInside(subject: Subject): Inside {
  return {
    gradients: () => gradientSource(subject),
    prompts: (choice, running) => alignedPrompts(subject, choice, running),
    ownAnswers: (running, told) => ownAnswers(subject, running, told),
    lens: (most, running) => goldRanks(subject, most, running),
  };
}
