/** API: analyses of what is inside models. */
import type { AnalysesReplies, AnalysisState, InsideBeside } from '#shared/api/analyses.ts';
import { ANALYSES, ANALYSIS_KINDS, type AnalysisKind } from '#shared/analysis.ts';
import { plural } from '#shared/counting.ts';
import type { Handlers } from '#shared/contract.ts';
import { UserError } from '#shared/errors.ts';
import { insideSummary } from '#shared/stats/inside.ts';
import { insideBeside, insideSides } from '../analysis/beside.ts';
import { comparedFile, insideFile } from '../analysis/files.ts';
import { doneOf, foundOf } from '../analysis/found.ts';
import { groupingBy } from '../table/experiment-groups.ts';
import { present } from './compared.ts';
import type { Context } from './context.ts';
import { fileNameOf } from './file-names.ts';

const MIMES = { csv: 'text/csv', json: 'application/json' };

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
    'analyses.beside': ({ experiments, by }) =>
      ANALYSIS_KINDS.map((kind) => besideOf(context, kind, experiments, by)).filter(
        ({ rows }) => rows.length > 0,
      ),
    'analyses.start': ({ experiment, params, seeds }) => analyses.start(experiment, params, seeds),
    'analyses.cancel': ({ id }) => analyses.cancel(history.getAnalysis(id).id),
    'analyses.remove': async ({ id }) => {
      const { experiment } = history.getAnalysis(id);
      await analyses.cancel(id);
      history.removeAnalysis(id);
      emit('analysis', { experiment, analysis: id });
    },
    'export.analysis': ({ id, as }) => {
      const given = doneOf(history, id);
      const title = `${given.name} ${ANALYSES[given.record.params.kind].label}`;
      return { file_name: fileNameOf(title, as), mime: MIMES[as], text: insideFile(`figure.${as}`, given) };
    },
    'export.compared_analyses': ({ kind, experiments, by, as }) => {
      const beside = besideOf(context, kind, experiments, by);
      const given = beside.rows.flatMap(({ analyses }) => analyses.map((id) => foundOf(history, id)));
      if (given.length === 0)
        throw new UserError(
          'analysis.empty',
          `experiments: nothing was found by ${kind} yet; start the analysis, and wait for the first seed`,
        );
      const title = `${ANALYSES[kind].label} side by side`;
      const name = plural(given.length, 'experiment');
      const text = comparedFile(`figure.${as}`, { name, given, beside, by });
      return { file_name: fileNameOf(title, as), mime: MIMES[as], text };
    },
  };
}

function besideOf(
  { history, table }: Pick<Context, 'history' | 'table'>,
  kind: AnalysisKind,
  experiments: readonly number[],
  by: readonly string[],
): InsideBeside {
  const ids = present(history, experiments);
  return insideBeside(history, kind, insideSides(history, ids, groupingBy({ history, table }, ids, by)));
}
