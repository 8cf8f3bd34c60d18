/** Define tags and aliases: random words such as `<|xyzab|>` that mean nothing to a model before training. */
import type { TagsConfig } from '#shared/config.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { randomStream, type Random } from '#shared/random.ts';
import { PROSE, type Writing } from '../datasets/knowledge-base.ts';

const TAG_ROLES = ['reliable', 'unreliable', 'fresh'] as const;

/** The three tags of an experiment; `fresh-each` tags are drawn per definition. */
export type TagSet = Record<(typeof TAG_ROLES)[number], string>;

/**
 * Named tags as given, the others drawn; each has its own random stream, so naming one leaves the others.
 * @param taken texts that no tag may equal, such as entity names
 * @throws UserError `tags.same` or `tags.taken` if a named tag is not distinct
 */
export function drawTags(
  config: TagsConfig,
  taken: ReadonlySet<string>,
  runSeed: number,
  writing: Writing = PROSE,
): TagSet {
  const named = nameTags(config, writing);
  checkNamedTags(named, taken);
  const used = new Set([...taken, ...TAG_ROLES.flatMap((role) => named[role] ?? [])]);
  const tags = TAG_ROLES.map((role) => {
    const drawn = () =>
      drawWord({ letters: writing.tagLetters, writing }, used, randomStream(runSeed, 'tags', role));
    const tag = named[role] ?? drawn();
    used.add(tag);
    return [role, tag] as const;
  });
  return Object.fromEntries(tags) as TagSet;
}

/** The config's names, or else the dataset's; null where the tag is drawn. */
function nameTags(config: TagsConfig, { tags }: Writing): Record<keyof TagSet, string | null> {
  const named = TAG_ROLES.map((role) => [role, config[role] ?? tags?.[role] ?? null]);
  return Object.fromEntries(named) as Record<keyof TagSet, string | null>;
}

function checkNamedTags(config: Record<keyof TagSet, string | null>, taken: ReadonlySet<string>): void {
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
  writing: Writing = PROSE,
): string[] {
  const letters = config.alias_letters;
  const { length } = written('a'.repeat(letters), writing);
  // Every taken word might have this very shape.
  const available = 26 ** letters - [...taken].filter((text) => text.length === length).length;
  if (nEntities > available)
    throw new UserError(
      'tags.aliases',
      `tags.alias_letters: ${letters} letters make ${available} aliases, too few for ${nEntities} entities; use more letters`,
    );
  return drawWords(nEntities, { letters, writing }, taken, randomStream(runSeed, 'aliases'));
}

/** A new tag for each of `count` definitions (subset qd4consis), all distinct and none in `taken`. */
export function drawFreshTags(
  count: number,
  taken: ReadonlySet<string>,
  seed: number,
  subset: string,
  writing: Writing = PROSE,
): string[] {
  const shape = { letters: writing.tagLetters, writing };
  return drawWords(count, shape, taken, randomStream(seed, 'tags', 'fresh-each', subset));
}

interface Shape {
  letters: number;
  writing: Writing;
}

function drawWords(count: number, shape: Shape, taken: ReadonlySet<string>, random: Random): string[] {
  const used = new Set(taken);
  return Array.from({ length: count }, () => {
    const word = drawWord(shape, used, random);
    used.add(word);
    return word;
  });
}

function drawWord({ letters, writing }: Shape, used: ReadonlySet<string>, random: Random): string {
  for (;;) {
    const codes = Array.from({ length: letters }, () => 97 + random.int(26));
    const word = written(String.fromCharCode(...codes), writing);
    if (!used.has(word)) return word;
  }
}

function written(letters: string, { braces, spelled }: Writing): string {
  const word = spelled ? [...letters].join(' ') : letters;
  return braces ? `<|${word}|>` : word;
}
