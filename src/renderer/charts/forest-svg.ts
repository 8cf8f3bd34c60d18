/** The forest plot as a file of its own. */
import ForestPlot from './ForestPlot.svelte';
import type { ForestRow } from './forest.ts';
import { mountedSvg } from './mounted-svg.ts';

const WIDTH = 720;

/** @returns an SVG document that needs no stylesheet */
export function forestSvg(rows: ForestRow[], title: string): string {
  return mountedSvg(ForestPlot, { rows, title, heading: true, fixedWidth: WIDTH }, WIDTH);
}
