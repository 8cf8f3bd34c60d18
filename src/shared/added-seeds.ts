/** Seeds that came to an experiment after it was made: which are new, and what stands beside its result then. */
import type { ExperimentConfig } from './config.ts';
import { UserError } from './errors.ts';
import type { SeedAddition } from './records.ts';
import { parseSeeds } from './resolve-config.ts';
import { seedCount } from './stats/few-seeds.ts';

/**
 * The seeds of a text that an experiment does not have; a count means 0 up to it, as everywhere.
 * @throws UserError `config.seeds` for no seeds, `extend.nothing` where it has them all
 */
export function newSeeds(text: string, { seeds }: Pick<ExperimentConfig, 'seeds'>): number[] {
  const asked = parseSeeds(text);
  const fresh = asked.filter((seed) => !seeds.includes(seed));
  if (fresh.length > 0) return fresh;
  const next = Math.max(...seeds) + 1;
  throw new UserError(
    'extend.nothing',
    `seeds: the experiment has ${asked.length === 1 ? `seed ${asked[0]}` : `all of ${text}`} already; name others, for example ${next}..${next + 4}`,
  );
}

/**
 * What a reader of p values and intervals has to know: whoever adds seeds until a result appears finds one too often
 * (Armitage, McPherson and Rowe 1969, "Repeated significance tests on accumulating data").
 * @returns null where none was added after a result could be seen
 */
export function addedSeedsNote(additions: readonly SeedAddition[]): string | null {
  const seen = additions.filter(({ finished }) => finished > 0);
  if (seen.length === 0) return null;
  const parts = seen.map(
    ({ seeds, finished, created_at }) =>
      `${seedCount(seeds.length)} on ${created_at.slice(0, 10)}, when ${seedCount(finished)} had finished`,
  );
  return `Seeds were added after results could be seen: ${parts.join('; ')}. If the result led to that, p values and intervals promise too much: confirm it on fresh seeds alone.`;
}
