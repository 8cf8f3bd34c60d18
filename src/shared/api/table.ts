/** API: the table of experiments and runs, and the views of it that were saved. */
import { z } from 'zod';
import { ROWS } from '../table/rows.ts';
import type { Interval } from '../stats/interval.ts';
import type { MetricId } from '../metrics.ts';
import type { MetricTest, RunState } from '../records.ts';
import type { TestSubset } from '../subsets.ts';

const where = z.string().max(4000).default('');
export const columnName = z.string().min(1).max(200);

/** What a table shows: the part of it that a link or a saved view holds. */
const lookSchema = z.strictObject({
  rows: z.enum(ROWS).default('experiments'),
  /** None are those that it has at first (`columnNames`). */
  columns: z.array(columnName).max(60).default([]),
  where,
  /** A column, with `-` before it where the largest comes first; empty is newest first. */
  sort: z.string().max(201).default(''),
  archived: z.boolean().default(false),
});
export type TableLook = z.output<typeof lookSchema>;

export const viewSchema = z.strictObject({ name: z.string().trim().min(1).max(60), look: lookSchema });
export type SavedView = z.output<typeof viewSchema>;

/** What stands above a column. */
export interface TableHead {
  id: string;
  label: string;
  title: string;
  numeric: boolean;
  /** Where the numbers of runs are of the last evaluation: whose questions are behind them. */
  asked: { subset: TestSubset; test: MetricTest } | null;
}

export interface TableLine {
  experiment: number;
  run: number | null;
  state: RunState | null;
  /** A cell of each column, as it is written. */
  cells: string[];
}

/** A stretch of the rows. */
export interface TablePart {
  head: TableHead[];
  /** Rows in all. */
  total: number;
  /** The experiments of all of them, each once, in order. */
  experiments: number[];
  from: number;
  lines: TableLine[];
}

/** All rows, as they are read. */
interface TableTexts {
  head: string[];
  rows: string[][];
}

/** Rows with one value of a column. */
export interface TableGroup extends Interval {
  label: string;
  /** Those without a number. */
  without: number;
}

export interface TableGroups {
  by: TableHead;
  of: TableHead;
  /** What the numbers are of; null for a number that is no metric. */
  metric: MetricId | null;
  groups: TableGroup[];
  /** Groups beyond the first hundred. */
  left_out: number;
}

/** A way to go on with a filter: what takes the place of the characters from `from` to `to`. */
export interface Completion {
  text: string;
  help: string;
  from: number;
  to: number;
}

const formats = ['csv', 'md', 'latex', 'json'] as const;

export const tableArguments = {
  /** Experiments, archived ones too, that a filter lets through; errors of the filter are told. */
  'table.find': z.strictObject({ where }),
  'table.rows': z.strictObject({
    look: lookSchema,
    from: z.int().min(0).default(0),
    count: z.int().min(1).max(1000).default(200),
  }),
  'table.texts': z.strictObject({ look: lookSchema }),
  'table.groups': z.strictObject({ look: lookSchema, by: columnName, of: columnName }),
  'table.complete': z.strictObject({
    text: z.string().max(4000),
    at: z.int().min(0),
    rows: z.enum(ROWS).default('experiments'),
  }),
  /** Every column that can be chosen. */
  'table.columns': z.strictObject({ rows: z.enum(ROWS) }),
  'table.export': z.strictObject({ look: lookSchema, format: z.enum(formats) }),
  'table.views': z.strictObject({}),
  /** One of the same name gives way. */
  'table.saveView': viewSchema,
  'table.removeView': z.strictObject({ name: z.string().min(1).max(60) }),
} satisfies Record<keyof TableReplies, z.ZodType>;

export interface TableReplies {
  'table.find': number[];
  'table.rows': TablePart;
  'table.texts': TableTexts;
  'table.groups': TableGroups;
  'table.complete': Completion[];
  'table.columns': TableHead[];
  'table.export': { file_name: string; mime: string; text: string };
  'table.views': SavedView[];
  'table.saveView': SavedView[];
  'table.removeView': SavedView[];
}
