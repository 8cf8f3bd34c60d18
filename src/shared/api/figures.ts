/** API: figures for paper, as the command line makes them. */
import { z } from 'zod';
import { METRIC_TESTS } from '../records.ts';
import { TEST_SUBSETS } from '../subsets.ts';
import { baseline, by, effects } from './analysis.ts';
import { ROWS } from '../table/rows.ts';
import { columnName } from './table.ts';
import { id } from './experiments.ts';
import type { BinaryFile } from './system.ts';

export const FIGURE_KINDS = [
  'curves',
  'effects',
  'sweep',
  'along',
  'scatter',
  'parallel',
  'probes',
  'gradients',
  'entropy',
  'moves',
] as const;
export type FigureKind = (typeof FIGURE_KINDS)[number];

export const FIGURE_FORMATS = ['pdf', 'svg', 'png', 'csv'] as const;
export type FigureFormat = (typeof FIGURE_FORMATS)[number];

const askedFields = {
  show: z.enum(FIGURE_KINDS),
  /** Ignored where a sweep is named: then they are its experiments. */
  experiments: z.array(id).max(200).default([]),
  sweep: id.nullable().default(null),
  /** Of learning curves; all that were measured where left out. */
  tests: z.array(z.enum(METRIC_TESTS)).min(1).optional(),
  subsets: z.array(z.enum(TEST_SUBSETS)).min(1).optional(),
  /** Of what is inside models: these analyses; the latest of each experiment where left out. */
  analyses: z.array(id).min(1).max(200).optional(),
  /** Columns of the table: of scatter across and up, of parallel axes each, of effects along one that, and that of lines. */
  columns: z.array(columnName).max(12).default([]),
  /** What their points and lines are. */
  rows: z.enum(ROWS).default('experiments'),
  /** Columns whose axis is logarithmic where it would not be by itself, or the other way round. */
  logs: z.array(columnName).max(40).default([]),
  /** What is chosen along axes, as `brushText` writes it; the others are drawn pale. */
  brush: z.string().max(4000).default(''),
  ...{ baseline, effects, by },
};

export const figureArguments = {
  /** `width`: column, page, or a length such as 85mm; `font`: of all letters, in points. */
  'export.paperFigure': z
    .strictObject({
      ...askedFields,
      format: z.enum(FIGURE_FORMATS),
      width: z.string().max(40).default('column'),
      font: z.number().default(8),
    })
    .refine(({ experiments, sweep }) => experiments.length > 0 || sweep !== null, {
      path: ['experiments'],
      message: 'must name an experiment or a sweep',
    }),
  /** A chart as the window drew it, as PNG at 300 dots per inch in the font of figures. */
  'export.chartPng': z.strictObject({ svg: z.string().max(1_500_000) }),
} satisfies Record<keyof FigureReplies, z.ZodType>;

export interface FigureReplies {
  'export.chartPng': { base64: string };
  'export.paperFigure': BinaryFile & { /** What it shows otherwise than it should. */ remarks: string[] };
}

/** What a figure is of. */
export type FigureAsked = Pick<
  z.output<(typeof figureArguments)['export.paperFigure']>,
  | 'show'
  | 'experiments'
  | 'sweep'
  | 'tests'
  | 'subsets'
  | 'analyses'
  | 'baseline'
  | 'effects'
  | 'by'
  | 'columns'
  | 'rows'
  | 'logs'
  | 'brush'
>;
