/** Where knowledge moved: how far each part of the model moved in each stage, and the logit lens after each. */
import type { LensPoint, Move, MovesResult, ParamsOf } from '#shared/analysis.ts';
import type { SubsetName } from '#shared/subsets.ts';
import type { LensRow } from '../tasks/inside.ts';
import { startOf, withWeights, type Given } from './given.ts';
import { partName, wholeWeights } from './whole-weights.ts';

export async function moves({ most }: ParamsOf<'moves'>, given: Given): Promise<MovesResult> {
  const { task, checkpoints } = given;
  const weights = [startOf(task), ...checkpoints.map((kept) => kept.read())];
  const parts = movedParts(given, weights);
  await given.told(0.2);
  const lens: MovesResult['lens'] = [];
  const look = most > 0 ? task.inside().lens : undefined;
  for (const [i, { at }] of look ? checkpoints.entries() : []) {
    const found = await withWeights(given, weights[i + 1], (state) =>
      look!(most, { engine: given.engine, state }),
    );
    lens.push({ stage: at.stage, subsets: pointsOf(found) });
    await given.told(0.2 + (0.8 * (i + 1)) / checkpoints.length);
  }
  return { kind: 'moves', stages: checkpoints.map(({ at }) => at.stage), parts, lens };
}

/** Sums over the weights of a part. */
interface Sums {
  /** ‖W‖² before each stage. */
  before: number[];
  /** ‖ΔW‖² of each stage. */
  moved: number[];
  /** ΔW · ΔW of the stage before. */
  along: number[];
}

function movedParts({ task }: Given, weights: readonly Float32Array[]): MovesResult['parts'] {
  const stages = weights.length - 1;
  const parts = new Map<string, Sums>();
  const none = (): Sums => {
    const zeros = () => Array<number>(stages).fill(0);
    return { before: zeros(), moved: zeros(), along: zeros() };
  };
  for (const { name, values } of wholeWeights(task, weights)) {
    const part = partName(name);
    const sums = parts.get(part) ?? none();
    parts.set(part, sums);
    for (let stage = 0; stage < stages; stage++) addStage(sums, values, stage);
  }
  return [...parts].map(([name, sums]) => ({
    name,
    moves: Array.from({ length: stages }, (_, stage) => moveOf(sums, stage)),
  }));
}

/** @param values of one weight before the first stage and after each */
function addStage(sums: Sums, values: readonly Float32Array[], stage: number): void {
  const [before, after] = [values[stage], values[stage + 1]];
  const earlier = stage > 0 ? values[stage - 1] : before;
  let [size, moved, along] = [0, 0, 0];
  for (let i = 0; i < before.length; i++) {
    const step = after[i] - before[i];
    size += before[i] * before[i];
    moved += step * step;
    along += step * (before[i] - earlier[i]);
  }
  sums.before[stage] += size;
  sums.moved[stage] += moved;
  sums.along[stage] += along;
}

function moveOf({ before, moved, along }: Sums, stage: number): Move {
  const sizes = stage > 0 ? Math.sqrt(moved[stage] * moved[stage - 1]) : 0;
  const norm = Math.sqrt(moved[stage]);
  return {
    norm,
    share: before[stage] > 0 ? norm / Math.sqrt(before[stage]) : 0,
    cosine: sizes > 0 ? along[stage] / sizes : null,
  };
}

function pointsOf({ layers, rows }: { layers: string[]; rows: LensRow[] }) {
  const subsets: Partial<Record<SubsetName, LensPoint[]>> = {};
  for (const subset of new Set(rows.map((row) => row.subset))) {
    const own = rows.filter((row) => row.subset === subset);
    subsets[subset] = layers.map((layer, i) => {
      const ranks = own.map((row) => row.ranks[i]).sort((a, b) => a - b);
      return { layer, rank: median(ranks), first: ranks.filter((rank) => rank === 1).length / ranks.length };
    });
  }
  return subsets;
}

function median(sorted: readonly number[]): number {
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}
