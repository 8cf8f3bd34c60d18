/** Columns of differences to a baseline: what a row measured, less what an experiment did, seed by seed for runs. */
import { UserError } from '#shared/errors.ts';
import type { MetricId } from '#shared/metrics.ts';
import { mean } from '#shared/stats/describe.ts';
import { measureOf, type AgainstColumn, type Column } from '#shared/table/columns.ts';
import type { Cell } from '#shared/table/filter.ts';
import { runRows, type Snapshot, type TableRow } from './snapshot.ts';

interface Context {
  snapshot: () => Snapshot;
  cells: (column: Column, rows: readonly TableRow[]) => Cell[];
  headlineMetrics: (experiments: readonly number[]) => MetricId[];
  /** Whether the seeds of experiments are those of another program, and so nobody's pairs. */
  isForeign: (experiments: readonly number[]) => boolean[];
}

/**
 * Of an experiment its mean over seeds less that of the baseline, which is what comparisons call the difference, paired or
 * not, for any numbers of runs that the seeds have; of a run
 * less the mean of the baseline's runs of its seed, and nothing where there are none. Rows of another headline metric have no
 * difference where that is what is measured.
 * @returns cells of a column. @throws UserError `table.column` where there is no such baseline
 */
export function createAgainst(context: Context) {
  return (column: AgainstColumn, rows: readonly TableRow[]): Cell[] => {
    const baseline = baselineOf(context, column);
    const metrics = context.headlineMetrics([...rows, baseline].map(({ experiment }) => experiment.id));
    const comparable = (i: number) => measureOf(column.of) !== 'headline' || metrics[i] === metrics.at(-1);
    const own = context.cells(column.of, rows);
    const others = rows.some(({ run }) => run !== null)
      ? ofSeeds(context, column, baseline, rows)
      : rows.map(() => context.cells(column.of, [baseline])[0]!);
    return rows.map((_, i) => (comparable(i) ? less(own[i]!, others[i]!) : null));
  };
}

function baselineOf({ snapshot }: Context, { baseline, of }: AgainstColumn): TableRow {
  const experiment = snapshot().experiments.find(({ id }) => id === baseline);
  if (experiment) return { experiment, run: null };
  throw new UserError(
    'table.column',
    `column "${of.id}.vs${baseline}": there is no experiment ${baseline} to compare with; name one that there is, as "credence list" does`,
  );
}

/** What the seed of each run measured in the baseline, its runs that enter results averaged. */
function ofSeeds(
  { snapshot, cells, isForeign }: Context,
  { of, baseline }: AgainstColumn,
  { experiment }: TableRow,
  rows: readonly TableRow[],
): Cell[] {
  const counted = snapshot()
    .counted()
    .filter((run) => run.experiment === baseline);
  const measured = cells(of, runRows(counted, [experiment]));
  const bySeed = Map.groupBy(counted.keys(), (i) => counted[i]!.seed);
  const foreign = isForeign([...rows.map(({ experiment: { id } }) => id), baseline]);
  return rows.map(({ run }, i) => {
    const places = foreign[i] || foreign.at(-1) ? [] : (bySeed.get(run!.seed) ?? []);
    const values = places.map((at) => measured[at]).filter((cell) => typeof cell === 'number');
    return values.length > 0 ? mean(values) : null;
  });
}

const less = (one: Cell, other: Cell) =>
  typeof one === 'number' && typeof other === 'number' ? one - other : null;
