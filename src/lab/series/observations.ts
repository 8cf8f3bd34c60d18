/** Rows of all files, read by what their columns are: each number with what its row and its column say that it is of. */
import { plural } from '#shared/counting.ts';
import { showValue } from '#shared/errors.ts';
import { textOfCell } from '#shared/plain-text.ts';
import { METRIC_TESTS, STAGE_IDS, type RunState, type StageId } from '#shared/records.ts';
import { TEST_SUBSETS, type TestSubset } from '#shared/subsets.ts';
import { askedOf } from './names.ts';
import type { PlaceRole } from '#shared/series-roles.ts';
import { exportedColumn } from './own-tables.ts';
import { roleOfColumn, type ColumnChoice, type Guess, type Measure } from './roles.ts';
import { atText, mediaOf, seriesError, type Cell, type SeriesRow } from './rows.ts';
import { stateNamed } from './states.ts';
import { Store, type Found, type Measured, type Origin, type SourceFile } from './store.ts';

/** A column as it was read. */
export interface ReadColumn extends Guess {
  /** Numbers that were taken of it, or cells that said something. */
  used: number;
  /** Least and most of its numbers. */
  range: [number, number];
}

/** Numbers of one import. */
const MAX_VALUES = 10_000_000;
const MAX_COLUMNS = 10_000;
const MAX_NAME = 500;

/** The cells that say what a row is of, by role. */
type Place = Partial<Record<Exclude<PlaceRole, 'step'>, Cell>>;

/** What columns of a row say of its numbers. */
type Asked = Pick<Measured, 'test' | 'wording'> & { subset: TestSubset | null };

export class Observations {
  readonly store = new Store();
  readonly columns = new Map<string, ReadColumn>();
  /** Rows left out, by reason. */
  readonly left = new Map<string, number>();
  /** Texts in a column of states that say none. */
  readonly noStates = new Set<string>();
  /** The experiment that tables of ours are of. */
  exported: { experiment: Cell; name: string; file: string } | null = null;
  private readonly choices: readonly ColumnChoice[];

  constructor(choices: readonly ColumnChoice[]) {
    this.choices = choices;
  }

  /** @throws UserError `series.*` naming file, place and value */
  add(file: SourceFile, row: SeriesRow): void {
    const at = atText(file.kind, row.at);
    if (file.kind === 'credence-csv') this.noteExperiment(file, at, row.cells);
    const place: Place = {};
    const steps = new Map<string, number>();
    const numbers: [string, Cell][] = [];
    for (const [column, cell] of row.cells) {
      const read = this.column(file, column);
      const { role } = read;
      const media = mediaOf(cell);
      if (media !== null && role.is === 'ignore') read.why = `${media} of W&B, which is no number`;
      if (role.is === 'measure') numbers.push([column, cell]);
      else if (role.is === 'step') steps.set(column, whole(file, at, column, cell, -Infinity));
      else if (role.is !== 'ignore') place[role.is] = cell;
    }
    if (place.metric !== undefined && place.value !== undefined) {
      const name = String(place.metric);
      if (this.column(file, name).role.is === 'measure') numbers.push([name, place.value]);
    }
    const byRun = Map.groupBy(numbers, ([column]) => (this.columns.get(column)!.role as Measure).run);
    // A row of an event file may hold nothing but the epoch of its step, and one of ours nothing but its run.
    const ofEpoch = place.epoch !== undefined && steps.size > 0;
    if (byRun.size === 0 && (ofEpoch || file.kind === 'credence-csv')) byRun.set(null, []);
    for (const [run, ofRun] of byRun) this.addRow(file, { at: row.at, run, place, steps, numbers: ofRun });
  }

  private addRow(
    file: SourceFile,
    of: {
      at: number;
      run: string | null;
      place: Place;
      steps: ReadonlyMap<string, number>;
      numbers: [string, Cell][];
    },
  ): void {
    const { place, steps } = of;
    const at = atText(file.kind, of.at);
    const exported = file.kind === 'credence-csv';
    if (exported) this.store.mention(this.originOf(file, at, of));
    if (exported && place.subset === undefined && of.numbers.length === 0) return;
    const asked = this.askedIn(file, at, place);
    const count = place.count === undefined ? null : whole(file, at, 'count', place.count, 0);
    if (asked === null) return;
    if (count === 0) return this.leave('nothing was asked (a count of 0)');
    if (of.numbers.length === 0 && exported) return this.leave('no number stands in them');
    const values = of.numbers.flatMap(([column, cell]) =>
      this.valueOf(file, at, column, cell, asked).map((value) => ({ ...value, count })),
    );
    if (values.length === 0 && of.numbers.length > 0) return;
    if (this.store.size + values.length > MAX_VALUES)
      throw seriesError(
        'size',
        { file: file.name, at },
        `is beyond the ${plural(MAX_VALUES, 'number')} that one import holds; import parts of it`,
      );
    const epoch = place.epoch === undefined ? null : epochOf(file, at, place.epoch);
    this.store.add(this.originOf(file, at, of), { at: of.at, epoch, steps }, values);
  }

  /** The run of a row, and how it stood. @throws UserError `series.value`, `series.stage` */
  private originOf(
    file: SourceFile,
    at: string,
    { run, place }: { run: string | null; place: Place },
  ): Origin {
    const number = (role: 'seed' | 'seed_stage2' | 'stage1_epoch') =>
      place[role] === undefined ? null : whole(file, at, role, place[role], 0);
    return {
      file,
      run: place.run === undefined ? run : String(place.run),
      ...{ seed: number('seed'), seed_stage2: number('seed_stage2'), stage1_epoch: number('stage1_epoch') },
      stage: place.stage === undefined ? null : stageNamed(file, at, place.stage),
      state: place.state === undefined ? null : this.stateIn(place.state),
      cause: place.error === undefined ? null : textOfCell(String(place.error)),
    };
  }

  /** A word that is no state leaves the run as finished. */
  private stateIn(cell: Cell): RunState | null {
    const state = stateNamed(cell);
    if (state === null) this.noStates.add(String(cell));
    return state;
  }

  /** @throws UserError `series.experiments` where a table of ours holds several */
  private noteExperiment(file: SourceFile, at: string, cells: SeriesRow['cells']): void {
    const experiment = cells.get('experiment') ?? '';
    const name = textOfCell(String(cells.get('name') ?? ''));
    this.exported ??= { experiment, name, file: file.name };
    const known = this.exported;
    if (known.experiment === experiment && known.name === name) return;
    throw seriesError(
      'experiments',
      { file: file.name, at, value: `${experiment} ${name}` },
      `is another experiment than ${showValue(`${known.experiment} ${known.name}`)} (${showValue(known.file, 200)}); import one experiment at a time, or export all of them as --out mine.credence`,
    );
  }

  /** What a column is read as. */
  private column(file: SourceFile, column: string): ReadColumn {
    const before = this.columns.get(column);
    if (before) return before;
    if (this.columns.size === MAX_COLUMNS)
      throw seriesError(
        'size',
        { file: file.name, value: column },
        `is one of more than ${plural(MAX_COLUMNS, 'column')}; import parts of it`,
      );
    if (column.length > MAX_NAME)
      throw seriesError(
        'size',
        { file: file.name, value: column },
        `is the name of a column of more than ${MAX_NAME} characters; the first row has to name the columns`,
      );
    const known = file.kind === 'credence-csv' ? exportedColumn(column) : null;
    const read = {
      ...roleOfColumn(column, this.choices, known),
      used: 0,
      range: [Infinity, -Infinity] as [number, number],
    };
    this.columns.set(column, read);
    return read;
  }

  /** Subset and test that columns of the row name; null where that leaves the row out. */
  private askedIn(file: SourceFile, at: string, { subset, test }: Place): Asked | null {
    const named = METRIC_TESTS.find((each) => each === test);
    if (test !== undefined && !named)
      throw seriesError(
        'test',
        { file: file.name, at, value: test },
        `is no test; give one of ${METRIC_TESTS.join(', ')}, or ignore the column`,
      );
    if (subset === undefined) return { subset: null, test: named ?? 'questions', wording: null };
    const asked = askedOf(String(subset));
    if (typeof asked !== 'string') return { ...asked, test: named ?? asked.test };
    this.leave(`rows whose subset is ${asked} (${TEST_SUBSETS.join(', ')})`);
    return null;
  }

  private leave(why: string): void {
    this.left.set(why, (this.left.get(why) ?? 0) + 1);
  }

  /** The number of a column; none where nothing says of which subset it is. */
  private valueOf(
    file: SourceFile,
    at: string,
    column: string,
    cell: Cell,
    row: Asked,
  ): Omit<Found, 'count' | 'row'>[] {
    const read = this.columns.get(column)!;
    const { metric, subset, test, wording } = read.role as Measure;
    const of = subset ?? row.subset;
    if (of === null) return [];
    if (typeof cell === 'string')
      throw seriesError(
        'value',
        { file: file.name, at, value: cell },
        `in ${JSON.stringify(column)} is no number; mend it, or say --column ${JSON.stringify(`${column}=ignore`)}`,
      );
    read.used++;
    if (Number.isFinite(cell)) read.range = [Math.min(read.range[0], cell), Math.max(read.range[1], cell)];
    const mine = subset === null ? row : { test: test ?? row.test, wording };
    return [{ subset: of, test: mine.test, wording: mine.wording, metric, column, value: cell }];
  }
}

function whole(file: SourceFile, at: string, column: string, cell: Cell, least: number): number {
  if (typeof cell === 'number' && Number.isSafeInteger(cell) && cell >= least) return cell;
  const what = least === 0 ? 'a whole number from 0' : 'a whole number';
  throw seriesError(
    'value',
    { file: file.name, at, value: cell },
    `in ${JSON.stringify(column)} is not ${what}; mend it, or say that the column is something else with --column`,
  );
}

function epochOf(file: SourceFile, at: string, cell: Cell): number {
  if (typeof cell === 'number' && cell >= 0 && cell <= Number.MAX_SAFE_INTEGER) return cell;
  throw seriesError(
    'value',
    { file: file.name, at, value: cell },
    'is no epoch: give numbers from 0, or say --column "epoch=ignore"',
  );
}

/** `stage1`, `1`, `stage 2`, `first`. */
function stageNamed(file: SourceFile, at: string, cell: Cell): StageId {
  const text = String(cell)
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');
  const numbered = { first: '1', first_stage: '1', second: '2', second_stage: '2' }[text] ?? text;
  const stage = STAGE_IDS.find((id) => id === numbered || id === `stage${numbered.replace(/^stage_?/, '')}`);
  if (stage) return stage;
  throw seriesError(
    'stage',
    { file: file.name, at, value: cell },
    `is no stage; give one of ${STAGE_IDS.join(', ')}, or say --column "stage=ignore" and --stage`,
  );
}
