/** One row of a forest plot. */
import type { Mark } from '#shared/experiment-colours.ts';
import type { TagEffect } from '#shared/stats/effects.ts';

export interface ForestRow {
  /** Tells rows apart. */
  key: string;
  label: string;
  /** What it is over, where that needs saying: below its name, and in full where one points at it. */
  over?: { text: string; full: string } | null;
  /** An experiment of the group above it. */
  aside?: boolean;
  /** Means of the experiments of a group, drawn above its own. */
  singles?: { label: string; colour: string; mark: Mark; mean: number }[];
  colour: string;
  /** As Chart.js calls it. */
  mark: Mark;
  effect: TagEffect;
  /** Where the questions behind it are. */
  href?: string;
}

/** Half the width of a mark. */
const HALF = 6;

const MARKS: Record<Mark, string> = {
  rectRot: `m${-HALF},0l${HALF},${-HALF}l${HALF},${HALF}l${-HALF},${HALF}z`,
  circle: `m${1 - HALF},0a5,5 0 1,0 10,0a5,5 0 1,0 -10,0z`,
  rect: 'm-5,-5h10v10h-10z',
  triangle: `m0,${-HALF}l${HALF},10h${-2 * HALF}z`,
};

/** The path of a mark around a point. */
export function markAt(mark: Mark, x: number, y: number): string {
  return `M${x},${y}${MARKS[mark]}`;
}
