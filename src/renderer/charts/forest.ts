/** One row of a forest plot. */
import type { Mark } from '../lib/colours.ts';
import type { TagEffect } from '#shared/stats/effects.ts';

export interface ForestRow {
  id: number;
  label: string;
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
