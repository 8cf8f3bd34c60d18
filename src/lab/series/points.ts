/** Numbers that are of one run, stage, place in training, subset, test and metric: one of each is left. */
import type { Observation, Value } from './observations.ts';
import type { Placed, RunPlace } from './source-runs.ts';
import { seriesError } from './rows.ts';

/** A number with where it was read. */
interface Found extends Value {
  row: Observation;
}

/** What was measured at one moment of a run. */
export interface Point {
  step: number | null;
  epoch: number | null;
  /** Of the first row, for messages. */
  row: Observation;
  /** By subset, test, metric and wording. */
  found: Map<string, Found>;
}

/** Points of a stage of a run, by step or else by epoch. */
export interface StagePoints {
  place: RunPlace;
  points: Map<string, Point>;
}

/** What was settled on the way, and how often. */
export interface Settled {
  repeated: number;
  fromState: number;
}

/**
 * @param step of a row, where it has one
 * @throws UserError `series.twice` where two rows say different numbers of the same
 */
export function pointsOf(
  rows: readonly Observation[],
  place: Placed['place'],
  step: (row: Observation) => number | null,
): { stages: StagePoints[]; settled: Settled } {
  const stages = new Map<string, StagePoints>();
  const epochs = epochsOfSteps(rows, place, step);
  const settled: Settled = { repeated: 0, fromState: 0 };
  for (const row of rows) {
    if (row.values.length === 0) continue;
    const of = place(row)!;
    const key = keyOf(of);
    const stage = stages.get(key) ?? { place: of, points: new Map<string, Point>() };
    stages.set(key, stage);
    const at = step(row);
    const epoch = row.epoch ?? (at === null ? null : (epochs.get(`${key} ${at}`) ?? null));
    if (at === null && epoch === null)
      throw seriesError(
        'place',
        { file: row.file.name, at: row.at },
        'has numbers and neither a step nor an epoch; name the column that says it with --column "COLUMN=step"',
      );
    const moment = at === null ? `epoch ${epoch}` : `step ${at}`;
    const point = stage.points.get(moment) ?? { step: at, epoch, row, found: new Map<string, Found>() };
    stage.points.set(moment, point);
    for (const value of row.values) settle(point, { ...value, row }, settled);
  }
  return { stages: [...stages.values()], settled };
}

const keyOf = ({ seed, seed_stage2, from_epoch, stage }: RunPlace) =>
  [seed, seed_stage2, from_epoch, stage].join(' ');

/** Event files say the epoch of a step once, beside the numbers. */
function epochsOfSteps(
  rows: readonly Observation[],
  place: Placed['place'],
  step: (row: Observation) => number | null,
): Map<string, number> {
  const epochs = new Map<string, number>();
  for (const row of rows) {
    const at = step(row);
    const of = place(row);
    if (of && at !== null && row.epoch !== null) epochs.set(`${keyOf(of)} ${at}`, row.epoch);
  }
  return epochs;
}

/**
 * The same number again is one. A `trainer_state.json` has every digit of what event files hold as float32; a trainer
 * that was started again writes what comes after its checkpoint once more, and the last counts.
 */
function settle(point: Point, found: Found, settled: Settled): void {
  const key = [found.subset, found.test, found.metric, found.wording ?? ''].join(' ');
  const before = point.found.get(key);
  if (!before || Object.is(before.value, found.value)) return void point.found.set(key, found);
  const kinds = [before.row.file.kind, found.row.file.kind];
  if (kinds.every((kind) => kind === 'event-file')) {
    settled.repeated++;
    return void point.found.set(key, found);
  }
  if (kinds.includes('trainer-state') && Object.is(Math.fround(before.value), Math.fround(found.value))) {
    settled.fromState++;
    if (found.row.file.kind === 'trainer-state') point.found.set(key, found);
    return;
  }
  const { row, column, value } = found;
  const other = before.row;
  throw seriesError(
    'twice',
    { file: row.file.name, at: row.at, value },
    `in ${JSON.stringify(column)} is of ${key.trim()} as ${JSON.stringify(other.file.name)}, ${other.at} (${before.value}, ${JSON.stringify(before.column)}), at the same place; remove one, or say with --column what else it is`,
  );
}
