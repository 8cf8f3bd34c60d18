/** What the panels are given that lay out rows of the table, an experiment or a run each, by columns of numbers. */
import type { ScatterPoint } from '../charts/scatter-chart.ts';
import type { Comparison } from './compare.svelte.ts';
import type { PaperAsked } from './paper-figures.ts';

export interface PlottedRows {
  comparison: Comparison;
  /** Columns of numbers that are offered. */
  measured: readonly string[];
  /** What a row is. */
  kind: 'experiments' | 'runs';
  rows: readonly (ScatterPoint & { seed: number | null })[];
  /** What colours are of; null where they are of experiments. */
  groups: readonly string[] | null;
  /** The same for a paper. */
  paper: Omit<PaperAsked, 'show'>;
}
