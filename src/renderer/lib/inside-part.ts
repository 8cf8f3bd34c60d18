/** What is inside the models of experiments, loaded when they are first shown. */
import { LatePart } from './late-part.svelte.ts';

export const insidePart = new LatePart<{ ids: number[]; by?: readonly string[] }>(
  () => import('../components/inside/InsideTab.svelte'),
);
