/** Subset colours are the same in every figure; on a dark page they are lifted so that they stay legible. */
import { subsetInfo, type TestSubset } from '#shared/subsets.ts';

const LIFT = 0.32;

export function subsetColour(subset: TestSubset, dark: boolean): string {
  const { colour } = subsetInfo(subset);
  return dark ? lifted(colour) : colour;
}

/** The colour with an opacity, for bands and traces. */
export function withAlpha(colour: string, alpha: number): string {
  return `${colour}${Math.round(alpha * 255)
    .toString(16)
    .padStart(2, '0')}`;
}

/** Mixed with white. */
function lifted(hex: string): string {
  const channels = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  const mixed = channels.map((value) => Math.round(value + (255 - value) * LIFT));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/**
 * Colours that tell experiments and other lines apart where subsets do not: any two also for eyes that lack a kind of
 * cone, and each by 3 to 1 from the page (`colours.test.ts`).
 */
const LINES = ['#2456a6', '#ac030f', '#5d9160', '#570a5f', '#339be4', '#696100', '#b7688c', '#3b3c4b'];

/** Told apart where two experiments share a colour; as Chart.js calls its points. */
const MARKS = ['rectRot', 'circle', 'rect', 'triangle'] as const;
export type Mark = (typeof MARKS)[number];

/** The colour of a line among others. @param index its place */
export function lineColour(index: number, dark: boolean): string {
  const colour = LINES[index % LINES.length]!;
  return dark ? lifted(colour) : colour;
}

/**
 * The colour of an experiment: of its number alone, so that it is the same in every figure, whatever stands beside it.
 * Those whose numbers are eight apart share it, and differ in their marks.
 */
export function experimentColour(id: number, dark: boolean): string {
  return lineColour(placeOf(id), dark);
}

/** The mark of an experiment: colour and mark together are those of 32 numbers in a row, each once. */
export function experimentMark(id: number): Mark {
  return MARKS[Math.floor(placeOf(id) / LINES.length) % MARKS.length]!;
}

/** Numbers count from 1. */
const placeOf = (id: number) => Math.max(0, id - 1);
