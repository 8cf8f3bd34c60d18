/**
 * Faults on the real processes, longer than the suite has time for (`npm run torture`): runs of every kind are killed
 * at random moments and resumed, and must end with the numbers of an undisturbed run. Exit code 1 where one does not.
 */
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { randomStream } from '#shared/random.ts';
import { fail } from '../options.ts';
import { casesNamed, type Case } from './cases.ts';
import { soak } from './soak.ts';
import { together } from './together.ts';
import { emptyTally, KINDS, killsIn, life, undisturbed, type Kind, type Tally } from './life.ts';

const HELP = `npm run torture -- [options]
  --kills N         kill -9 in all, over all cases (200)
  --kinds LIST      of ${KINDS.join(', ')} (all)
  --cases LIST      of pocket, together, shared, sweep, images, pretrained, lora (all)
  --seed N          of the moments (1)
  --together N      instead: the open app and the command line write to one history for N minutes
  --soak N          instead: short runs for N minutes, what the app's process holds being watched`;

/** Kills in the life of one experiment, at most. */
const PER_LIFE = 8;

function options() {
  const text = { type: 'string' as const };
  const { values } = parseArgs({
    options: {
      ...{ kills: text, kinds: text, cases: text, seed: text, together: text, soak: text },
      help: { type: 'boolean' },
    },
  });
  return values;
}

/** @returns the numbers of a kind of life, trained and killed until it has had its kills */
async function torture(one: Case, kills: number, kinds: readonly Kind[], seed: number): Promise<Tally> {
  const tally = emptyTally();
  const random = randomStream(seed, 'torture', one.name);
  const expected = await undisturbed(one);
  while (killsIn(tally) < kills && tally.faults.length === 0) {
    const now = Math.min(PER_LIFE, kills - killsIn(tally));
    await life(one, { kills: now, kinds, random: () => random.float(), expected }, tally);
    console.error(`${one.name}: ${killsIn(tally)} of ${kills} kills`);
  }
  return tally;
}

function print(rows: readonly (readonly [string, Tally])[]): void {
  const head = ['', ...KINDS, 'integrity ok', 'nothing lost', 'resumed', 'ends', 'identical', 'faults'];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const [name, { kills, integrityOk, nothingLost, resumed, ends, identical, faults }] of rows)
    table.push([
      ...[name, ...KINDS.map((kind) => kills[kind])],
      ...[integrityOk, nothingLost, resumed, ends, identical, faults.length],
    ]);
  console.log(table.toString());
  console.log(`${rows.reduce((sum, [, tally]) => sum + killsIn(tally), 0)} kills`);
}

function whole(name: string, given: string | undefined, otherwise: number): number {
  const value = given === undefined ? otherwise : Number(given);
  return Number.isInteger(value) && value >= 0 ? value : fail(`--${name} is ${given}; give a whole number`);
}

/** Prints what was found and sets the exit code. */
function conclude(faults: readonly string[]): void {
  for (const fault of faults) console.log(fault);
  console.log(`${faults.length} faults`);
  if (faults.length > 0) process.exitCode = 1;
}

async function main(): Promise<void> {
  const given = options();
  if (given.help) return console.log(HELP);
  if (given.together !== undefined) return conclude(await together(whole('together', given.together, 10)));
  if (given.soak !== undefined) return conclude(await soak(whole('soak', given.soak, 120)));
  await killing(given);
}

async function killing({ kills, kinds, cases, seed }: ReturnType<typeof options>): Promise<void> {
  const wanted = kinds?.split(',') ?? KINDS;
  const known = KINDS.filter((kind) => wanted.includes(kind));
  if (known.length < wanted.length) fail(`--kinds is ${kinds}; give some of ${KINDS.join(', ')}`);
  const chosen = casesNamed(cases?.split(',') ?? null);
  const all = whole('kills', kills, 200);
  const rows: [string, Tally][] = [];
  for (const [i, one] of chosen.entries()) {
    const share = Math.floor(((i + 1) * all) / chosen.length) - Math.floor((i * all) / chosen.length);
    rows.push([one.name, await torture(one, share, known, whole('seed', seed, 1))]);
  }
  print(rows);
  conclude(rows.flatMap(([, { faults }]) => faults));
}

await main().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
