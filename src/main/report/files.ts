/** The files that are made from a saved experiment, and their entries in the history. */
import { dirname, join, relative, resolve } from 'node:path';
import type { History } from '../history/history.ts';
import { answeredPicture } from '../experiments/answered-picture.ts';
import { registeredOf } from '../experiments/registrations.ts';
import { datasetCache } from '../experiments/data-files.ts';
import { insideSummary } from '#shared/stats/inside.ts';
import { writeReport, type ReportInput } from './report.ts';

/**
 * Writes the report, its figure and its config for a saved experiment and records them as artefacts.
 * @param out folder to write to; by default one per experiment beside the database
 * @returns the paths written
 * @throws UserError `report.write-failed`, `history.*`
 */
export async function writeExperimentFiles(
  history: History,
  experiment: number,
  out: string | undefined,
): Promise<string[]> {
  const home = dirname(resolve(history.path));
  const folder = resolve(out ?? join(home, 'reports', `experiment-${experiment}`));
  const files = writeReport(folder, {
    experiment: history.getExperiment(experiment),
    runs: history.evaluationsOf(experiment),
    inside: insideOf(history, experiment),
    registered: registeredOf(history, [experiment]),
    answered: await answeredPicture(history, { experiment, cache: datasetCache(home) }),
  });
  for (const [kind, path] of Object.entries(files)) {
    history.recordArtefact({ experiment, run: null, kind, path: relative(home, path) });
  }
  return Object.values(files);
}

/** What analyses found over the seeds that are done. */
export function insideOf(history: History, experiment: number): NonNullable<ReportInput['inside']> {
  return history.analysesOf(experiment).flatMap(({ id, params }) => {
    const summary = insideSummary(params.kind, history.analysisResults(id));
    return summary ? [{ params, summary }] : [];
  });
}
