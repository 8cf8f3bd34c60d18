/** Experiments as one `.credence` file: a history of their own, packed. */
import { mkdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import type { MovedExperiment, WrittenBundle } from '#shared/bundles.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { explained } from '../history/errors.ts';
import type { History } from '../history/history.ts';
import { migrate } from '../history/migrate.ts';
import { MIGRATIONS } from '../history/migrations.ts';
import { credenceVersion } from '../resources.ts';
import { scratchFolder } from '../scratch-folder.ts';
import { aboutPacked, LEVEL, pack, unpack } from './packed.ts';
import { placeOf, putWeights, removeWeights, takeWeights } from './weights.ts';

/**
 * Writes experiments with their configs, metrics, answers, notes and analyses.
 * @param options.weights the weights that runs kept, too
 * @param options.only these runs alone, and nothing that was written about the experiment as a whole
 * @throws UserError `history.no-experiment`, `history.disk-full`, …
 */
export async function writeBundle(
  history: History,
  experiments: readonly number[],
  file: string,
  { weights = false, only }: { weights?: boolean; only?: ReadonlySet<number> } = {},
): Promise<WrittenBundle> {
  const target = path.resolve(file);
  explained(file, () => mkdirSync(path.dirname(target), { recursive: true }));
  return beside(target, async (content) => {
    const taken = fill(content, history, experiments, { weights, only });
    const about = { version: credenceVersion(), schema: MIGRATIONS.length, experiments: experiments.length };
    await pack(content, target, about, taken > 0 ? LEVEL.weights : LEVEL.rows);
    return { path: target, bytes: statSync(target).size, experiments: experiments.length, weights: taken };
  });
}

/** @returns bytes of the weights that were taken along */
function fill(
  content: string,
  history: History,
  experiments: readonly number[],
  { weights, only }: { weights: boolean; only?: ReadonlySet<number> },
): number {
  const bundle = new Database(content);
  try {
    bundle.pragma('journal_mode = OFF');
    migrate(bundle, content);
    history.moveInto(bundle, experiments, only);
    // Nothing in a file from elsewhere may act: the history that takes it over has its own.
    bundle.exec('DROP TRIGGER registrations_stay; DROP TRIGGER registrations_are_locked');
    return takeWeights(bundle, weights ? path.dirname(history.path) : null);
  } finally {
    bundle.close();
  }
}

/**
 * Takes over the experiments of a file: all of them, or nothing. Those that are here already are recognised, and runs
 * that are not here come to them.
 * @param options.job the job whose results these are: they take the place of its runs that are not done
 * @throws UserError `bundle.damaged`, `bundle.newer`, `bundle.path`, `bundle.config`, …
 */
export async function readBundle(
  history: History,
  file: string,
  { job }: { job?: number } = {},
): Promise<MovedExperiment[]> {
  return beside(path.resolve(history.path), async (content) => {
    await unpack(file, content);
    // What it says of itself is believed once it is known to be whole.
    assertNotNewer(file);
    const bundle = openBundle(content, file);
    const written: string[] = [];
    const home = path.dirname(history.path);
    try {
      return history.takeFrom(bundle, {
        job,
        place: placeOf,
        put: (experiment, runs) => void written.push(...putWeights(bundle, home, experiment, runs)),
      });
    } catch (error) {
      removeWeights(written);
      throw error instanceof UserError ? error : damaged(file, error);
    } finally {
      bundle.close();
    }
  });
}

/** @throws UserError `bundle.newer` */
function assertNotNewer(file: string): void {
  const { schema, version } = aboutPacked(file);
  if (Number(schema) <= MIGRATIONS.length) return;
  throw new UserError(
    'bundle.newer',
    `${showValue(file, Infinity)} was written by a newer Credence (${showValue(version)}); update Credence to import it`,
  );
}

/** A database from elsewhere: nothing in it may act, and it has the tables of a history. */
function openBundle(content: string, file: string): Database.Database {
  const bundle = new Database(content);
  try {
    bundle.pragma('trusted_schema = OFF');
    const acting = bundle
      .prepare("SELECT count(*) FROM sqlite_master WHERE type IN ('trigger', 'view')")
      .pluck();
    const whole = bundle.pragma('quick_check(1)', { simple: true });
    if (acting.get() !== 0 || whole !== 'ok') throw new Error(String(whole));
    migrate(bundle, content);
    return bundle;
  } catch (error) {
    bundle.close();
    throw damaged(file, error);
  }
}

function damaged(file: string, cause: unknown): UserError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new UserError(
    'bundle.damaged',
    `${showValue(file, Infinity)} does not hold together (${reason}); nothing was imported, export it again`,
    { cause },
  );
}

/** A folder for what is unpacked, on the disk where it goes. */
async function beside<T>(target: string, work: (content: string) => Promise<T>): Promise<T> {
  const folder = explained(target, () => scratchFolder(path.dirname(target)));
  try {
    return await work(path.join(folder, 'content.sqlite'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
