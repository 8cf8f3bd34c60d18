/** Experiments and runs by their values, for paper: two columns against each other, and all of them on parallel axes. */
import type { ComparedPoints } from '#shared/api/analysis.ts';
import { lineInk, lineMark, placeOfExperiment } from '#shared/experiment-colours.ts';
import { correlationOf } from '#shared/stats/correlation.ts';
import { correlationText } from '#shared/stats/correlation-text.ts';
import { brushesOf } from '#shared/table/brush.ts';
import { chosenRows, parallelAxis } from '#shared/table/parallel-axis.ts';
import { placedColumns, placedDomain, type PlacedColumn } from '#shared/table/placed-column.ts';
import { showValue, UserError } from '#shared/errors.ts';
import type { ExperimentGroup } from '../table/experiment-groups.ts';
import { MOST_NAMED } from './legend.ts';
import type { ParallelPanel, PlacedAxis, PointPanel } from './model.ts';

export interface PointsAsked {
  /** Columns whose axis is the other kind than it would be by itself. */
  logs: readonly string[];
  /** As `brushText` writes it. */
  brush: string;
  /** Of an experiment. */
  nameOf: (id: number) => string;
  /** Whose colours points and lines have; null is each experiment's own. */
  groups: readonly Pick<ExperimentGroup, 'label' | 'experiments'>[] | null;
}

/** A row of the points: an experiment, or a run of it. */
interface Row {
  row: number;
  experiment: number;
  name: string;
  pale: boolean;
}

/** @returns no panel where nothing has a value in both columns @throws UserError `figure.columns`, `figure.brush` */
export function scatterShown(
  points: ComparedPoints,
  asked: PointsAsked,
): { panels: PointPanel[]; notes: string[] } {
  const columns = placedColumns(points, asked.logs);
  const [x, y] = columns;
  if (!x || !y || columns.length !== 2)
    throw new UserError('figure.columns', 'scatter: takes two columns, across and up, such as alpha,iml');
  const rows = rowsOf(points, columns, asked);
  const placed = rows.flatMap(({ row, ...of }) => {
    const [across, up] = [x.places[row] ?? null, y.places[row] ?? null];
    const cells = [x.cells[row] ?? null, y.cells[row] ?? null] as const;
    return across === null || up === null ? [] : [{ ...of, x: across, y: up, cells }];
  });
  if (placed.length === 0) return { panels: [], notes: [] };
  const series = inked(placed, asked).map(({ members, ...of }) => ({ ...of, points: members }));
  const chosen = placed.filter(({ pale }) => !pale);
  const said = correlationText({
    names: x.kind === 'names' || y.kind === 'names',
    experiments: new Set(chosen.map(({ experiment }) => experiment)).size,
    of: kindOf(points),
    points: chosen.length,
    left: placed.length - chosen.length,
    without: rows.length - placed.length,
    found: correlationOf(chosen.map((point) => [point.x, point.y])),
  });
  return {
    panels: [
      { kind: 'points', title: '', x: axisOf(points, [x, y], 0), y: axisOf(points, [y, x], 1), series },
    ],
    notes: [overRows(points, asked), said],
  };
}

/** @throws UserError `figure.columns` for fewer than two, `figure.brush` */
export function parallelShown(
  points: ComparedPoints,
  asked: PointsAsked,
): { panels: ParallelPanel[]; notes: string[] } {
  const columns = placedColumns(points, asked.logs);
  if (columns.length < 2)
    throw new UserError('figure.columns', 'parallel: takes two columns or more, such as alpha,d1consis,iml');
  const axes = columns.map((column) => parallelAxis(column, 0, 1));
  const lines = rowsOf(points, columns, asked).map(({ row, ...of }) => ({
    ...of,
    at: axes.map(({ at }) => at(row)),
    cells: columns.map(({ cells }) => cells[row] ?? null),
  }));
  if (lines.length === 0) return { panels: [], notes: [] };
  return {
    panels: [
      {
        ...{ kind: 'parallel', title: '' },
        axes: axes.map(({ column, ticks }, i) => ({
          ...{ title: column.label, measured: points.columns[i]!.label, ticks },
        })),
        series: inked(lines, asked).map(({ members, ...of }) => ({ ...of, lines: members })),
      },
    ],
    notes: [overRows(points, asked)],
  };
}

const kindOf = ({ rows }: ComparedPoints) => (rows.some(({ run }) => run !== null) ? 'runs' : 'experiments');

/** What a point or a line is. */
function overRows(points: ComparedPoints, { groups }: PointsAsked): string {
  const experiments = new Set(points.rows.map(({ experiment }) => experiment)).size;
  const each =
    kindOf(points) === 'runs'
      ? `Each is a run, in the colour of its ${groups ? 'group' : 'experiment'}`
      : `Each is an experiment: means over its seeds${groups ? ', in the colour of its group' : ''}`;
  const inks = groups?.length ?? experiments;
  const what = groups ? 'groups' : 'experiments';
  return inks > MOST_NAMED ? `${each}; ${inks} ${what}, too many to be named here` : each;
}

function rowsOf(
  points: ComparedPoints,
  columns: readonly PlacedColumn[],
  { brush, nameOf }: PointsAsked,
): Row[] {
  const chosen = chosenRows(columns, points.rows.length, brush === '' ? [] : readBrush(brush));
  return points.rows.map(({ experiment, seed, run }, row) => ({
    ...{ row, experiment, pale: !chosen[row] },
    name: run === null ? nameOf(experiment) : `${nameOf(experiment)}, seed ${seed}`,
  }));
}

function readBrush(text: string) {
  try {
    return brushesOf(text);
  } catch (error) {
    throw new UserError('figure.brush', `brush: ${showValue(text)}: ${(error as Error).message}`);
  }
}

/** By experiment or by group, in their colours. */
function inked<T extends { experiment: number }>(rows: readonly T[], { nameOf, groups }: PointsAsked) {
  const inkOf = (id: number) => {
    const place = groups?.findIndex(({ experiments }) => experiments.includes(id)) ?? -1;
    return place < 0 ? placeOfExperiment(id) : place;
  };
  const byInk = [...Map.groupBy(rows, ({ experiment }) => inkOf(experiment))];
  const ordered = groups ? byInk.toSorted(([a], [b]) => a - b) : byInk;
  return ordered.map(([place, members]) => {
    const name = groups?.[place]?.label ?? nameOf(members[0]!.experiment);
    return { name, colour: lineInk(place), mark: lineMark(place), members };
  });
}

function axisOf(
  { columns }: ComparedPoints,
  [column, other]: readonly [PlacedColumn, PlacedColumn],
  at: number,
): PlacedAxis {
  const domain = placedDomain(column, other) ?? [0, 1];
  const scale = column.kind === 'log' ? 'log' : 'linear';
  return { title: column.label, measured: columns[at]!.label, domain, scale, names: column.names };
}
