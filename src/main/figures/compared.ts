/** Figures of a comparison: curves, effects below each other and along a value, points and parallel axes. */
import type { FigureAsked } from '#shared/api/figures.ts';
import { distinctNames, tellingNames } from '#shared/distinct-names.ts';
import { UserError } from '#shared/errors.ts';
import { experimentInk, experimentMark } from '#shared/experiment-colours.ts';
import type { Contrast } from '#shared/stats/contrast.ts';
import { mean } from '#shared/stats/describe.ts';
import { differencesBetween } from '#shared/stats/effects.ts';
import { metricOf } from '#shared/tasks.ts';
import type { History } from '../history/history.ts';
import { effectsAlong, measuredRuns } from '../report/comparison/along.ts';
import { comparisonOf, experimentRuns } from '../report/comparison/input.ts';
import { overSide, sidesOf, type Side } from '../report/comparison/sides.ts';
import type { Grouping } from '../table/experiment-groups.ts';
import { comparedPoints } from '../table/points.ts';
import type { HistoryTable } from '../table/table.ts';
import { alongNotes, alongPanels } from './along.ts';
import { curvePanels } from './curves.ts';
import { forestNotes, forestPanels } from './effects.ts';
import type { Panel, Shown, Spot } from './model.ts';
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
  const asked = { effects, baseline, grouping };
  const { sides, contrasts, measured } = comparisonOf(history, experiments, asked);
  const names = distinctNames(sides.map(({ name }) => name));
  const nameOf = namerOf(history, experiments);
  const panels = forestPanels(measured, names, (contrast, side) =>
    singlesIn(sides[side]!, contrasts[contrast]!, nameOf),
  );
  return {
    panels,
    notes: [...groupNotes(sides), ...singleNotes(panels), ...forestNotes(measured, contrasts)],
  };
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
  const panels = alongPanels(laid, { switched: logs.includes(along), nameOf: namerOf(history, experiments) });
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
  const asked = { logs, brush, nameOf: namerOf(history, experiments), groups: grouping?.groups ?? null };
  return (show === 'scatter' ? scatterShown : parallelShown)(points, asked);
}

/** Names of experiments with their numbers. */
function namerOf(history: History, experiments: readonly number[]): (id: number) => string {
  const names = tellingNames(experiments.map((id) => history.getExperiment(id).name));
  return (id) => `${names[experiments.indexOf(id)]} (#${id})`;
}

/** The experiments of a group, one by one; nothing of one alone, which is its group. */
function singlesIn(
  { experiments, runs, metric }: Side,
  contrast: Contrast,
  nameOf: (id: number) => string,
): Spot['singles'] {
  if (experiments.length < 2) return undefined;
  return experiments.flatMap(({ id }) => {
    const own = runs.filter(({ run }) => run.experiment === id);
    const differences = differencesBetween(own, contrast, metric).map(({ difference }) => difference);
    if (differences.length === 0) return [];
    const value = mean(differences);
    return [{ name: nameOf(id), value, colour: experimentInk(id), mark: experimentMark(id) }];
  });
}

/** What open marks are, where there are some. */
function singleNotes(panels: readonly Panel[]): string[] {
  const drawn = panels.some(
    (panel) =>
      (panel.kind === 'forest' && panel.rows.some(hasSingles)) ||
      (panel.kind === 'lines' && panel.series.some(({ points }) => points.some(hasSingles))),
  );
  return drawn ? ['Open marks: the mean of each experiment of a group'] : [];
}

const hasSingles = ({ singles = [] }: Spot) => singles.length > 0;

const GROUPED_NOTE = 'A seed’s runs in several experiments of a group are averaged first';

/** What each group is over, in small print. */
function groupNotes(sides: readonly Side[]): string[] {
  const groups = sides.filter(({ over }) => over !== undefined);
  if (groups.length === 0) return [];
  const counts = new Set(groups.map(overSide));
  const over =
    counts.size === 1
      ? [`each group: ${[...counts][0]}`]
      : groups.map((side) => `${side.name}: ${overSide(side)}`);
  return [`${GROUPED_NOTE}; ${over.join('; ')}`];
}
