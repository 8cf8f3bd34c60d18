/** The figures that can be made of a history, each in one way: for the window, the command line and reports alike. */
import { ANALYSES, type AnalysisKind } from '#shared/analysis.ts';
import { showValue, UserError } from '#shared/errors.ts';
import type { FigureAsked, FigureKind } from '#shared/api/figures.ts';
import type { EffectName } from '#shared/stats/effect-names.ts';
import { compareInside } from '#shared/stats/inside-compare.ts';
import { SWEEP_EFFECTS } from '#shared/stats/sweep.ts';
import { insideBeside, insideSides } from '../analysis/beside.ts';
import { sweepPoints } from '../experiments/sweeps.ts';
import type { History } from '../history/history.ts';
import { groupingBy, type Grouping } from '../table/experiment-groups.ts';
import type { HistoryTable } from '../table/table.ts';
import { alongShown, curvesShown, effectsShown, pointsShown } from './compared.ts';
import { sweepNotes, sweepPanels } from './effects.ts';
import { comparedPanels, insideNotes, insidePanels } from './inside.ts';
import type { PaperFigure, Shown } from './model.ts';
import { overOf } from './over.ts';

interface Subject {
  /** Of the sweep, or of the experiments. */
  name: string;
  experiments: readonly number[];
  sweep: number | null;
}

/**
 * @param table of the history, for what experiments are grouped by
 * @throws UserError `history.*` for what is not there, `figure.nothing` where nothing was measured yet,
 * `figure.sweep` where the figure of a sweep is asked of experiments, `figure.effect`,
 * `figure.group` where what has no groups is asked grouped, `compare.*`, `table.column`
 */
export function figureOf(history: History, table: HistoryTable, asked: FigureAsked): PaperFigure {
  const subject = subjectOf(history, asked);
  const grouping = groupingOf({ history, table }, subject, asked);
  const { panels, notes } = shownOf({ history, table }, subject, asked, grouping);
  const title = `${subject.name}: ${FIGURES[asked.show].label}`;
  if (panels.length > 0) return { title, panels, notes: [...overOf(panels), ...notes] };
  throw new UserError(
    'figure.nothing',
    `${FIGURES[asked.show].label} of ${subject.name}: ${FIGURES[asked.show].missing}`,
  );
}

/** What a figure is called, and what to do where there is nothing of it. */
const FIGURES: Record<FigureKind, { label: string; missing: string }> = {
  curves: {
    label: 'learning curves',
    missing: 'no finished run has measured these subsets in these tests; finish a run, or ask for others',
  },
  effects: {
    label: 'effects',
    missing: 'no finished run has measured both subsets of an effect; finish a run, or name another effect',
  },
  sweep: { label: 'effects against the swept value', missing: 'no combination has a finished run yet' },
  along: {
    label: 'effects along a value',
    missing: 'no experiment has a value there and a finished run; name another column, or another effect',
  },
  scatter: {
    label: 'scatter',
    missing: 'nothing has a value in both columns; name others, such as alpha,iml',
  },
  parallel: { label: 'parallel axes', missing: 'there is no run to show' },
  ...inside('probes', '--probe'),
  ...inside('gradients', '--gradients'),
  ...inside('entropy', '--entropy'),
  ...inside('moves', '--moves'),
} as Record<FigureKind, { label: string; missing: string }>;

function inside(kind: AnalysisKind, option: string): object {
  return {
    [kind]: {
      label: ANALYSES[kind].label,
      missing: `nothing of it is done yet; look inside first, for example with "credence analyse ID ${option}"`,
    },
  };
}

function subjectOf(history: History, { experiments, sweep = null }: FigureAsked): Subject {
  if (sweep !== null) {
    const { name, experiments: cells } = history.getSweep(sweep);
    return { name, experiments: cells.map(({ id }) => id), sweep };
  }
  const ids = [...new Set(experiments)];
  const names = ids.map((id) => history.getExperiment(id).name);
  return { name: names.join(', '), experiments: ids, sweep };
}

/** Null where nothing is grouped. */
function groupingOf(
  context: { history: History; table: HistoryTable },
  { experiments }: Subject,
  { by, show }: FigureAsked,
): Grouping | null {
  if (by.length === 0 || show !== 'sweep') return groupingBy(context, experiments, by);
  throw new UserError(
    'figure.group',
    `group: ${FIGURES.sweep.label} cannot be grouped, its lines are its fields; show along, or leave the groups out`,
  );
}

function shownOf(
  { history, table }: { history: History; table: HistoryTable },
  subject: Subject,
  asked: FigureAsked,
  grouping: Grouping | null,
): Shown {
  switch (asked.show) {
    case 'curves':
      return curvesShown(history, subject.experiments, asked, grouping);
    case 'effects':
      return effectsShown(history, subject.experiments, asked, grouping);
    case 'scatter':
    case 'parallel':
      return pointsShown({ history, table }, subject.experiments, asked, grouping);
    case 'along':
      return alongShown({ history, table }, subject.experiments, asked);
    case 'sweep':
      return sweepShown(history, subject, asked.effects);
    default:
      return lookedInside(history, subject, { kind: asked.show, analyses: asked.analyses }, grouping);
  }
}

function sweepShown(history: History, { name, sweep: id }: Subject, effects: readonly string[]): Shown {
  if (id === null)
    throw new UserError(
      'figure.sweep',
      `show sweep: ${name} is no sweep; name one, such as s3, or show effects`,
    );
  const sweep = history.getSweep(id);
  const points = sweepPoints(history, sweep);
  const panels = sweepPanels(sweep.spec, points, effects.map(sweepEffect));
  return { panels, notes: points.length > 0 ? sweepNotes(sweep.spec, panels, points[0].effects.metric) : [] };
}

function sweepEffect(given: string): EffectName {
  const found = SWEEP_EFFECTS.find((name) => name === given);
  if (found) return found;
  throw new UserError(
    'figure.effect',
    `effects: ${showValue(given)} is not drawn against swept values; give ${SWEEP_EFFECTS.join(', ')}`,
  );
}

/** The analyses named, or the latest of the kind of each experiment that has found something. */
function lookedInside(
  history: History,
  { experiments }: Subject,
  { kind, analyses }: { kind: AnalysisKind; analyses?: readonly number[] },
  grouping: Grouping | null,
): Shown {
  const sides = insideSides(history, experiments, grouping);
  const { rows, left } = insideBeside(history, kind, sides, analyses);
  if (rows.length !== 1)
    return { panels: rows.length > 1 ? comparedPanels(compareInside(rows)) : [], notes: left };
  const [{ summary }] = rows;
  return { panels: insidePanels(summary), notes: [...insideNotes(summary), ...left] };
}
