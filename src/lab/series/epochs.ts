/** Which epoch of its stage each evaluation is at: a whole number, as the history keeps them. */
import { bisectLeft } from 'd3-array';
import { countsFromZero } from './lightning.ts';
import { seriesError } from './rows.ts';
import type { Moment, StagePoints } from './points.ts';

/** Trainers whose last batch is short say 0.998 for 1. */
const NEAR = 0.01;

export interface StageEpochs {
  epochOf(run: StagePoints, moment: Moment): number;
  /** How epochs came about, in words. */
  why: string;
}

/**
 * Epochs as the source says them, where they are whole numbers; else evaluations are counted from 1 in the order of
 * steps, as the authors' own figures do (utils/aggregation_utils.py). What is at step or epoch 0 stays there.
 * @param runs of one stage
 * @throws UserError `series.place` where some rows have steps and others have not
 */
export function stageEpochs(runs: readonly StagePoints[]): StageEpochs {
  if (runs.every(hasWholeEpochs)) return saidEpochs(runs);
  const positions = runs.map(positionsOf);
  const longest = positions.reduce((one, other) => (other.length > one.length ? other : one));
  const shared = positions.every((each) => each.every((at) => longest[bisectLeft(longest, at)] === at));
  const own = new Map(runs.map((run, i) => [run, shared ? longest : positions[i]]));
  const unit = runs[0].moment(0).step === null ? 'epoch' : 'step';
  const range = `${longest[0]} to ${longest.at(-1)}`;
  const each = shared ? '' : ', each run by itself, as their steps differ';
  return {
    epochOf: (run, moment) => orderOf(own.get(run)!, positionOf(moment)),
    why: `the source says no whole epochs: evaluations at ${unit} ${range} are counted in their order${each}`,
  };
}

function saidEpochs(runs: readonly StagePoints[]): StageEpochs {
  const fromZero = new Set(runs.filter(isFromZero));
  const why = 'epochs as the source says them';
  return {
    epochOf: (run, { epoch }) => Math.round(epoch!) + (fromZero.has(run) ? 1 : 0),
    why: fromZero.size === 0 ? why : `${why}, plus 1: Lightning says 0 at the end of the first`,
  };
}

function isFromZero(run: StagePoints): boolean {
  return [...run.store.valuesOf(run.moment(0).row)].some(({ column }) => countsFromZero(column));
}

function hasWholeEpochs(run: StagePoints): boolean {
  const epochs = new Set<number>();
  for (let i = 0; i < run.length; i++) {
    const { epoch } = run.moment(i);
    if (epoch === null || Math.abs(epoch - Math.round(epoch)) > NEAR) return false;
    epochs.add(Math.round(epoch));
  }
  return epochs.size === run.length;
}

const positionOf = ({ step, epoch }: Moment) => step ?? epoch!;

/** In ascending order. */
function positionsOf(run: StagePoints): Float64Array {
  const first = run.moment(0);
  return Float64Array.from({ length: run.length }, (_, i) => {
    const moment = run.moment(i);
    if ((moment.step === null) === (first.step === null)) return positionOf(moment);
    throw seriesError(
      'place',
      run.store.where(moment.row),
      'has no step where other rows of its run have one (or the other way round); mend it, or ignore the column of steps with --column',
    );
  });
}

function orderOf(positions: Float64Array, at: number): number {
  return bisectLeft(positions, at) + (positions[0] <= 0 ? 0 : 1);
}
