/** The effects of a comparison along a column of the table: of experiments, or of groups, each measured as one. */
import { UserError } from '#shared/errors.ts';
import type { EffectsAlong } from '#shared/api/analysis.ts';
import type { MetricId } from '#shared/metrics.ts';
import type { RunEvaluations } from '#shared/records.ts';
import { layAlong, type AlongCell } from '#shared/stats/along.ts';
import { contrastEffect, contrastTitle, type Contrast } from '#shared/stats/contrast.ts';
import { namedCell } from '#shared/table/cell-text.ts';
import type { Cell } from '#shared/table/filter.ts';
import type { History } from '../../history/history.ts';
import { experimentGroups } from '../../table/experiment-groups.ts';
import { comparedPoints } from '../../table/points.ts';
import type { HistoryTable } from '../../table/table.ts';
import { contrastsNamed, type MeasuredSide } from './input.ts';

interface Asked {
  experiments: readonly number[];
  /** Columns that experiments are grouped by; none leaves each by itself. */
  by: readonly string[];
  /** As `contrastNamed` reads them. */
  effects: readonly string[];
  /** The column of the axis, and the one whose values tell lines apart. */
  along: string;
  lines: string | null;
}

type Context = { history: History; table: HistoryTable };

/**
 * Experiments of a group that share the value are one point; of several metrics, only that of the first experiment is
 * shown.
 * @param measuredOf what an experiment measured
 * @throws UserError `compare.effect`, `compare.group`, `table.column`, `compare.along` where both columns are one
 */
export function effectsAlong(
  context: Context,
  { experiments, by, effects, along, lines }: Asked,
  measuredOf: (experiment: number) => MeasuredSide,
): EffectsAlong {
  const contrasts = contrastsNamed(effects);
  const columns = lines === null ? [along] : [along, lines];
  const points = comparedPoints(context.table, { experiments, rows: 'experiments', columns });
  if (points.columns.length < columns.length)
    throw new UserError(
      'compare.along',
      `lines: ${lines} is the column of the axis, too; name another column, or none`,
    );
  const groupOf = groupsOf(context, experiments, by);
  const placed = points.rows.flatMap(({ experiment, cells: [cell = null], texts }) => {
    const line = lines === null ? '' : namedCell(points.columns[1]!, texts[1]!);
    return cell === null ? [] : [{ experiment, value: valueOf(cell), line, ...groupOf(experiment) }];
  });
  const places = Map.groupBy(placed, ({ value, line, key }) => JSON.stringify([key, line, value]));
  const measured = new Map(experiments.map((id) => [id, measuredOf(id)]));
  const metric = measured.get(experiments[0]!)?.effectsOf('questions').metric ?? 'exact_match';
  const cells = [...places.values()].map((of): AlongCell => {
    const { value, line, label } = of[0]!;
    const sides = of.map(({ experiment }) => ({ experiment, side: measured.get(experiment)! }));
    return { value, line, group: label, ...foundBy(sides, contrasts) };
  });
  const titles = contrasts.map((contrast) => ({ id: contrast.id, title: contrastTitle(contrast) }));
  return {
    column: points.columns[0]!,
    contrasts,
    ...layAlong(cells, { contrasts: titles, metric, experiments }),
  };
}

type Group = { key: number; label: string };

/** The group of an experiment; each is one of its own where there are none. */
function groupsOf(context: Context, experiments: readonly number[], by: readonly string[]) {
  if (by.length === 0) return (id: number): Group => ({ key: id, label: '' });
  const groups = experimentGroups(context, { experiments, by });
  const keys = new Map(
    groups.flatMap(({ label, experiments: of }, key) => of.map((id) => [id, { key, label }])),
  );
  return (id: number): Group => keys.get(id)!;
}

const valueOf = (cell: NonNullable<Cell>) => (typeof cell === 'object' ? cell.join(', ') : cell);

interface PlacedSide {
  experiment: number;
  side: MeasuredSide;
}

/** What they found as one, and one by one where they are several. */
function foundBy(
  sides: readonly PlacedSide[],
  contrasts: readonly Contrast[],
): Pick<AlongCell, 'experiments' | 'effects' | 'singles'> {
  const singles = sides.map(({ experiment, side }) => ({ experiment, effects: found(side, contrasts) }));
  const together = sides.length === 1 ? singles[0]!.effects : found(pooled(sides), contrasts);
  return {
    experiments: sides.map(({ experiment }) => experiment),
    effects: together,
    singles: sides.length === 1 ? [] : singles,
  };
}

const found = (side: MeasuredSide, contrasts: readonly Contrast[]) =>
  contrasts.map((contrast) => contrastEffect(contrast, side.effectsOf(contrast.test), () => side.runs()));

/** As one: the runs of a seed are averaged first, whichever experiment they are of. */
function pooled(sides: readonly PlacedSide[]): MeasuredSide {
  const { metric } = sides[0]!.side.effectsOf('questions');
  return measuredRuns(() => sides.flatMap(({ side }) => side.runs()), metric);
}

/** What runs measured, where nothing is kept of it. */
export function measuredRuns(runs: () => readonly RunEvaluations[], metric: MetricId): MeasuredSide {
  return { effectsOf: () => ({ comparisons: [], metric }), runs };
}
