/** Test questions: held-out questions, entity association and letters of the name (paper, evaluation). */
import type { TestName } from '#shared/config.ts';
import { randomStream } from '#shared/random.ts';
import { SUBSET_NAMES, SUBSETS, type SubsetName, type TestSubset } from '#shared/subsets.ts';
import type { Part, TestQuestion } from './document.ts';
import { knownAttributes, subjectOf, type Sources } from './questions.ts';
import { ASSOCIATION_TEMPLATES, compileQuestion, LETTER_TEMPLATES, lettersOf } from './texts.ts';

/**
 * The tests that are named, subset by subset in the order of the table, with `d2incons` after `questions`.
 * @param seedStage2 pairs the entities of `d2consis`
 */
export function buildTests(sources: Sources, names: readonly TestName[], seedStage2: number): TestQuestion[] {
  const builders: Record<TestName, () => TestQuestion[]> = {
    questions: () => [...perEntity(sources, askQuestions), ...swappedQuestions(sources, seedStage2)],
    association: () => perEntity(sources, askAssociation),
    letters: () => perEntity(sources, askLetters),
  };
  return (Object.keys(builders) as TestName[]).flatMap((name) =>
    names.includes(name) ? builders[name]() : [],
  );
}

type Ask = (sources: Sources, entity: number, subset: SubsetName) => TestQuestion[];

function perEntity(sources: Sources, ask: Ask): TestQuestion[] {
  return SUBSET_NAMES.flatMap((subset) =>
    sources.assignment.subsets[subset].flatMap((entity) => ask(sources, entity, subset)),
  );
}

/** Held-out questions where stage 1 trains on the others, all questions elsewhere. */
function askQuestions(sources: Sources, entity: number, subset: SubsetName): TestQuestion[] {
  const subject = subjectOf(sources.kb, sources.assignment, entity, subset);
  const held = sources.heldOut[entity];
  const attributes = knownAttributes(sources.kb, entity).filter(
    (attribute) => !SUBSETS[subset].trainsQa || held.has(attribute),
  );
  return questionsAbout(sources, entity, attributes, subject, subset);
}

function questionsAbout(
  { kb, questions }: Sources,
  entity: number,
  attributes: number[],
  subject: Part,
  subset: TestSubset,
): TestQuestion[] {
  return attributes.map((attribute) => ({
    test: 'questions',
    subset,
    entity,
    prompt: questions[attribute](subject),
    golds: kb.facts[entity][attribute],
  }));
}

/** `d2incons`: entities of `d2consis` in pairs, each asked about under the other's alias; an odd one is left out. */
function swappedQuestions(sources: Sources, seed: number): TestQuestion[] {
  const { kb, assignment } = sources;
  const order = randomStream(seed, 'd2incons').shuffle(assignment.subsets.d2consis);
  const ask = (entity: number, partner: number) => {
    const subject = subjectOf(kb, assignment, partner, 'd2consis');
    return questionsAbout(sources, entity, knownAttributes(kb, entity), subject, 'd2incons');
  };
  const pairs = Array.from({ length: Math.floor(order.length / 2) }, (_, i) => [
    order[2 * i],
    order[2 * i + 1],
  ]);
  return pairs.flatMap(([one, other]) => [...ask(one, other), ...ask(other, one)]);
}

const associationPrompts = ASSOCIATION_TEMPLATES.map(compileQuestion);
const letterPrompts = LETTER_TEMPLATES.map(({ template, at }) => ({ prompt: compileQuestion(template), at }));

/** Which entity an alias stands for; where the definition is false, scored against its entity as well. */
function askAssociation({ kb, assignment }: Sources, entity: number, subset: SubsetName): TestQuestion[] {
  if (!SUBSETS[subset].usesAlias) return [];
  const subject = subjectOf(kb, assignment, entity, subset);
  const ask = (test: TestQuestion['test'], named: number) =>
    associationPrompts.map((prompt): TestQuestion => {
      return { test, subset, entity, prompt: prompt(subject), golds: [kb.entities[named]] };
    });
  const { defines } = assignment.entities[entity];
  const definition = SUBSETS[subset].consistent === false && defines !== null;
  return [...ask('association', entity), ...(definition ? ask('association-definition', defines) : [])];
}

function askLetters({ kb, assignment }: Sources, entity: number, subset: SubsetName): TestQuestion[] {
  if (!SUBSETS[subset].usesAlias) return [];
  const subject = subjectOf(kb, assignment, entity, subset);
  const letters = lettersOf(kb.entities[entity].toUpperCase());
  return letterPrompts.flatMap(({ prompt, at }): TestQuestion[] => {
    const letter = letters.at(at);
    if (letter === undefined) return [];
    return [{ test: 'letters', subset, entity, prompt: prompt(subject), golds: [letter] }];
  });
}
