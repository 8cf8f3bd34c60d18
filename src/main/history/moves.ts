/** Moving experiments from one history into another: what is known there already is recognised. */
import type { Database } from 'better-sqlite3';
import type { MovedExperiment } from '#shared/bundles.ts';
import { UserError } from '#shared/errors.ts';
import type { StageId } from '#shared/records.ts';
import { savedSchemaOf } from '#shared/saved-schema.ts';
import { copyStages, type BegunRun } from './begun-runs.ts';
import { moveRegistrations } from './registrations.ts';
import {
  moveRow,
  moveRows,
  numbersOf,
  OF_EXPERIMENT,
  RUN_TABLES,
  type Moved,
  type Row,
} from './moved-rows.ts';
import { moveRuns, partAtRest } from './moved-runs.ts';

/** What a history that takes over does beside its rows. */
export interface Arrival {
  /** Where a checkpoint lies under the number that its experiment has here. */
  place(path: string, experiment: number): string;
  /** Puts the weights of runs there. @param runs by the numbers that they had */
  put(experiment: number, runs: readonly number[]): void;
  /** The job whose results these are: they take the place of its runs that are not done. */
  job?: number;
}

export type MoveQueries = ReturnType<typeof moveQueries>;

interface ExperimentRow {
  id: number;
  uid: string;
  name: string;
  config: string;
  sweep: number | null;
  [column: string]: unknown;
}

export function moveQueries(db: Database) {
  return {
    /**
     * Copies experiments with everything recorded about them into an empty history.
     * @param only these runs, and nothing that was written about the experiment as a whole
     * @throws UserError `history.no-experiment`
     */
    moveInto(target: Database, experiments: readonly number[], only?: ReadonlySet<number>): void {
      const copied = db.transaction(() =>
        target.transaction(() =>
          moveExperiments({ from: db, to: target, numbers: new Map(), only }, experiments),
        )(),
      );
      copied();
    },

    /**
     * Gives runs of a new experiment what others have of the stages before the last.
     * @param runs which run takes over from which, and where its weights lie
     */
    copyStages: db.transaction(
      (from: number, to: number, runs: readonly BegunRun[], stages: readonly StageId[]): void =>
        copyStages(db, from, to, runs, stages),
    ).immediate,

    /**
     * Takes over all experiments of another history, or nothing at all.
     * @throws UserError `bundle.*`
     */
    takeFrom(source: Database, arrival: Arrival): MovedExperiment[] {
      const all = source.prepare<[], number>('SELECT id FROM experiments ORDER BY id').pluck().all();
      const taken = db.transaction(() =>
        moveExperiments({ from: source, to: db, numbers: new Map() }, all, arrival),
      );
      return taken.immediate();
    },
  };
}

function moveExperiments(moved: Moved, experiments: readonly number[], arrival?: Arrival): MovedExperiment[] {
  const uids = new Set<string>();
  const outcomes = experiments.map((id) => {
    const row = moved.from
      .prepare<[number], ExperimentRow>('SELECT * FROM experiments WHERE id = ? AND deleted_at IS NULL')
      .get(id);
    if (!row)
      throw new UserError(
        'history.no-experiment',
        `experiment ${id} is not in ${moved.from.name}: list the saved experiments to see their numbers`,
      );
    assertConfig(row);
    // Numbers of another experiment would be looked through again.
    const own = { ...moved, numbers: new Map([['sweeps', numbersOf(moved.numbers, 'sweeps')]]) };
    const { outcome, left } = moveExperiment(own, row, arrival);
    const before = [...numbersOf(own.numbers, 'runs').keys()] as number[];
    const now = Number(numbersOf(own.numbers, 'experiments').get(id));
    arrival?.put(now, before);
    uids.add(row.uid);
    return { id: now, name: row.name, outcome, runs: before.length, left };
  });
  moveRegistrations(moved.from, moved.to, uids);
  return outcomes;
}

/** @throws UserError `bundle.config` */
function assertConfig({ name, config }: ExperimentRow): void {
  const parsed: unknown = JSON.parse(config);
  const schema = savedSchemaOf(parsed as object);
  const problem = schema?.safeParse(parsed).error;
  if (schema && !problem) return;
  const [issue] = problem?.issues ?? [];
  throw new UserError(
    'bundle.config',
    `the config of ${JSON.stringify(name).slice(0, 80)} cannot be read here${issue ? `: ${issue.path.join('.')}: ${issue.message}` : ''}`,
  );
}

function moveExperiment(
  moved: Moved,
  row: ExperimentRow,
  arrival: Arrival | undefined,
): Pick<MovedExperiment, 'outcome' | 'left'> {
  const here = moved.to
    .prepare<[string], ExperimentRow>('SELECT * FROM experiments WHERE uid = ?')
    .get(row.uid);
  if (here && !sameButSeeds(here.config, row.config)) {
    numbersOf(moved.numbers, 'experiments').set(row.id, here.id);
    return { outcome: 'known', left: [`it is here as ${here.id} with another config; all of its runs`] };
  }
  if (here) {
    numbersOf(moved.numbers, 'experiments').set(row.id, here.id);
    moved.to.prepare('UPDATE experiments SET deleted_at = NULL WHERE id = ?').run(here.id);
  } else addExperiment(moved, row);
  const left = moveRuns(moved, row.id, arrival?.job);
  moveQuestions(moved);
  if (!moved.only) moveBeside(moved);
  const experiment = Number(numbersOf(moved.numbers, 'experiments').get(row.id));
  const changes: Partial<Record<string, (row: Row) => Row | null>> = {
    analysis_parts: moved.only ? () => null : partAtRest,
    ...(arrival && {
      checkpoints: (row) => ({ ...row, path: arrival.place(String(row.path), experiment) }),
    }),
  };
  for (const table of RUN_TABLES) moveRows(moved, table, changes[table.name]);
  if (here) joinSeeds(moved, here, row);
  const runs = numbersOf(moved.numbers, 'runs').size;
  return { outcome: here ? (runs > 0 ? 'more' : 'known') : 'new', left };
}

function addExperiment(moved: Moved, row: ExperimentRow): void {
  if (row.sweep !== null) moveSweep(moved, row.sweep);
  const table = { name: 'experiments', numbered: true, refers: [['sweep', 'sweeps']] } as const;
  moveRow(moved, table, row);
}

/** A sweep has one number for all of its experiments. */
function moveSweep(moved: Moved, id: number): void {
  const known = numbersOf(moved.numbers, 'sweeps');
  if (known.has(id)) return;
  const row = moved.from
    .prepare<[number], Record<string, unknown>>('SELECT * FROM sweeps WHERE id = ?')
    .get(id);
  const here = moved.to
    .prepare<[unknown], number>('SELECT id FROM sweeps WHERE uid = ?')
    .pluck()
    .get(row?.uid);
  if (here !== undefined) known.set(id, here);
  else if (row) moveRow(moved, { name: 'sweeps', numbered: true, refers: [] }, row);
}

const experimentHere = ({ numbers }: Moved) => Number([...numbersOf(numbers, 'experiments').values()][0]);

/** What answers refer to. */
function moveQuestions(moved: Moved): void {
  const known = moved.to.prepare<unknown[], { id: number }>(
    'SELECT id FROM question_sets WHERE experiment = ? AND hash = ?',
  );
  moveRows(moved, { name: 'question_sets', numbered: true, refers: OF_EXPERIMENT }, (row) =>
    joined(moved, 'question_sets', row, known.get(experimentHere(moved), row.hash)),
  );
}

/** What belongs to the experiment as a whole, or to one run of those that came. */
function moveBeside(moved: Moved): void {
  const { to, numbers } = moved;
  const experiment = experimentHere(moved);
  const known = (sql: string) => to.prepare<unknown[], { id: number }>(sql);
  const analyses = known('SELECT id FROM analyses WHERE experiment = ? AND params = ?');
  moveRows(moved, { name: 'analyses', numbered: true, refers: OF_EXPERIMENT }, (row) =>
    joined(moved, 'analyses', row, analyses.get(experiment, row.params)),
  );
  const notes = known('SELECT id FROM notes WHERE experiment = ? AND created_at = ? AND text = ?');
  const runs = new Map([...numbersOf(numbers, 'runs here'), ...numbersOf(numbers, 'runs')]);
  const beside = { ...moved, numbers: new Map([...numbers, ['all runs', runs]]) };
  const notesTable = {
    name: 'notes',
    numbered: true,
    refers: [...OF_EXPERIMENT, ['run', 'all runs']],
  } as const;
  moveRows(beside, notesTable, (row) => (notes.get(experiment, row.created_at, row.text) ? null : row));
  const labels = to.prepare('SELECT 1 FROM labels WHERE experiment = ? AND label = ?');
  moveRows(moved, { name: 'labels', numbered: false, refers: OF_EXPERIMENT }, (row) =>
    labels.get(experiment, row.label) ? null : row,
  );
  const additions = known('SELECT id FROM seed_additions WHERE experiment = ? AND created_at = ?');
  moveRows(moved, { name: 'seed_additions', numbered: true, refers: OF_EXPERIMENT }, (row) =>
    additions.get(experiment, row.created_at) ? null : row,
  );
}

/** A row that is here already is the one that others refer to. */
function joined(
  { numbers }: Moved,
  table: string,
  row: Record<string, unknown>,
  here: { id: number } | undefined,
): Record<string, unknown> | null {
  if (!here) return row;
  numbersOf(numbers, table).set(row.id, here.id);
  return null;
}

interface Seeded {
  seeds: number[];
  [field: string]: unknown;
}

function sameButSeeds(one: string, other: string): boolean {
  const plain = (config: string) => JSON.stringify({ ...(JSON.parse(config) as Seeded), seeds: [] });
  return plain(one) === plain(other);
}

/** Seeds that came belong to the experiment. */
function joinSeeds({ to }: Moved, here: ExperimentRow, there: ExperimentRow): void {
  const [ours, theirs] = [here, there].map(({ config }) => JSON.parse(config) as Seeded);
  const more = theirs.seeds.filter((seed) => !ours.seeds.includes(seed));
  if (more.length === 0) return;
  const config = JSON.stringify({ ...ours, seeds: [...ours.seeds, ...more] });
  to.prepare('UPDATE experiments SET config = ? WHERE id = ?').run(config, here.id);
}
