/** API: analyses of what is inside models. */
import type { AnalysesReplies, AnalysisState } from '#shared/api/analyses.ts';
import { ANALYSES, ANALYSIS_KINDS } from '#shared/analysis.ts';
import { plural } from '#shared/counting.ts';
import type { Handlers } from '#shared/contract.ts';
import { UserError } from '#shared/errors.ts';
import { insideSummary } from '#shared/stats/inside.ts';
import { insideBeside } from '../analysis/beside.ts';
import { comparedFile, insideFile, type InsideFile } from '../analysis/files.ts';
import { groupingBy } from '../table/experiment-groups.ts';
import { present } from './compared.ts';
import type { Context } from './context.ts';
import { fileNameOf } from './file-names.ts';

const MIMES = { csv: 'text/csv', json: 'application/json' };

export function analysesHandlers(context: Context): Pick<Handlers, keyof AnalysesReplies> {
  const { history, analyses, table, emit } = context;
  return {
    'analyses.list': ({ experiments }) => {
      const progress = analyses.progress();
      return experiments
        .flatMap((id) => history.analysesOf(id))
        .map((record): AnalysisState => ({
          record,
          progress: progress.filter(({ analysis }) => analysis === record.id),
          summary: insideSummary(record.params.kind, history.analysisResults(record.id)),
        }));
    },
    'analyses.beside': ({ experiments, by }) => {
      const ids = present(history, experiments);
      const groups = groupingBy({ history, table }, ids, by)?.groups.map(({ label, experiments }) => ({
        ...{ name: label, experiments },
      }));
      const alone = () => ids.map((id) => ({ name: history.getExperiment(id).name, experiments: [id] }));
      const sides = groups ?? alone();
      return ANALYSIS_KINDS.map((kind) => insideBeside(history, kind, sides)).filter(
        ({ rows }) => rows.length > 0,
      );
    },
    'analyses.start': ({ experiment, params, seeds }) => analyses.start(experiment, params, seeds),
    'analyses.cancel': ({ id }) => analyses.cancel(history.getAnalysis(id).id),
    'analyses.remove': async ({ id }) => {
      const { experiment } = history.getAnalysis(id);
      await analyses.cancel(id);
      history.removeAnalysis(id);
      emit('analysis', { experiment, analysis: id });
    },
    'export.analysis': ({ id, as }) => {
      const given = foundOf(context, id);
      const title = `${given.name} ${ANALYSES[given.record.params.kind].label}`;
      return { file_name: fileNameOf(title, as), mime: MIMES[as], text: insideFile(`figure.${as}`, given) };
    },
    'export.compared_analyses': ({ ids, as }) => {
      const given = ids.map((id) => foundOf(context, id));
      const kinds = [...new Set(given.map(({ record }) => record.params.kind))];
      if (kinds.length > 1)
        throw new UserError(
          'analysis.kinds',
          `ids: ${kinds.join(' and ')} have no numbers in common; give analyses of one kind`,
        );
      const title = `${ANALYSES[kinds[0]].label} side by side`;
      const text = comparedFile(`figure.${as}`, given, plural(given.length, 'experiment'));
      return { file_name: fileNameOf(title, as), mime: MIMES[as], text };
    },
  };
}

/** @throws UserError `analysis.empty` while no seed is done */
function foundOf({ history }: Context, id: number): InsideFile {
  const record = history.getAnalysis(id);
  const results = history.analysisResults(id);
  const summary = insideSummary(record.params.kind, results);
  if (!summary)
    throw new UserError('analysis.empty', `analysis ${id}: no seed is done yet; wait for the first`);
  const { name } = history.getExperiment(record.experiment);
  return { record, name, results, summary };
}
