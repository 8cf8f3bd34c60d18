/** Colours and marks of experiments and other lines, the same in the window and in figures for paper. */

/**
 * Colours that tell experiments and other lines apart where subsets do not: any two also for eyes that lack a kind of
 * cone, and each by 3 to 1 from the page (`colours.test.ts`).
 */
export const LINE_COLOURS = [
  '#2456a6',
  '#ac030f',
  '#5d9160',
  '#570a5f',
  '#339be4',
  '#696100',
  '#b7688c',
  '#3b3c4b',
];

/** Told apart where two experiments share a colour; as Chart.js calls its points. */
const MARKS = ['rectRot', 'circle', 'rect', 'triangle'] as const;
export type Mark = (typeof MARKS)[number];

/** The mark of an experiment, as {@link lineMark}. */
export function experimentMark(id: number): Mark {
  return lineMark(placeOfExperiment(id));
}

/** The mark of what stands at a place: colour and mark together are those of 32 places in a row, each once. */
export function lineMark(place: number): Mark {
  return MARKS[Math.floor(place / LINE_COLOURS.length) % MARKS.length]!;
}

/** The colour of an experiment on paper. */
export function experimentInk(id: number): string {
  return lineInk(placeOfExperiment(id));
}

/** The colour of what stands at a place, on paper. */
export function lineInk(place: number): string {
  return LINE_COLOURS[place % LINE_COLOURS.length]!;
}

/** Its place among colours: numbers count from 1. */
export function placeOfExperiment(id: number): number {
  return Math.max(0, id - 1);
}
