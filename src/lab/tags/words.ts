/** Define tags and aliases: random words `<|xyzab|>` that mean nothing to a model before training. */
import type { TagsConfig } from '#shared/config.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { randomStream, type Random } from '#shared/random.ts';

const TAG_LETTERS = 6;
const TAG_ROLES = ['reliable', 'unreliable', 'fresh'] as const;

/** The three tags of an experiment; `fresh-each` tags are drawn per definition. */
export type TagSet = Record<(typeof TAG_ROLES)[number], string>;

/**
 * Named tags as given, the others drawn; each has its own random stream, so naming one leaves the others.
 * @param taken texts that no tag may equal, such as entity names
 * @throws UserError `tags.same` or `tags.taken` if a named tag is not distinct
 */
export function drawTags(config: TagsConfig, taken: ReadonlySet<string>, runSeed: number): TagSet {
  checkNamedTags(config, taken);
  const used = new Set([...taken, ...TAG_ROLES.flatMap((role) => config[role] ?? [])]);
  const tags = TAG_ROLES.map((role) => {
    const tag = config[role] ?? drawWord(TAG_LETTERS, used, randomStream(runSeed, 'tags', role));
    used.add(tag);
    return [role, tag] as const;
  });
  return Object.fromEntries(tags) as TagSet;
}

function checkNamedTags(config: TagsConfig, taken: ReadonlySet<string>): void {
  const seen = new Map<string, string>();
  for (const role of TAG_ROLES) {
    const tag = config[role];
    if (tag === null) continue;
    const other = seen.get(tag);
    if (other)
      throw new UserError('tags.same', `tags.${role}: ${showValue(tag)} is also tags.${other}; name another`);
    if (taken.has(tag))
      throw new UserError(
        'tags.taken',
        `tags.${role}: ${showValue(tag)} is the name of an entity or an answer; name another`,
      );
    seen.set(tag, role);
  }
}

/**
 * One alias per entity, all distinct and none in `taken`.
 * @throws UserError `tags.aliases` if there are not enough words of `alias_letters` letters
 */
export function drawAliases(
  config: TagsConfig,
  nEntities: number,
  taken: ReadonlySet<string>,
  runSeed: number,
): string[] {
  const letters = config.alias_letters;
  // Every taken word might have this very shape.
  const available = 26 ** letters - [...taken].filter((text) => text.length === letters + 4).length;
  if (nEntities > available)
    throw new UserError(
      'tags.aliases',
      `tags.alias_letters: ${letters} letters make ${available} aliases, too few for ${nEntities} entities; use more letters`,
    );
  return drawWords(nEntities, letters, taken, randomStream(runSeed, 'aliases'));
}

/** A new tag for each of `count` definitions (subset qd4consis), all distinct and none in `taken`. */
export function drawFreshTags(
  count: number,
  taken: ReadonlySet<string>,
  seed: number,
  subset: string,
): string[] {
  return drawWords(count, TAG_LETTERS, taken, randomStream(seed, 'tags', 'fresh-each', subset));
}

function drawWords(count: number, letters: number, taken: ReadonlySet<string>, random: Random): string[] {
  const used = new Set(taken);
  return Array.from({ length: count }, () => {
    const word = drawWord(letters, used, random);
    used.add(word);
    return word;
  });
}

function drawWord(letters: number, used: ReadonlySet<string>, random: Random): string {
  for (;;) {
    const codes = Array.from({ length: letters }, () => 97 + random.int(26));
    const word = `<|${String.fromCharCode(...codes)}|>`;
    if (!used.has(word)) return word;
  }
}
