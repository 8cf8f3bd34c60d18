/** Gives every entity its subset, alias, tag and definition (paper section 2). */
import type { ExperimentConfig } from '#shared/config.ts';
import { derangement, randomStream } from '#shared/random.ts';
import { SUBSET_NAMES, SUBSETS, type SubsetName } from '#shared/subsets.ts';
import type { KnowledgeBase } from '../datasets/knowledge-base.ts';
import { splitEntities, splitSeeds } from './split.ts';
import { drawAliases, drawFreshTags, drawTags, type TagSet } from './words.ts';

interface EntityAssignment {
  subset: SubsetName;
  /** Every entity has one, also where its subset asks about the real name, so that aliases never move. */
  alias: string;
  /** The tag of the entity's definition; null where its subset has no definitions. */
  tag: string | null;
  /** The entity that the definition names: itself where consistent; null where there is no definition. */
  defines: number | null;
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
export function assignEntities(config: ExperimentConfig, kb: KnowledgeBase, runSeed: number): Assignment {
  const taken = textsOf(kb);
  const tags = drawTags(config.tags, taken, runSeed);
  Object.values(tags).forEach((tag) => taken.add(tag));
  const aliases = drawAliases(config.tags, kb.entities.length, taken, runSeed);
  const subsets = splitEntities(config, kb.entities.length, runSeed);
  const entities = aliases.map((alias): EntityAssignment => ({
    subset: 'q',
    alias,
    tag: null,
    defines: null,
  }));
  const { split } = splitSeeds(config.subsets, runSeed);
  aliases.forEach((alias) => taken.add(alias));
  for (const name of SUBSET_NAMES) assignSubset(entities, name, subsets[name], { tags, taken, seed: split });
  return { tags, entities, subsets };
}

/** Names and answers, none of which may serve as a tag or alias too. */
function textsOf(kb: KnowledgeBase): Set<string> {
  const texts = new Set(kb.entities);
  for (const facts of kb.facts) for (const answers of facts) for (const answer of answers) texts.add(answer);
  return texts;
}

function assignSubset(
  entities: EntityAssignment[],
  name: SubsetName,
  members: number[],
  drawn: { tags: TagSet; taken: Set<string>; seed: number },
): void {
  const info = SUBSETS[name];
  const fresh = info.tag === 'fresh-each' ? drawFreshTags(members.length, drawn.taken, drawn.seed, name) : [];
  const defined = info.consistent === false ? derange(members, drawn.seed, name) : members;
  members.forEach((entity, i) => {
    entities[entity].subset = name;
    if (info.tag === null) return;
    entities[entity].tag = info.tag === 'fresh-each' ? fresh[i] : drawn.tags[info.tag];
    entities[entity].defines = defined[i];
  });
}

/** Entities permuted within their subset so that no definition is true. */
function derange(members: number[], seed: number, name: SubsetName): number[] {
  return derangement(members.length, randomStream(seed, 'definitions', name)).map((i) => members[i]);
}
