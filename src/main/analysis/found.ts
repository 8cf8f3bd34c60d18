/** An analysis with what it found so far, as it is in the history. */
import type { AnalysisRecord, PartResult } from '#shared/analysis.ts';
import { UserError } from '#shared/errors.ts';
import { insideSummary, type InsideSummary } from '#shared/stats/inside.ts';
import type { History } from '../history/history.ts';

export interface InsideFound {
  record: AnalysisRecord;
  /** Of the experiment. */
  name: string;
  results: readonly PartResult[];
  /** Null where no run is done. */
  summary: InsideSummary | null;
}

export interface InsideDone extends InsideFound {
  summary: InsideSummary;
}

/** Whether a run is done. */
export const isDone = (found: InsideFound): found is InsideDone => found.summary !== null;

/** @throws HistoryError where there is no such analysis */
export function foundOf(history: History, analysis: number): InsideFound {
  const record = history.getAnalysis(analysis);
  const results = history.analysisResults(analysis);
  const { name } = history.getExperiment(record.experiment);
  return { record, name, results, summary: insideSummary(record.params.kind, results) };
}

/** @throws UserError `analysis.empty` while no run is done */
export function doneOf(history: History, analysis: number): InsideDone {
  const found = foundOf(history, analysis);
  if (isDone(found)) return found;
  throw new UserError('analysis.empty', `analysis ${analysis}: no seed is done yet; wait for the first`);
}
