/** The answers of experiments, loaded when they are first shown. */
import { LatePart } from './late-part.svelte.ts';

export const answersPart = new LatePart<{ ids: number[] }>(
  () => import('../components/answers/AnswersTab.svelte'),
);
