/** Subset colours are the same in every figure; on a dark page they are lifted so that they stay legible. */
import { LINE_COLOURS, placeOfExperiment } from '#shared/experiment-colours.ts';
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

/** The colour of a line among others. @param index its place */
export function lineColour(index: number, dark: boolean): string {
  const colour = LINE_COLOURS[index % LINE_COLOURS.length]!;
  return dark ? lifted(colour) : colour;
}

/**
 * The colour of an experiment: of its number alone, so that it is the same in every figure, whatever stands beside it.
 * Those whose numbers are eight apart share it, and differ in their marks.
 */
export function experimentColour(id: number, dark: boolean): string {
  return lineColour(placeOfExperiment(id), dark);
}
