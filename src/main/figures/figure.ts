/** The figures that can be made of a history, each in one way: for the window, the command line and reports alike. */
import { ANALYSES, type AnalysisKind } from '#shared/analysis.ts';
import { showValue, UserError } from '#shared/errors.ts';
import type { FigureAsked, FigureKind } from '#shared/api/figures.ts';
import type { EffectName } from '#shared/stats/effect-names.ts';
import { compareInside } from '#shared/stats/inside-compare.ts';
import { insideSummary, type InsideSummary } from '#shared/stats/inside.ts';
import { SWEEP_EFFECTS } from '#shared/stats/sweep.ts';
import { distinctNames } from '#shared/distinct-names.ts';
import { sweepPoints } from '../experiments/sweeps.ts';
import type { History } from '../history/history.ts';
import { comparisonOf } from '../report/comparison/input.ts';
import { curvePanels } from './curves.ts';
import { forestNotes, forestPanels, sweepNotes, sweepPanels } from './effects.ts';
import { comparedPanels, insideNotes, insidePanels } from './inside.ts';
import type { PaperFigure, Panel } from './model.ts';
import { overOf } from './over.ts';

interface Subject {
  /** Of the sweep, or of the experiments. */
  name: string;
  experiments: readonly number[];
  sweep: number | null;
}

/**
 * @throws UserError `history.*` for what is not there, `figure.nothing` where nothing was measured yet,
 * `figure.sweep` where the figure of a sweep is asked of experiments, `figure.effect`, `compare.*`
 */
export function figureOf(history: History, asked: FigureAsked): PaperFigure {
  const subject = subjectOf(history, asked);
  const { panels, notes } = shownOf(history, subject, asked);
  const title = `${subject.name}: ${FIGURES[asked.show].label}`;
  if (panels.length > 0) return { title, panels, notes: [overOf(panels), ...notes] };
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

type Shown = Omit<PaperFigure, 'title'>;
const withoutNotes = (panels: readonly Panel[]): Shown => ({ panels, notes: [] });

function shownOf(history: History, subject: Subject, asked: FigureAsked): Shown {
  switch (asked.show) {
    case 'curves':
      return withoutNotes(
        curvePanels(
          subject.experiments.map((id) => finishedOf(history, id)),
          asked,
        ),
      );
    case 'effects':
      return effectsShown(history, subject, asked);
    case 'sweep':
      return sweepShown(history, subject, asked.effects);
    default:
      return lookedInside(history, subject, asked.show, asked.analyses);
  }
}

function finishedOf(history: History, id: number) {
  const runs = history.evaluationsOf(id).filter(({ run }) => run.state === 'done');
  return { experiment: history.getExperiment(id), runs };
}

function effectsShown(history: History, { experiments }: Subject, { effects, baseline }: FigureAsked): Shown {
  const { compared, contrasts, measured } = comparisonOf(history, experiments, { effects, baseline });
  const names = distinctNames(compared.map(({ experiment }) => experiment.name));
  return { panels: forestPanels(measured, names), notes: forestNotes(measured, contrasts) };
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
  kind: AnalysisKind,
  named?: readonly number[],
): Shown {
  const rows = experiments.flatMap((id): { name: string; summary: InsideSummary }[] => {
    const summary = history
      .analysesOf(id)
      .filter((analysis) => analysis.params.kind === kind && (named?.includes(analysis.id) ?? true))
      .toSorted((a, b) => b.id - a.id)
      .flatMap((analysis) => insideSummary(kind, history.analysisResults(analysis.id)) ?? [])
      .at(0);
    return summary ? [{ name: history.getExperiment(id).name, summary }] : [];
  });
  if (rows.length !== 1) return withoutNotes(rows.length > 1 ? comparedPanels(compareInside(rows)) : []);
  const [{ summary }] = rows;
  return { panels: insidePanels(summary), notes: insideNotes(summary) };
}
