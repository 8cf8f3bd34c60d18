/** API: analyses of what is inside models. */
import type { AnalysesReplies, AnalysisState } from '#shared/api/analyses.ts';
import { ANALYSES } from '#shared/analysis.ts';
import type { Handlers } from '#shared/contract.ts';
import { UserError } from '#shared/errors.ts';
import { insideSummary } from '#shared/stats/inside.ts';
import { insideFile } from '../analysis/files.ts';
import type { Context } from './context.ts';
import { fileNameOf } from './file-names.ts';

const MIMES = { svg: 'image/svg+xml', csv: 'text/csv', json: 'application/json' };

export function analysesHandlers(context: Context): Pick<Handlers, keyof AnalysesReplies> {
  const { history, analyses, emit } = context;
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
    'analyses.start': ({ experiment, params, seeds }) => analyses.start(experiment, params, seeds),
    'analyses.cancel': ({ id }) => analyses.cancel(history.getAnalysis(id).id),
    'analyses.remove': async ({ id }) => {
      const { experiment } = history.getAnalysis(id);
      await analyses.cancel(id);
      history.removeAnalysis(id);
      emit('analysis', { experiment, analysis: id });
    },
    'export.analysis': ({ id, as }) => {
      const record = history.getAnalysis(id);
      const results = history.analysisResults(id);
      const summary = insideSummary(record.params.kind, results);
      if (!summary)
        throw new UserError('analysis.empty', `analysis ${id}: no seed is done yet; wait for the first`);
      const { name } = history.getExperiment(record.experiment);
      const title = `${name} ${ANALYSES[record.params.kind].label}`;
      return {
        file_name: fileNameOf(title, as),
        mime: MIMES[as],
        text: insideFile(`figure.${as}`, { record, name, results, summary }),
      };
    },
  };
}
