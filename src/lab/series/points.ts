/** Numbers that are of one run, stage, place in training, subset, test and metric: one of each is left. */
import type { RunState } from '#shared/records.ts';
import type { Placed, RunPlace } from './source-runs.ts';
import { Numbers } from './numbers.ts';
import { seriesError } from './rows.ts';
import type { Found, Store } from './store.ts';

/** A moment of a run at which something was measured. */
export interface Moment {
  step: number | null;
  epoch: number | null;
  /** Of the first row, for messages. */
  row: number;
}

/** What was settled on the way, and how often. */
export interface Settled {
  repeated: number;
  fromState: number;
}

/** The step of a row, where it has one. */
type StepReader = (row: number) => number | null;

/**
 * Rows by stage of a run, in the order of steps (or else of epochs).
 * @param step of a row, where it has one
 * @throws UserError `series.place` where a row with numbers has neither step nor epoch
 */
export function stagesOf(store: Store, { places }: Pick<Placed, 'places'>, step: StepReader): StagePoints[] {
  const stages = new Map<string, StagePoints>();
  for (let row = 0; row < store.rows; row++) {
    const place = places[store.originOf(row)];
    if (!place) continue;
    const key = [place.seed, place.seed_stage2, place.from_epoch, place.stage].join(' ');
    const stage = stages.get(key) ?? new StagePoints(store, place);
    stages.set(key, stage);
    stage.add(row, step(row));
  }
  const measured = [...stages.values()].filter((stage) => stage.measured);
  for (const stage of measured) stage.sort();
  return measured;
}

/** The rows of a stage of a run, and the moments at which they were measured. */
export class StagePoints {
  readonly place: RunPlace;
  readonly store: Store;
  /** Rows with numbers there are. */
  measured = false;
  /** The name of the unit whose numbers came first. */
  unit = '';
  /** How the run stood by the last row that says it, and why it ended early. */
  state: RunState | null = null;
  cause: string | null = null;
  private rows = new Numbers(Uint32Array);
  private readonly steps = new Numbers();
  /** Of each moment its first place in `rows`. */
  private readonly starts = new Numbers(Uint32Array);
  private readonly momentSteps = new Numbers();
  private readonly momentEpochs = new Numbers();

  constructor(store: Store, place: RunPlace) {
    this.store = store;
    this.place = place;
  }

  /** @throws UserError `series.place` */
  add(row: number, step: number | null): void {
    const valued = this.store.hasValues(row);
    const { state, cause } = this.store.origins[this.store.originOf(row)];
    [this.state, this.cause] = [state ?? this.state, cause ?? this.cause];
    if (step === null && this.store.epochOf(row) === null) {
      if (!valued) return;
      throw seriesError(
        'place',
        this.store.where(row),
        'has numbers and neither a step nor an epoch; name the column that says it with --column "COLUMN=step"',
      );
    }
    // The epoch of a step that event files say beside the numbers needs a step to be of.
    if (!valued && step === null) return;
    if (valued && !this.measured) [this.measured, this.unit] = [true, this.store.fileOf(row).unit.name];
    if (step !== null) this.steps.set(this.rows.length, step);
    this.rows.push(row);
  }

  /** Puts rows in order and finds their moments: then alone the rest can be asked. */
  sort(): void {
    const order = Uint32Array.from({ length: this.rows.length }, (_, i) => i);
    if (order.some((i) => i > 0 && this.compare(i - 1, i) > 0))
      order.sort((a, b) => this.compare(a, b) || a - b);
    const rows = new Numbers(Uint32Array);
    let from = 0;
    for (let to = 1; to <= order.length; to++) {
      if (to < order.length && this.compare(order[from], order[to]) === 0) continue;
      this.addMoment(order.subarray(from, to), rows);
      from = to;
    }
    this.rows = rows;
  }

  /** Places in `rows` by step; those without one come last, by their epochs. */
  private compare(a: number, b: number): number {
    const [step, other] = [this.steps.get(a), this.steps.get(b)];
    const [stepless, otherStepless] = [Number.isNaN(step), Number.isNaN(other)];
    if (!stepless && !otherStepless) return step - other;
    if (stepless !== otherStepless) return stepless ? 1 : -1;
    return this.epochAt(a) - this.epochAt(b);
  }

  private epochAt(i: number): number {
    return this.store.epochOf(this.rows.get(i))!;
  }

  /** Rows of one moment, where one of them has numbers. @param into the rows of all moments */
  private addMoment(order: Uint32Array, into: Numbers): void {
    const rows = [...order].map((i) => this.rows.get(i));
    const first = rows.find((row) => this.store.hasValues(row));
    if (first === undefined) return;
    const epochs = rows.flatMap((row) => this.store.epochOf(row) ?? []);
    const epoch = this.store.epochOf(first) ?? epochs.at(-1);
    const moment = this.starts.length;
    this.starts.push(into.length);
    this.momentSteps.set(moment, this.steps.get(order[0]));
    this.momentEpochs.set(moment, epoch ?? NaN);
    for (const row of rows) if (this.store.hasValues(row)) into.push(row);
  }

  get length(): number {
    return this.starts.length;
  }

  moment(index: number): Moment {
    return {
      step: orNull(this.momentSteps.get(index)),
      epoch: orNull(this.momentEpochs.get(index)),
      row: this.rows.get(this.starts.get(index)),
    };
  }

  /**
   * What was measured at a moment, one of each.
   * @throws UserError `series.twice` where two rows say different numbers of the same
   */
  found(index: number, settled: Settled): Found[] {
    const end = index + 1 < this.length ? this.starts.get(index + 1) : this.rows.length;
    const found = new Map<string, Found>();
    for (let i = this.starts.get(index); i < end; i++)
      for (const value of this.store.valuesOf(this.rows.get(i))) settle(this.store, found, value, settled);
    return [...found.values()];
  }
}

const orNull = (value: number) => (Number.isNaN(value) ? null : value);

/**
 * The same number again is one. A `trainer_state.json` has every digit of what event files hold as float32; a trainer
 * that was started again writes what comes after its checkpoint once more, and the last counts.
 */
function settle(store: Store, known: Map<string, Found>, found: Found, settled: Settled): void {
  const key = [found.subset, found.test, found.metric, found.wording ?? ''].join(' ');
  const before = known.get(key);
  if (!before || Object.is(before.value, found.value)) return void known.set(key, found);
  const kinds = [before, found].map(({ row }) => store.fileOf(row).kind);
  if (kinds.every((kind) => kind === 'event-file')) {
    settled.repeated++;
    return void known.set(key, found);
  }
  if (kinds.includes('trainer-state') && Object.is(Math.fround(before.value), Math.fround(found.value))) {
    settled.fromState++;
    if (kinds[1] === 'trainer-state') known.set(key, found);
    return;
  }
  const { row, column, value } = found;
  const other = store.where(before.row);
  throw seriesError(
    'twice',
    { ...store.where(row), value },
    `in ${JSON.stringify(column)} is of ${key.trim()} as ${JSON.stringify(other.file)}, ${other.at} (${before.value}, ${JSON.stringify(before.column)}), at the same place; remove one, or say with --column what else it is`,
  );
}
