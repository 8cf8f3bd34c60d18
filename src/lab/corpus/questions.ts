/** Who has which questions, and which of them are held out of training (paper: test fraction). */
import { UserError } from '#shared/errors.ts';
import { randomStream } from '#shared/random.ts';
import { SUBSETS, type SubsetName } from '#shared/subsets.ts';
import type { FactTable, KnowledgeBase, VariableQuestion, VariableSet } from '../datasets/knowledge-base.ts';
import type { Assignment } from '../tags/assignment.ts';
import { shareOf } from '#shared/subset-sizes.ts';
import { textOf, type Part, type Question } from './document.ts';
import { compileQuestion } from './texts.ts';

/** The questions of every entity, whatever kind of dataset they come from. */
export interface QuestionBank {
  /** Trained on where stage 1 trains on QA pairs. */
  training(entity: number): Question[];
  /** Asked where stage 1 trains on the others. */
  heldOut(entity: number): Question[];
  /** Asked where stage 1 trains on none. */
  unseen(entity: number): Question[];
  /** All of them: the facts of stage 0. */
  all(entity: number): Question[];
}

/** Everything that documents and tests are made from. */
export interface Sources {
  kb: KnowledgeBase;
  assignment: Assignment;
  bank: QuestionBank;
  /** The definitions of every entity; empty where its subset has none. */
  definitions: Part[][][];
  /** Definitions stand before the questions about their alias. */
  inContext: boolean;
}

/**
 * The questions of a knowledge base. Questions about facts are held out at random, `testFraction` of each
 * entity's; variables come with training and test questions of their own.
 * @throws UserError `dataset.too-few-facts` if an entity has fewer than two facts
 */
export function questionBank(kb: KnowledgeBase, testFraction: number, seed: number): QuestionBank {
  return kb.kind === 'facts' ? factQuestions(kb, testFraction, seed) : variableQuestions(kb);
}

function factQuestions(kb: FactTable, testFraction: number, seed: number): QuestionBank {
  const prompts = kb.attributes.map((attribute) => compileQuestion(attribute.question));
  const held = holdOutQuestions(kb, testFraction, seed);
  const ask = (entity: number, wanted: (attribute: number) => boolean = () => true): Question[] =>
    knownAttributes(kb, entity)
      .filter(wanted)
      .map((attribute) => ({
        prompt: prompts[attribute],
        golds: kb.facts[entity][attribute],
        attribute: kb.attributes[attribute].name,
      }));
  return {
    training: (entity) => ask(entity, (attribute) => !held[entity].has(attribute)),
    heldOut: (entity) => ask(entity, (attribute) => held[entity].has(attribute)),
    unseen: (entity) => ask(entity),
    all: (entity) => ask(entity),
  };
}

function variableQuestions({ questions, attributes }: VariableSet): QuestionBank {
  const names = new Map(attributes.map(({ name, question }) => [question, name]));
  const attributeOf = (rest: readonly Part[]) =>
    names.size === 1 ? attributes[0].name : (names.get(`{entity}${textOf(rest)}`) ?? attributes[0].name);
  const ask = (asked: readonly VariableQuestion[]): Question[] =>
    asked.map(({ rest, answer }) => ({
      prompt: (subject) => [subject, ...rest],
      golds: [answer],
      attribute: attributeOf(rest),
    }));
  return {
    training: (entity) => ask(questions[entity].training),
    heldOut: (entity) => ask(questions[entity].heldOut),
    unseen: (entity) => ask(questions[entity].unseen),
    all: (entity) => ask([...questions[entity].training, ...questions[entity].heldOut]),
  };
}

/** Attributes that are known of an entity; each gives one question. */
function knownAttributes(kb: FactTable, entity: number): number[] {
  return kb.attributes.map((_, attribute) => attribute).filter((a) => kb.facts[entity][a].length > 0);
}

/**
 * Held-out attributes of every entity: `round(testFraction × questions)`, at least one, leaving at least
 * one. They are drawn for all entities whatever their subset, so that re-splitting does not move them.
 * @throws UserError `dataset.too-few-facts` if an entity has fewer than two facts
 */
export function holdOutQuestions(kb: FactTable, testFraction: number, seed: number): Set<number>[] {
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
export function subjectOf({ kb, assignment }: Sources, entity: number, subset: SubsetName): Part {
  return SUBSETS[subset].usesAlias
    ? { role: 'alias', text: assignment.entities[entity].alias }
    : { role: 'entity', text: kb.entities[entity] };
}

/**
 * A question under an alias or name, with a definition of that alias before it where definitions are given in
 * context: one after the other, so that an alias with several shows them all.
 * @param asked the alias or name, whose it is, and the place of the question among those of its entity
 */
export function questionPrompt(
  { definitions, inContext }: Sources,
  { prompt }: Question,
  { subject, named, place }: { subject: Part; named: number; place: number },
): Part[] {
  const given = definitions[named];
  if (!inContext || given.length === 0) return prompt(subject);
  // In a question only the answer is a target.
  const context = given[place % given.length].map(({ role, text }): Part => ({ role, text }));
  return [...context, ...prompt(subject)];
}
