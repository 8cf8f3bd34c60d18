/** Analyses that an experiment's config asks for. */
import { wishedAnalyses, type AnalysisParams } from '#shared/analysis.ts';
import { isImported } from '#shared/imported.ts';
import type { History } from '../history/history.ts';

/** Those to be done now: none while a run is left, or one of them did not finish. */
export function dueAnalyses(history: History, experiment: number): AnalysisParams[] {
  const runs = history.runsOf(experiment);
  if (runs.length === 0 || runs.some(({ state }) => state !== 'done')) return [];
  const { config } = history.getExperiment(experiment);
  return isImported(config) ? [] : wishedAnalyses(config);
}
