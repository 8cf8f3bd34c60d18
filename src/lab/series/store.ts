/**
 * What was read, in few bytes: of each row where it stands, of each number what it is of and how much it is. What
 * rows and numbers have in common (file, run, seed; subset, test, metric) is kept once.
 */
import type { MetricId } from '#shared/metrics.ts';
import type { MetricTest, RunState, StageId } from '#shared/records.ts';
import type { SeriesKind } from '#shared/series-kinds.ts';
import type { TestSubset } from '#shared/subsets.ts';
import { Numbers } from './numbers.ts';
import type { Unit } from './places.ts';
import { atText, type SeriesFile } from './rows.ts';

/** A file with what was found out about it before it is read. */
export interface SourceFile extends SeriesFile {
  kind: SeriesKind;
  unit: Unit;
}

/** What rows say of the run that they are of. */
export interface Origin {
  file: SourceFile;
  /** The run that the row or the column names. */
  run: string | null;
  seed: number | null;
  seed_stage2: number | null;
  stage1_epoch: number | null;
  stage: StageId | null;
  /** How the run stood. */
  state: RunState | null;
  /** Why it ended early. */
  cause: string | null;
}

/** What a number is of. */
export interface Measured {
  subset: TestSubset;
  test: MetricTest;
  metric: MetricId;
  /** Which of several wordings of the test. */
  wording: string | null;
  column: string;
}

/** A row by what is not the same for all of its run. */
export interface RowPlace {
  at: number;
  epoch: number | null;
  steps: ReadonlyMap<string, number>;
}

/** A measured number, and the row in which it stands. */
export interface Found extends Measured {
  row: number;
  value: number;
  /** Questions asked; null where nothing says. */
  count: number | null;
}

export class Store {
  readonly origins: Origin[] = [];
  /** Origins of rows with numbers, and of all rows of an export of ours, in the order in which they came. */
  readonly runOrigins = new Set<number>();
  readonly measured: Measured[] = [];
  /** Rows with numbers that have a step, by file and column. */
  readonly stepRows = new Map<SourceFile, Map<string, number>>();
  private readonly known = new Map<string, number>();
  private readonly rowOrigins = new Numbers(Uint32Array);
  /** Where the numbers of a row begin. */
  private readonly rowValues = new Numbers(Uint32Array);
  private readonly ats = new Numbers();
  private readonly epochs = new Numbers();
  private readonly steps = new Map<string, Numbers>();
  private readonly values = new Numbers();
  private readonly whats = new Numbers(Uint32Array);
  private readonly counts = new Numbers();

  get rows(): number {
    return this.rowOrigins.length;
  }

  get size(): number {
    return this.values.length;
  }

  add(origin: Origin, { at, epoch, steps }: RowPlace, values: readonly Omit<Found, 'row'>[]): void {
    const row = this.rows;
    const from = this.originIndex(origin);
    this.rowOrigins.push(from);
    this.rowValues.push(this.size);
    this.ats.push(at);
    if (epoch !== null) this.epochs.set(row, epoch);
    for (const [column, step] of steps) this.stepsOf(column).set(row, step);
    for (const { value, count, ...what } of values) {
      if (count !== null) this.counts.set(this.size, count);
      this.whats.push(this.measuredIndex(what));
      this.values.push(value);
    }
    if (values.length > 0) this.noteSteps(from, steps);
  }

  /** Of a run that is one whether it has numbers or not. */
  mention(origin: Origin): void {
    this.runOrigins.add(this.originIndex(origin));
  }

  private noteSteps(from: number, steps: RowPlace['steps']): void {
    const { file } = this.origins[from];
    this.runOrigins.add(from);
    const counts = this.stepRows.get(file) ?? new Map<string, number>();
    this.stepRows.set(file, counts);
    for (const column of steps.keys()) counts.set(column, (counts.get(column) ?? 0) + 1);
  }

  private originIndex(origin: Origin): number {
    const { file, run, seed, seed_stage2, stage1_epoch, stage, state, cause } = origin;
    const ofRun = [run === null, run, seed, seed_stage2, stage1_epoch, stage, state, cause];
    const key = ['origin', file.path, ...ofRun].join('\0');
    return this.indexOf(key, this.origins, origin);
  }

  private measuredIndex(what: Measured): number {
    const { subset, test, metric, wording, column } = what;
    const key = ['of', subset, test, metric, wording, column].join('\0');
    return this.indexOf(key, this.measured, what);
  }

  private indexOf<T>(key: string, list: T[], item: T): number {
    const known = this.known.get(key);
    if (known !== undefined) return known;
    this.known.set(key, list.length);
    return list.push(item) - 1;
  }

  private stepsOf(column: string): Numbers {
    const known = this.steps.get(column) ?? new Numbers();
    this.steps.set(column, known);
    return known;
  }

  /** An index of `origins`. */
  originOf(row: number): number {
    return this.rowOrigins.get(row);
  }

  fileOf(row: number): SourceFile {
    return this.origins[this.originOf(row)].file;
  }

  /** File and place of a row, for messages. */
  where(row: number): { file: string; at: string } {
    const { name, kind } = this.fileOf(row);
    return { file: name, at: atText(kind, this.ats.get(row)) };
  }

  epochOf(row: number): number | null {
    return orNull(this.epochs.get(row));
  }

  /** @param column null for any that the row has */
  stepOf(row: number, column: string | null): number | null {
    if (column !== null) return orNull(this.steps.get(column)?.get(row));
    for (const steps of this.steps.values()) {
      const step = orNull(steps.get(row));
      if (step !== null) return step;
    }
    return null;
  }

  hasValues(row: number): boolean {
    return this.rowValues.get(row) < this.endOf(row);
  }

  *valuesOf(row: number): Generator<Found> {
    const end = this.endOf(row);
    for (let i = this.rowValues.get(row); i < end; i++)
      yield {
        ...this.measured[this.whats.get(i)],
        ...{ row, value: this.values.get(i), count: orNull(this.counts.get(i)) },
      };
  }

  private endOf(row: number): number {
    return row + 1 < this.rows ? this.rowValues.get(row + 1) : this.size;
  }
}

const orNull = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? null : value);
