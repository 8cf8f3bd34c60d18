/** Gives every entity its subset, alias, tag and definition (paper section 2). */
import type { LanguageConfig } from '#shared/config.ts';
import { derangement, randomStream } from '#shared/random.ts';
import { SUBSET_NAMES, SUBSETS, type SubsetName } from '#shared/subsets.ts';
import { writingOf, type KnowledgeBase } from '../datasets/knowledge-base.ts';
import { splitEntities, splitSeeds } from './split.ts';
import { drawAliases, drawFreshTags, drawTags, type TagSet } from './words.ts';

interface EntityAssignment {
  subset: SubsetName;
  /** Every entity has one, also where its subset asks about the real name, so that aliases never move. */
  alias: string;
  /** The tag of the entity's definition; null where its subset has no definitions. */
  tag: string | null;
  /** What the definition names: the entity itself where consistent; null where there is no definition. */
  defines: string | null;
}

export interface Assignment {
  tags: TagSet;
  /** Indexed by entity. */
  entities: EntityAssignment[];
  /** Entities of each subset, ascending. */
  subsets: Record<SubsetName, number[]>;
}

/**
 * Draws tags, aliases, the split and who is defined as whom.
 * @throws UserError if tags are not distinct, aliases run out, or the fractions do not fit
 */
export function assignEntities(config: LanguageConfig, kb: KnowledgeBase, runSeed: number): Assignment {
  const taken = textsOf(kb);
  const writing = writingOf(kb);
  const tags = drawTags(config.tags, taken, runSeed, writing);
  Object.values(tags).forEach((tag) => taken.add(tag));
  const aliases = drawAliases(config.tags, kb.entities.length, taken, runSeed, writing);
  const subsets = splitEntities(config, kb.entities.length, runSeed);
  const entities = aliases.map((alias): EntityAssignment => ({
    subset: 'q',
    alias,
    tag: null,
    defines: null,
  }));
  const { split } = splitSeeds(config.subsets, runSeed);
  aliases.forEach((alias) => taken.add(alias));
  const drawn = { kb, tags, taken, seed: split };
  for (const name of SUBSET_NAMES) assignSubset(entities, name, subsets[name], drawn);
  return { tags, entities, subsets };
}

/** Names and answers, none of which may serve as a tag or alias too. */
export function textsOf(kb: KnowledgeBase): Set<string> {
  if (kb.kind === 'variables') return new Set(kb.words);
  const texts = new Set(kb.entities);
  for (const facts of kb.facts) for (const answers of facts) for (const answer of answers) texts.add(answer);
  return texts;
}

function assignSubset(
  entities: EntityAssignment[],
  name: SubsetName,
  members: number[],
  drawn: { kb: KnowledgeBase; tags: TagSet; taken: Set<string>; seed: number },
): void {
  const { kb, tags, taken, seed } = drawn;
  const info = SUBSETS[name];
  const each = info.tag === 'fresh-each';
  const fresh = each ? drawFreshTags(members.length, taken, seed, name, writingOf(kb)) : [];
  const defined = info.consistent === false ? wrongNames(kb, members, seed, name) : trueNames(kb, members);
  members.forEach((entity, i) => {
    entities[entity].subset = name;
    if (info.tag === null) return;
    entities[entity].tag = info.tag === 'fresh-each' ? fresh[i] : tags[info.tag];
    entities[entity].defines = defined[i];
  });
}

const trueNames = ({ entities }: KnowledgeBase, members: number[]) => members.map((i) => entities[i]);

/** What the dataset has as wrong, or the names permuted within their subset so that no definition is true. */
function wrongNames(kb: KnowledgeBase, members: number[], seed: number, name: SubsetName): string[] {
  if (kb.kind === 'variables' && kb.wrong) return members.map((i) => kb.wrong![i]);
  const order = derangement(members.length, randomStream(seed, 'definitions', name));
  return trueNames(
    kb,
    order.map((i) => members[i]),
  );
}
