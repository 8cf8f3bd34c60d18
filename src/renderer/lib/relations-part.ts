/** Experiments of a comparison along their values: loaded when it is first shown. */
import type { Comparison } from './compare.svelte.ts';
import { LatePart } from './late-part.svelte.ts';

export const relationsPart = new LatePart<{ comparison: Comparison; ids: number[] }>(
  () => import('../components/compare/Relations.svelte'),
);
