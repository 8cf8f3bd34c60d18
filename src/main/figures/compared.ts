/** Figures of a comparison: curves, effects below each other and along a value, points and parallel axes. */
import type { FigureAsked } from '#shared/api/figures.ts';
import { UserError } from '#shared/errors.ts';
import { metricOf } from '#shared/tasks.ts';
import type { History } from '../history/history.ts';
import { effectsAlong, measuredRuns } from '../report/comparison/along.ts';
import { comparisonOf, experimentRuns } from '../report/comparison/input.ts';
import { sidesOf } from '../report/comparison/sides.ts';
import type { Grouping } from '../table/experiment-groups.ts';
import { comparedPoints } from '../table/points.ts';
import type { HistoryTable } from '../table/table.ts';
import { alongNotes, alongPanels } from './along.ts';
import { curvePanels } from './curves.ts';
import { comparedEffects, GROUPED_NOTE, groupNotes, namerOf, singleNotes } from './compared-effects.ts';
import type { Shown } from './model.ts';
import { parallelShown, scatterShown } from './points.ts';

type Context = { history: History; table: HistoryTable };

export function curvesShown(
  history: History,
  experiments: readonly number[],
  asked: FigureAsked,
  grouping: Grouping | null,
): Shown {
  const given = experiments.map((id) => experimentRuns(history, id, true));
  const sides = sidesOf(given, grouping?.groups ?? null);
  return { panels: curvePanels(sides, asked), notes: groupNotes(sides) };
}

/** @throws UserError `compare.*` */
export function effectsShown(
  history: History,
  experiments: readonly number[],
  { effects, baseline }: FigureAsked,
  grouping: Grouping | null,
): Shown {
  return comparedEffects(comparisonOf(history, experiments, { effects, baseline, grouping }));
}

/** @throws UserError `figure.columns` where none or more than two are named; as `effectsAlong` */
export function alongShown(
  context: Context,
  experiments: readonly number[],
  { effects, by, columns, logs }: FigureAsked,
): Shown {
  const [along, lines = null, ...more] = columns;
  if (along === undefined || more.length > 0)
    throw new UserError(
      'figure.columns',
      'along: takes the column of the axis, such as alpha, or that and one whose values are lines of their own, such as alpha,order',
    );
  const { history } = context;
  const laid = effectsAlong(context, { experiments, by, effects, along, lines }, (id) => {
    const { experiment, runs } = experimentRuns(history, id, false);
    return measuredRuns(() => runs, metricOf(experiment.config));
  });
  const panels = alongPanels(laid, { switched: logs.includes(along), nameOf: namerIn(history, experiments) });
  return {
    panels,
    notes: [...(by.length > 0 ? [GROUPED_NOTE] : []), ...singleNotes(panels), ...alongNotes(laid)],
  };
}

/** @throws UserError `figure.columns`, `figure.brush`, `table.*` */
export function pointsShown(
  { history, table }: Context,
  experiments: readonly number[],
  { show, columns, rows, logs, brush }: FigureAsked,
  grouping: Grouping | null,
): Shown {
  const points = comparedPoints(table, { experiments, rows, columns });
  const asked = { logs, brush, nameOf: namerIn(history, experiments), groups: grouping?.groups ?? null };
  return (show === 'scatter' ? scatterShown : parallelShown)(points, asked);
}

const namerIn = (history: History, experiments: readonly number[]) =>
  namerOf(experiments.map((id) => history.getExperiment(id)));
