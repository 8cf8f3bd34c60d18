/** Which epoch of its stage each evaluation is at: a whole number, as the history keeps them. */
import { seriesError } from './rows.ts';
import type { Point, StagePoints } from './points.ts';

/** Trainers whose last batch is short say 0.998 for 1. */
const NEAR = 0.01;

export interface StageEpochs {
  epochOf(run: StagePoints, point: Point): number;
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
  if (runs.every(hasWholeEpochs))
    return { epochOf: (_, { epoch }) => Math.round(epoch!), why: 'epochs as the source says them' };
  const positions = runs.map(({ points }) => positionsOf(points));
  const longest = positions.reduce((one, other) => (other.length > one.length ? other : one));
  const among = new Set(longest);
  const shared = positions.every((each) => each.every((at) => among.has(at)));
  const orders = new Map(runs.map((run, i) => [run, orderOf(shared ? longest : positions[i])]));
  const [first] = runs[0].points.values();
  const unit = first.step === null ? 'epoch' : 'step';
  const range = `${longest[0]} to ${longest.at(-1)}`;
  const each = shared ? '' : ', each run by itself, as their steps differ';
  return {
    epochOf: (run, point) => orders.get(run)!.get(positionOf(point))!,
    why: `the source says no whole epochs: evaluations at ${unit} ${range} are counted in their order${each}`,
  };
}

function hasWholeEpochs({ points }: StagePoints): boolean {
  const epochs = [...points.values()].map(({ epoch }) => epoch);
  const whole = epochs.every((epoch) => epoch !== null && Math.abs(epoch - Math.round(epoch)) <= NEAR);
  return whole && new Set(epochs.map((epoch) => Math.round(epoch!))).size === epochs.length;
}

const positionOf = ({ step, epoch }: Point) => step ?? epoch!;

function positionsOf(points: ReadonlyMap<string, Point>): number[] {
  const all = [...points.values()];
  const odd = all.find(({ step }) => (step === null) !== (all[0].step === null));
  if (odd)
    throw seriesError(
      'place',
      { file: odd.row.file.name, at: odd.row.at },
      'has no step where other rows of its run have one (or the other way round); mend it, or ignore the column of steps with --column',
    );
  return all.map(positionOf).sort((a, b) => a - b);
}

function orderOf(positions: readonly number[]): Map<number, number> {
  const start = positions[0] <= 0 ? 0 : 1;
  return new Map(positions.map((at, i) => [at, i + start]));
}
