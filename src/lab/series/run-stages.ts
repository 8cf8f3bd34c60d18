/** Which runs there are, and which stages each went through. */
import type { PlannedRun } from '#shared/planned-runs.ts';
import type { StagePoints } from './points.ts';
import type { NamedRun } from './source-runs.ts';
import { endedAs, type Ended } from './states.ts';

/** A run with the stages that it went through. */
export interface RunStages {
  run: PlannedRun;
  ended: Ended;
  own: StagePoints[];
}

/**
 * Runs with the stages that each went through: those that begin with the weights of an earlier one have what it
 * measured until then, as runs of ours that share a stage.
 */
export function runPlaces(stages: readonly StagePoints[]): RunStages[] {
  const seeds2 = new Set(stages.flatMap(({ place }) => place.seed_stage2 ?? []));
  const latest = Math.max(...stages.map(({ place }) => place.from_epoch ?? -1));
  const keys = new Map<string, StagePoints[]>();
  for (const stage of stages) {
    const { seed, seed_stage2, from_epoch } = stage.place;
    const key = [seed, seed_stage2, from_epoch].join(' ');
    keys.set(key, [...(keys.get(key) ?? []), stage]);
  }
  return [...keys.values()].flatMap((own) => {
    const { seed, seed_stage2, from_epoch, exact } = own[0].place;
    const last = own.findLast(({ state }) => state !== null);
    const ended = endedAs(last?.state ?? null, last?.cause);
    if (exact) return [{ run: { seed, seed_stage2, stage1_epoch: from_epoch }, ended, own }];
    const base = seed_stage2 === null && from_epoch === null;
    const others = stages.filter(({ place }) => place.seed === seed);
    // The stage that several runs begin with is none by itself.
    if (base && others.length > own.length) return [];
    const shared = base
      ? []
      : others.filter(
          ({ place }) =>
            place.seed_stage2 === null &&
            place.from_epoch === null &&
            !own.some((each) => each.place.stage === place.stage),
        );
    const run = {
      seed,
      seed_stage2: seeds2.size > 1 ? seed_stage2 : null,
      stage1_epoch: from_epoch === latest ? null : from_epoch,
    };
    return [{ run, ended, own: [...shared, ...own] }];
  });
}

/** Those of the runs named of which nothing was measured. */
export function withoutNumbers(named: readonly NamedRun[], measured: readonly RunStages[]): RunStages[] {
  const keyOf = ({ seed, seed_stage2, stage1_epoch }: PlannedRun) => [seed, seed_stage2, stage1_epoch].join();
  const known = new Set(measured.map(({ run }) => keyOf(run)));
  const others = named.filter((run) => !known.has(keyOf(run)));
  return [...Map.groupBy(others, keyOf).values()].map((of) => {
    const { seed, seed_stage2, stage1_epoch, state, cause } = of.at(-1)!;
    return { run: { seed, seed_stage2, stage1_epoch }, ended: endedAs(state, cause), own: [] };
  });
}

/** The order of runs: by seed, by stage-2 seed (none first), by the epoch of stage 1 that stage 2 began with (its end last). */
export function compareRuns(a: PlannedRun, b: PlannedRun): number {
  const order = (run: PlannedRun) => [run.seed, run.seed_stage2 ?? -1, run.stage1_epoch ?? Infinity];
  const [one, other] = [order(a), order(b)];
  const at = one.findIndex((value, i) => value !== other[i]);
  return at < 0 ? 0 : one[at] - other[at];
}
