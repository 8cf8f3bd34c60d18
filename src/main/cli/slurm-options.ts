/** What the options for a cluster ask for. */
import path from 'node:path';
import { showValue, UserError } from '#shared/errors.ts';
import { slurmOptionsSchema, slurmPlaceSchema, type SlurmOptions, type SlurmPlace } from '#shared/slurm.ts';
import { defaultDatabasePath } from '../history/paths.ts';
import { ownCommand } from '../slurm/own-command.ts';
import { homeThere } from '../slurm/place.ts';
import { checkPlace } from '../slurm/submit.ts';
import type { SlurmFlags } from './slurm-flags.ts';

/** Field of the options by flag, where it is a number. */
const NUMBERS = {
  cpus: 'cpus',
  seedsPerTask: 'seeds_per_task',
  arrayLimit: 'array_limit',
  grace: 'grace',
  restarts: 'restarts',
} as const;
const TEXTS = ['partition', 'account', 'gres', 'time', 'memory', 'container', 'setup', 'weights'] as const;
const PLACES = ['wait', 'ssh', 'slurmFolder', 'shared', 'slurmCommand', 'sbatch'] as const;

/** Fields that are called otherwise on the command line. */
const FLAGS: Record<string, string> = {
  host: '--ssh',
  folder: '--slurm-folder',
  command: '--slurm-command',
  more: '--sbatch',
};

/** A place and what is asked of Slurm there. */
export interface SlurmWish {
  place: SlurmPlace;
  options: SlurmOptions;
  wait: boolean;
}

/**
 * Reads the options, and looks whether the place can take a job.
 * @param db database of the command
 * @returns null where it trains on this machine
 * @throws UserError `slurm.option` naming the option, the value and the remedy; `slurm.ssh`, `slurm.missing`, `slurm.version`
 */
export async function slurmWish(flags: SlurmFlags, db: string | undefined): Promise<SlurmWish | null> {
  if (flags.slurm !== true) {
    assertNone(flags);
    return null;
  }
  const numbers = Object.entries(NUMBERS).map(([flag, field]) => [
    field,
    readNumber(flags[flag as keyof typeof NUMBERS]),
  ]);
  const texts = TEXTS.map((name) => [name, flags[name]]);
  const given = [...numbers, ...texts, ['more', flags.sbatch], ['jobs', readNumber(flags.jobs)]].filter(
    ([, value]) => value !== undefined,
  );
  const options = checked(slurmOptionsSchema, Object.fromEntries(given));
  const place = await placeOf(flags, db);
  await checkPlace({ place, options });
  return { place, options, wait: flags.wait === true };
}

/** A number where it is one; what else was typed is shown by what refuses it. */
const readNumber = (text: string | undefined) =>
  text === undefined || !/^\d+$/.test(text) ? text : Number(text);

function assertNone(flags: SlurmFlags): void {
  const names = [...Object.keys(NUMBERS), ...TEXTS, ...PLACES] as (keyof SlurmFlags)[];
  const given = names.find((name) => flags[name] !== undefined);
  if (given === undefined) return;
  throw new UserError(
    'slurm.option',
    `${flagOf(given)}: is for clusters; give --slurm as well, or leave it out`,
  );
}

async function placeOf(flags: SlurmFlags, db: string | undefined): Promise<SlurmPlace> {
  const { ssh: host = null, shared = false, slurmFolder, slurmCommand } = flags;
  const command = slurmCommand?.trim().split(/\s+/) ?? (host === null ? ownCommand() : ['credence']);
  if (host === null && shared)
    throw new UserError(
      'slurm.option',
      '--shared: is for a cluster that ssh reaches; give --ssh as well, or leave it out',
    );
  // What is wrong with the host is said before it is asked.
  checked(slurmPlaceSchema, { host, folder: '/', command });
  const folder =
    slurmFolder ??
    (host === null ? besideDatabase(db) : path.posix.join(await homeThere(host), 'credence-jobs'));
  return checked(slurmPlaceSchema, {
    host,
    shared,
    command,
    folder: host === null ? path.resolve(folder) : folder,
  });
}

const besideDatabase = (db: string | undefined) =>
  path.join(path.dirname(path.resolve(db ?? defaultDatabasePath())), 'slurm');

interface Schema<T> {
  safeParse(
    value: unknown,
  ):
    | { success: true; data: T }
    | { success: false; error: { issues: { path: PropertyKey[]; message: string }[] } };
}

function checked<T>(schema: Schema<T>, value: Record<string, unknown>): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = String(issue.path[0]);
  const list = value[field];
  const found = Array.isArray(list) ? (list as unknown[])[Number(issue.path[1] ?? 0)] : list;
  throw new UserError(
    'slurm.option',
    `${FLAGS[field] ?? flagOf(field)}: ${showValue(found)}: ${issue.message}`,
  );
}

const flagOf = (name: string) =>
  `--${name.replaceAll('_', '-').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
