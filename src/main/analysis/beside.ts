/** What analyses of one kind found, beside each other: of each experiment, or of groups of experiments as of one. */
import type { AnalysisKind, AnalysisRecord, AnalysisResult, PartResult } from '#shared/analysis.ts';
import type { InsideBeside } from '#shared/api/analyses.ts';
import { insideSummary } from '#shared/stats/inside.ts';
import type { History } from '../history/history.ts';
import type { Grouping } from '../table/experiment-groups.ts';

/** Whose analyses count together. */
export interface InsideSide {
  name: string;
  experiments: readonly number[];
}

/** The groups, or each experiment by itself where there are none. */
export function insideSides(
  history: History,
  experiments: readonly number[],
  grouping: Grouping | null,
): InsideSide[] {
  return (
    grouping?.groups.map(({ label, experiments: of }) => ({ name: label, experiments: of })) ??
    experiments.map((id) => ({ name: history.getExperiment(id).name, experiments: [id] }))
  );
}

interface Found {
  record: AnalysisRecord;
  results: readonly PartResult[];
}

/**
 * Of each experiment the analysis that was asked for last and has found something. Those of a group have to be of the
 * same form; where some are not, those that most are like count, and the others are named.
 * @param named numbers of analyses to choose among; all where left out
 */
export function insideBeside(
  history: History,
  kind: AnalysisKind,
  sides: readonly InsideSide[],
  named?: readonly number[],
): InsideBeside {
  const left: string[] = [];
  const rows = sides.flatMap(({ name, experiments }) => {
    const found = experiments.flatMap((id) => latestOf(history, kind, id, named) ?? []);
    const forms = Map.groupBy(found, formOf);
    const [alike = [], ...others] = [...forms.values()].toSorted((a, b) => b.length - a.length);
    const summary = insideSummary(
      kind,
      alike.flatMap(({ results }) => results),
    );
    if (!summary) return [];
    if (others.length > 0) left.push(leftOut(name, alike, others.flat()));
    const of = alike.map(({ record }) => record);
    return [
      {
        name,
        summary,
        experiments: of.map(({ experiment }) => experiment),
        analyses: of.map(({ id }) => id),
      },
    ];
  });
  return { kind, rows, left };
}

function latestOf(
  history: History,
  kind: AnalysisKind,
  experiment: number,
  named?: readonly number[],
): Found | null {
  const asked = history
    .analysesOf(experiment)
    .filter(({ id, params }) => params.kind === kind && (named?.includes(id) ?? true))
    .toSorted((a, b) => b.id - a.id);
  for (const record of asked) {
    const results = history.analysisResults(record.id);
    if (results.length > 0) return { record, results };
  }
  return null;
}

/** What analyses have to share to be averaged: the question, and the places that its numbers are of. */
const formOf = ({ record, results }: Found) => JSON.stringify([record.params, placesOf(results[0]!.result)]);

function placesOf(result: AnalysisResult): unknown {
  switch (result.kind) {
    case 'moves':
      return [
        result.stages,
        result.parts.map(({ name }) => name),
        result.lens.map(({ stage, subsets }) => [
          stage,
          Object.entries(subsets).map(([subset, points]) => [subset, points.map(({ layer }) => layer)]),
        ]),
      ];
    case 'gradients':
      return result.points.map(({ at }) => at);
    case 'entropy':
      return [result.at, result.test];
    case 'probes':
      return [result.at, result.template, result.tokens, result.layers];
  }
}

function leftOut(name: string, alike: readonly Found[], others: readonly Found[]): string {
  const numbers = (of: readonly Found[]) => of.map(({ record }) => `#${record.experiment}`).join(', ');
  return `${name}: ${numbers(others)} ${others.length === 1 ? 'was' : 'were'} looked at otherwise than ${numbers(alike)} (another question, other weights or other layers), and left out`;
}
