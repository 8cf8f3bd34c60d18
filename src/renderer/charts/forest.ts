/** One row of a forest plot. */
import type { TagEffect } from '#shared/stats/effects.ts';

export interface ForestRow {
  id: number;
  label: string;
  colour: string;
  effect: TagEffect;
  /** Where the questions behind it are. */
  href?: string;
}
