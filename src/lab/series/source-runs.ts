/** Which runs the rows are of: each has a seed, said by the row, by the name of run or file, or counted. */
import { showValue, UserError } from '#shared/errors.ts';
import type { PlannedRun } from '#shared/planned-runs.ts';
import type { RunState, StageId } from '#shared/records.ts';
import { MAX_SEED } from '#shared/config/values.ts';
import { saidBy } from './places.ts';
import type { Origin, Store } from './store.ts';

/** Someone's own word on a run of the source. */
export interface SeedChoice {
  run: string;
  seed: number;
}

/** What a row belongs to. */
export interface RunPlace {
  seed: number;
  seed_stage2: number | null;
  /** Epoch of stage 1 whose weights it begins with, as the source counts it. */
  from_epoch: number | null;
  stage: StageId;
  /** The source says which run it is of to the last: nothing of it belongs to another. */
  exact: boolean;
}

/** A run as the source has it, and what became of it. */
interface SourceRun {
  run: string;
  becomes: string;
  why: string;
}

export interface Placed {
  /** By origin; null for those of no run. */
  places: (RunPlace | null)[];
  runs: SourceRun[];
}

/** What a run of the source is called. */
function runName({ file, run, seed }: Origin): string {
  if (run !== null) return run;
  return seed === null ? file.unit.name : `seed ${seed}`;
}

/**
 * @param stage of origins that nothing else says it of
 * @throws UserError `series.seed` where two runs of the source have one seed, or one of them none
 */
export function placeRuns(store: Store, choices: readonly SeedChoice[], stage: StageId | null): Placed {
  const ofRuns = [...store.runOrigins].map((index) => store.origins[index]);
  const seeds = seedsOf(ofRuns, choices);
  const chosen = new Map(choices.map(({ run, seed }) => [run, seed]));
  const place = (origin: Origin): RunPlace | null => {
    const { unit } = origin.file;
    const name = runName(origin);
    const seed = chosen.get(name) ?? origin.seed ?? seeds.get(name)?.seed;
    if (seed === undefined) return null;
    const of = origin.run === null ? null : saidBy(origin.run).stage;
    return {
      seed,
      seed_stage2: origin.seed_stage2 ?? unit.seed_stage2,
      from_epoch: origin.stage1_epoch ?? unit.from_epoch,
      stage: origin.stage ?? of ?? unit.stage ?? stage ?? 'stage1',
      exact: origin.file.kind === 'credence-csv',
    };
  };
  const runs = [...seeds].map(([run, { seed, why }]) => ({ run, becomes: `seed ${seed}`, why }));
  assertApart(ofRuns, place);
  return { places: store.origins.map(place), runs };
}

/** A run that the source names to the last, and how it stood there. */
export interface NamedRun extends PlannedRun {
  state: RunState | null;
  cause: string | null;
}

/** The runs of exports of ours: each is one, whether it measured anything or not. */
export function namedRuns(store: Store, { places }: Pick<Placed, 'places'>): NamedRun[] {
  return [...store.runOrigins].flatMap((index) => {
    const place = places[index];
    if (!place?.exact) return [];
    const { state, cause } = store.origins[index];
    const { seed, seed_stage2, from_epoch } = place;
    return [{ seed, seed_stage2, stage1_epoch: from_epoch, state, cause }];
  });
}

type Seeds = Map<string, { seed: number; why: string }>;

function seedsOf(origins: readonly Origin[], choices: readonly SeedChoice[]): Seeds {
  const names = new Map<string, Origin>();
  for (const origin of origins) if (!names.has(runName(origin))) names.set(runName(origin), origin);
  const unknown = choices.find(({ run }) => !names.has(run));
  if (unknown)
    throw new UserError(
      'series.run',
      `--run: ${showValue(unknown.run)} is no run of what is imported; give one of ${[...names.keys()]
        .slice(0, 8)
        .map((name) => showValue(name))
        .join(', ')}`,
    );
  const seeds: Seeds = new Map();
  for (const [name, origin] of names) {
    const said = saidSeed(name, origin, choices);
    if (said) seeds.set(name, said);
  }
  const taken = new Set([...seeds.values()].map(({ seed }) => seed));
  let next = 0;
  for (const name of [...names.keys()].sort()) {
    if (seeds.has(name)) continue;
    while (taken.has(next)) next++;
    taken.add(next);
    seeds.set(name, { seed: next, why: 'nothing says a seed: counted in the order of the names' });
  }
  return seeds;
}

function saidSeed(
  name: string,
  { file: { unit }, run, seed }: Origin,
  choices: readonly SeedChoice[],
): { seed: number; why: string } | null {
  const chosen = choices.findLast((each) => each.run === name);
  if (chosen) return { seed: chosen.seed, why: 'as was asked' };
  if (seed !== null) return { seed, why: 'a column says it' };
  const said = run === null ? unit : saidBy(run);
  if (said.seed === null || said.seed === undefined || said.seed > MAX_SEED) return null;
  return { seed: said.seed, why: said.why };
}

/** @throws UserError `series.seed` */
function assertApart(origins: readonly Origin[], place: (origin: Origin) => RunPlace | null): void {
  const known = new Map<string, string>();
  for (const origin of origins) {
    const { seed, seed_stage2, from_epoch, stage } = place(origin)!;
    const key = JSON.stringify([seed, seed_stage2, from_epoch, stage]);
    const name = origin.run ?? origin.file.unit.name;
    const other = known.get(key) ?? name;
    if (other !== name)
      throw new UserError(
        'series.seed',
        `${showValue(other, 120)} and ${showValue(name, 120)} are both seed ${seed} in ${stage}; say which seed one of them is with --run ${JSON.stringify(`${name}=${seed + 1}`)}, or import them one by one`,
      );
    known.set(key, name);
  }
}

/** `RUN=SEED` of the command line. @throws UserError `series.run` */
export function parseSeedChoice(text: string): SeedChoice {
  const [, run, seed] = /^(.+)=(\d{1,10})$/s.exec(text) ?? [];
  if (run !== undefined && Number(seed) <= MAX_SEED) return { run, seed: Number(seed) };
  throw new UserError('series.run', `--run: ${showValue(text)} is not RUN=SEED; for example "run-a=3"`);
}
