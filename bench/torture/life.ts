/** One experiment from its start to its end, through several kills; everything that must hold is looked at. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Case } from './cases.ts';
import { difference, look, roundedDifference, weightsOf, type Evaluations, type Look } from './look.ts';
import { kill, start, type Command, type Ended } from './process.ts';

/** `main`: the process with the queue; `trainer`: one that trains; `both`: all at once, as when power goes. */
export const KINDS = ['main', 'trainer', 'both'] as const;
export type Kind = (typeof KINDS)[number];

/** What an undisturbed run leaves. */
export interface Expected {
  evaluations: Evaluations;
  weights: Map<string, string>;
  /** Seconds in which the moments of kills lie; made shorter where an experiment ends before. */
  span: number;
}

export interface Tally {
  kills: Record<Kind, number>;
  integrityOk: number;
  /** Kills after which every evaluation that had been shown was there with its numbers. */
  nothingLost: number;
  /** Kills after which training could go on. */
  resumed: number;
  /** Ends with the numbers and weights of the undisturbed run. */
  identical: number;
  ends: number;
  faults: string[];
}

export function emptyTally(): Tally {
  const kills = { main: 0, trainer: 0, both: 0 };
  return { kills, integrityOk: 0, nothingLost: 0, resumed: 0, identical: 0, ends: 0, faults: [] };
}

export const killsIn = ({ kills }: Pick<Tally, 'kills'>): number => kills.main + kills.trainer + kills.both;

/** Seconds after which a command counts as hung. */
const HANGS_AFTER = 180;
/** Starts of one experiment, after which it counts as never ending. */
const MOST_STARTS = 40;

function folderFor({ name, yaml }: Case): string {
  const home = mkdtempSync(path.join(tmpdir(), `credence-torture-${name}-`));
  writeFileSync(path.join(home, 'config.yaml'), yaml);
  return home;
}

/** Trains it once undisturbed. @throws Error where even that fails */
export async function undisturbed(one: Case): Promise<Expected> {
  const home = folderFor(one);
  try {
    const began = performance.now();
    const { code, said } = await start(['run', 'config.yaml', ...one.options], home).ended;
    if (code !== 0) throw new Error(`${one.name} fails undisturbed (${code}): ${said}`);
    const span = (0.7 * (performance.now() - began)) / 1000;
    return { evaluations: look(home).evaluations, weights: weightsOf(home), span };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

interface Plan {
  kills: number;
  kinds: readonly Kind[];
  /** From 0 to 1. */
  random: () => number;
  expected: Expected;
}

/** Trains it through kills at random moments and adds what was found. */
export async function life(one: Case, plan: Plan, tally: Tally): Promise<void> {
  const home = folderFor(one);
  const faults = tally.faults.length;
  try {
    await liveThrough(one, home, plan, tally);
    tally.ends++;
    const wrong = endFaults(one, home, plan.expected);
    if (wrong.length === 0) tally.identical++;
    tally.faults.push(...wrong.map((what) => `${one.name}: at the end, ${what}`));
  } catch (error) {
    tally.faults.push(`${one.name}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (tally.faults.length === faults) rmSync(home, { recursive: true, force: true });
  else tally.faults.push(`${one.name}: its folder is kept: ${home}`);
}

async function liveThrough(one: Case, home: string, plan: Plan, tally: Tally): Promise<void> {
  let left = plan.kills;
  let shown: Evaluations = new Map();
  let command = start(nextCommand(one, look(home)), home);
  let owed = 0;
  for (let starts = 1; ;) {
    const killed = left > 0 ? await killLater(command, home, plan) : null;
    if (killed !== null) {
      left--;
      owed++;
      tally.kills[killed.kind]++;
      shown = new Map([...shown, ...killed.before]);
    }
    if (left > 0 && killed?.kind === 'trainer') {
      check(one, home, shown, tally, killed);
      continue;
    }
    const ended = killed?.kind === 'trainer' || killed === null ? await orHung(command) : await command.ended;
    if (killed !== null) check(one, home, shown, tally, killed);
    const now = look(home);
    assertEnd(ended);
    if (now.runs.length > 0 && now.runs.every(({ state }) => state === 'done')) {
      tally.resumed += owed;
      return;
    }
    if (++starts > MOST_STARTS) throw new Error(`not done after ${starts} starts: ${ended.said}`);
    command = start(nextCommand(one, now), home);
  }
}

/** Waits a random time and kills; null where the command had ended before. */
async function killLater(command: Command, home: string, { kinds, random, expected }: Plan) {
  const kind = kinds[Math.floor(random() * kinds.length)];
  await Promise.race([command.ended, sleep(random() * expected.span * 1000)]);
  while (command.result() === null) {
    const { runs, evaluations: before } = look(home);
    const workers = runs.flatMap(({ state, worker_pid }) =>
      state === 'running' && worker_pid !== null ? [worker_pid] : [],
    );
    if (killNow(kind, command.pid, workers, random)) {
      // What still trains has to end by itself: now and then the next start comes before it has.
      if (random() < 0.5) await sleep(500);
      return { kind, before };
    }
    await sleep(50);
  }
  expected.span *= 0.7;
  return null;
}

/** Whether there was something to kill. */
function killNow(kind: Kind, main: number, workers: readonly number[], random: () => number): boolean {
  if (kind === 'trainer') {
    const victim = workers[Math.floor(random() * workers.length)];
    return victim !== undefined && kill(victim);
  }
  if (!kill(main)) return false;
  if (kind === 'both') workers.forEach(kill);
  return true;
}

/** What must hold after every kill. */
function check(one: Case, home: string, shown: Evaluations, tally: Tally, { kind }: { kind: Kind }): void {
  const { integrity, evaluations } = look(home, { whole: true });
  if (integrity === 'ok') tally.integrityOk++;
  else tally.faults.push(`${one.name}: after killing ${kind}, integrity_check says ${integrity}`);
  const lost = [...shown].filter(([key, value]) => evaluations.get(key) !== value);
  if (lost.length === 0) tally.nothingLost++;
  else
    tally.faults.push(
      `${one.name}: after killing ${kind}, ${lost.length} evaluations are lost: ${lost[0][0]}`,
    );
}

/** Starts it, or goes on with what there is. */
function nextCommand({ options }: Case, { experiments, sweeps }: Look): string[] {
  if (experiments === 0) return ['run', 'config.yaml', ...options];
  return ['resume', sweeps > 0 ? 's1' : '1', ...options];
}

async function orHung(command: Command): Promise<Ended> {
  const ended = await Promise.race([command.ended, sleep(HANGS_AFTER * 1000)]);
  if (ended) return ended;
  kill(command.pid);
  throw new Error(`it hung for ${HANGS_AFTER} s`);
}

/** 0 and 1 say that all runs are done, or not; anything else but our kill is a fault. */
function assertEnd({ code, signal, said }: Ended): void {
  if (code === 0 || code === 1 || signal === 'SIGKILL') return;
  throw new Error(`a command ended with ${signal ?? code}: ${said}`);
}

function endFaults({ compared, rounded }: Case, home: string, expected: Expected): string[] {
  const { integrity, evaluations } = look(home, { whole: true });
  const differing = rounded
    ? [roundedDifference(expected.evaluations, evaluations)]
    : [
        difference('evaluations', expected.evaluations, evaluations, compared),
        difference('files of weights', expected.weights, weightsOf(home), compared),
      ];
  const whole = integrity === 'ok' ? null : `integrity_check says ${integrity}`;
  return [whole, ...differing].filter((fault) => fault !== null);
}

function sleep(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, undefined));
}
