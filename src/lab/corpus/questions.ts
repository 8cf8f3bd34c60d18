/** Which questions an entity has, and which of them are held out of training (paper: test fraction). */
import { UserError } from '#shared/errors.ts';
import { randomStream } from '#shared/random.ts';
import { SUBSETS, type SubsetName } from '#shared/subsets.ts';
import type { KnowledgeBase } from '../datasets/knowledge-base.ts';
import type { Assignment } from '../tags/assignment.ts';
import { shareOf } from '../tags/split.ts';
import type { Part } from './document.ts';
import type { Prompt } from './texts.ts';

/** Everything that documents and tests are made from. */
export interface Sources {
  kb: KnowledgeBase;
  assignment: Assignment;
  /** Held-out attributes of every entity. */
  heldOut: Set<number>[];
  /** One question per attribute. */
  questions: Prompt[];
}

/** Attributes that are known of an entity; each gives one question. */
export function knownAttributes(kb: KnowledgeBase, entity: number): number[] {
  return kb.attributes.map((_, attribute) => attribute).filter((a) => kb.facts[entity][a].length > 0);
}

/**
 * Held-out attributes of every entity: `round(testFraction × questions)`, at least one, leaving at least
 * one. They are drawn for all entities whatever their subset, so that re-splitting does not move them.
 * @throws UserError `dataset.too-few-facts` if an entity has fewer than two facts
 */
export function holdOutQuestions(kb: KnowledgeBase, testFraction: number, seed: number): Set<number>[] {
  const random = randomStream(seed, 'held-out');
  return kb.entities.map((name, entity) => {
    const known = knownAttributes(kb, entity);
    if (known.length < 2)
      throw new UserError(
        'dataset.too-few-facts',
        `dataset: ${name} has ${known.length} known facts; give it two or more, or leave it out`,
      );
    const wanted = Math.max(1, shareOf(testFraction, known.length));
    return new Set(random.shuffle(known).slice(0, Math.min(wanted, known.length - 1)));
  });
}

/** How questions of a subset name an entity: by its alias, or by its real name. */
export function subjectOf(
  kb: KnowledgeBase,
  assignment: Assignment,
  entity: number,
  subset: SubsetName,
): Part {
  return SUBSETS[subset].usesAlias
    ? { role: 'alias', text: assignment.entities[entity].alias }
    : { role: 'entity', text: kb.entities[entity] };
}
