/** Whose answers count together: those of an experiment, or of a group of experiments. */

export interface AnswerSides {
  /** Number of the experiment, or place of its group from 1. */
  of: (experiment: number) => number;
  grouped: boolean;
}

export const BY_EXPERIMENT: AnswerSides = { of: (experiment) => experiment, grouped: false };

/** @param groups null leaves each experiment by itself */
export function answerSides(groups: readonly { experiments: readonly number[] }[] | null): AnswerSides {
  if (groups === null) return BY_EXPERIMENT;
  const places = new Map(groups.flatMap(({ experiments }, i) => experiments.map((id) => [id, i + 1])));
  return { of: (experiment) => places.get(experiment)!, grouped: true };
}
