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

/** Colours that tell experiments apart where subsets do not (forest plots, loss curves). */
const EXPERIMENTS = ['#2456a6', '#b4572a', '#2f7d4f', '#8a4fa3', '#a8842c', '#3c8a99', '#b0446b', '#5c626b'];

export function experimentColour(index: number, dark: boolean): string {
  const colour = EXPERIMENTS[index % EXPERIMENTS.length] ?? '#5c626b';
  return dark ? lifted(colour) : colour;
}
