/** Where the questions behind a number are. */
import type { AnswerFilter } from '#shared/api/answers.ts';
import type { TrainingParts } from '#shared/config/training.ts';
import { stageBeforeStage2 } from '#shared/stages.ts';
import type { StageId } from '#shared/records.ts';
import { EFFECT_SUBSETS, type EffectName } from '#shared/stats/effect-names.ts';
import type { Contrast } from '#shared/stats/contrast.ts';
import type { Moment } from '#shared/stats/final-values.ts';
import type { TestSubset } from '#shared/subsets.ts';
import { addressOf } from './place.ts';

/** A filter as it stands in an address, with what is shown of it. */
type Query = { [Key in keyof AnswerFilter]?: string | number | boolean } & {
  view?: AnswerView;
  first?: TestSubset;
  second?: TestSubset;
  /** Run and number of the thing that is looked at, `3.17`. */
  thing?: string;
};

export const ANSWER_VIEWS = ['questions', 'seeds', 'attributes', 'confusion', 'contrast'] as const;
export type AnswerView = (typeof ANSWER_VIEWS)[number];

/** @param ids one experiment, or those of a comparison */
export function answersLink(ids: readonly number[], query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== false);
  const texts = Object.fromEntries(given.map(([key, value]) => [key, value === true ? '1' : String(value)]));
  return addressOf({
    view: ids.length === 1 ? 'runs' : 'compare',
    ids: [...ids],
    tab: 'answers',
    query: texts,
  });
}

/** The questions behind an effect: its two subsets against each other. */
export function effectLink(
  experiment: number,
  effect: EffectName,
  found: { stage: StageId } | null | undefined,
): string | undefined {
  if (!found) return undefined;
  const [first, second] = EFFECT_SUBSETS[effect];
  return contrastLink(experiment, { first, second, test: 'questions' }, found);
}

/** The same of any two subsets. */
export function contrastLink(
  experiment: number,
  { first, second, test }: Pick<Contrast, 'first' | 'second' | 'test'>,
  { stage }: { stage: StageId },
): string {
  return answersLink([experiment], { view: 'contrast', first, second, test, stage, finished: true });
}

/** The stage at whose end a result was measured. */
export function stageAt(moment: Moment, pipeline: TrainingParts['pipeline']): StageId {
  if (pipeline === 'single-stage') return 'stage1';
  return moment === 'stage1' ? stageBeforeStage2(pipeline) : 'stage2';
}
