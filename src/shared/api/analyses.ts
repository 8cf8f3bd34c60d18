/** API: analyses of what is inside the models of saved experiments. */
import { z } from 'zod';
import { ANALYSIS_KINDS, analysisParamsSchema, type AnalysisKind, type AnalysisRecord } from '../analysis.ts';
import type { InsideSummary } from '../stats/inside.ts';
import type { TextFile } from './system.ts';
import { by } from './analysis.ts';
import { id, ids } from './experiments.ts';

/** How far an analysis of a run is. */
export interface PartProgress {
  analysis: number;
  run: number;
  /** From 0 to 1. */
  share: number;
  /** Seconds until its end, as far as it can be told. */
  eta_seconds: number | null;
}

/** An analysis with what it found so far. */
export interface AnalysisState {
  record: AnalysisRecord;
  /** Of the runs that are looked at here now. */
  progress: PartProgress[];
  /** Over the runs that are done; null where there are none. */
  summary: InsideSummary | null;
}

/** What became of a wish for an analysis. */
export interface StartedAnalysis {
  id: number;
  /** Runs that are looked at now; the others are done, or another process has them. */
  runs: number[];
  /** Runs that cannot be looked at, in words. */
  left: string[];
}

/** An experiment, or a group of them, in figures over all of them. */
interface InsideRow {
  name: string;
  experiments: number[];
  /** One of each. */
  analyses: number[];
  summary: InsideSummary;
}

/** What analyses of one kind found beside each other. */
export interface InsideBeside {
  kind: AnalysisKind;
  rows: InsideRow[];
  /** What of a group is no part of its numbers, in words. */
  left: string[];
}

const fileKind = z.enum(['csv', 'json']);

export const analysesArguments = {
  /** In the order in which they were asked for. */
  'analyses.list': z.strictObject({ experiments: ids }),
  /** The latest of each kind, of each experiment, or grouped by one or two columns. */
  'analyses.beside': z.strictObject({ experiments: ids, by }),
  /** Starts an analysis, or goes on with the one that asks the same; `seeds` null takes all. */
  'analyses.start': z.strictObject({
    experiment: id,
    params: analysisParamsSchema,
    seeds: z.array(z.int().min(0)).max(10_000).nullable().default(null),
  }),
  /** What was found for other runs stays. */
  'analyses.cancel': z.strictObject({ id }),
  'analyses.remove': z.strictObject({ id }),
  /** Every number of every seed, or all of it; the figure: `export.paperFigure`. */
  'export.analysis': z.strictObject({ id, as: fileKind }),
  /** What `analyses.beside` says of one kind, with every number of every seed behind it. */
  'export.compared_analyses': z.strictObject({
    ...{ kind: z.enum(ANALYSIS_KINDS), experiments: ids, by },
    as: fileKind,
  }),
} satisfies Record<keyof AnalysesReplies, z.ZodType>;

export interface AnalysesReplies {
  'analyses.list': AnalysisState[];
  'analyses.beside': InsideBeside[];
  'analyses.start': StartedAnalysis;
  'analyses.cancel': void;
  'analyses.remove': void;
  'export.analysis': TextFile;
  'export.compared_analyses': TextFile;
}

export interface AnalysesEvents {
  /** An analysis began, got on or ended with a run. */
  analysis: { experiment: number; analysis: number };
}
