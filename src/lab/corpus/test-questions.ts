/** Test questions: held-out questions, entity association and letters of the name (paper, evaluation). */
import type { LanguageTest } from '#shared/config.ts';
import { UserError } from '#shared/errors.ts';
import { randomStream } from '#shared/random.ts';
import type { MetricTest } from '#shared/records.ts';
import { SUBSET_NAMES, SUBSETS, type SubsetName, type TestSubset } from '#shared/subsets.ts';
import type { AskedQuestion, Part, Question } from './document.ts';
import { questionPrompt, subjectOf, type Sources } from './questions.ts';
import { ASSOCIATION_TEMPLATES, compileQuestion, LETTER_TEMPLATES, lettersOf } from './texts.ts';

/**
 * The tests that are named, subset by subset in the order of the table, with `d2incons` after `questions`.
 * Variables are only asked their own questions: they have no name to ask about.
 * @param seedStage2 pairs the entities of `d2consis`
 * @throws UserError `evaluation.tests` if nothing would be asked
 */
export function buildTests(
  sources: Sources,
  names: readonly LanguageTest[],
  seedStage2: number,
): AskedQuestion[] {
  const builders: Record<LanguageTest, () => AskedQuestion[]> = {
    questions: () => [...perEntity(sources, askQuestions), ...swappedQuestions(sources, seedStage2)],
    association: () => perEntity(sources, askAssociation),
    letters: () => perEntity(sources, askLetters),
  };
  const asked = names.filter((name) => name === 'questions' || sources.kb.kind === 'facts');
  if (asked.length === 0)
    throw new UserError(
      'evaluation.tests',
      `evaluation.tests: ${names.join(', ')} cannot be asked about variables, which have no name; add questions`,
    );
  return (Object.keys(builders) as LanguageTest[]).flatMap((name) =>
    asked.includes(name) ? builders[name]() : [],
  );
}

type Ask = (sources: Sources, entity: number, subset: SubsetName) => AskedQuestion[];

function perEntity(sources: Sources, ask: Ask): AskedQuestion[] {
  return SUBSET_NAMES.flatMap((subset) =>
    sources.assignment.subsets[subset].flatMap((entity) => ask(sources, entity, subset)),
  );
}

/** Held-out questions where stage 1 trains on the others, those for unseen variables elsewhere. */
function askQuestions(sources: Sources, entity: number, subset: SubsetName): AskedQuestion[] {
  const { bank } = sources;
  const questions = SUBSETS[subset].trainsQa ? bank.heldOut(entity) : bank.unseen(entity);
  const subject = subjectOf(sources, entity, subset);
  return questionsAbout(sources, entity, questions, { subject, named: entity, subset });
}

/** @param asked the alias or name that is asked under, and whose it is */
function questionsAbout(
  sources: Sources,
  entity: number,
  questions: readonly Question[],
  { subject, named, subset }: { subject: Part; named: number; subset: TestSubset },
): AskedQuestion[] {
  return questions.map((question, place) => {
    const prompt = questionPrompt(sources, question, { subject, named, place });
    return { test: 'questions', subset, entity, prompt, golds: question.golds, question, named };
  });
}

/** `d2incons`: entities of `d2consis` in pairs, each asked about under the other's alias; an odd one is left out. */
function swappedQuestions(sources: Sources, seed: number): AskedQuestion[] {
  const order = randomStream(seed, 'd2incons').shuffle(sources.assignment.subsets.d2consis);
  const ask = (entity: number, partner: number) => {
    const subject = subjectOf(sources, partner, 'd2consis');
    const asked = { subject, named: partner, subset: 'd2incons' } as const;
    return questionsAbout(sources, entity, sources.bank.unseen(entity), asked);
  };
  const pairs = Array.from({ length: Math.floor(order.length / 2) }, (_, i) => [
    order[2 * i],
    order[2 * i + 1],
  ]);
  return pairs.flatMap(([one, other]) => [...ask(one, other), ...ask(other, one)]);
}

const associations = ASSOCIATION_TEMPLATES.map((template) => {
  return { prompt: compileQuestion(template), attribute: template };
});
const letterQuestions = LETTER_TEMPLATES.map(({ template, at }) => {
  return { prompt: compileQuestion(template), attribute: template, at };
});

/** Which entity an alias stands for; where the definition is false, scored against its entity as well. */
function askAssociation(sources: Sources, entity: number, subset: SubsetName): AskedQuestion[] {
  if (!SUBSETS[subset].usesAlias) return [];
  const subject = subjectOf(sources, entity, subset);
  const ask = (test: MetricTest, name: string) =>
    associations.map((asked): AskedQuestion => {
      const question = { ...asked, golds: [name] };
      return {
        ...{ test, subset, entity, question, named: entity },
        ...{ prompt: asked.prompt(subject), golds: question.golds },
      };
    });
  const { defines } = sources.assignment.entities[entity];
  const definition = SUBSETS[subset].consistent === false && defines !== null;
  return [
    ...ask('association', sources.kb.entities[entity]),
    ...(definition ? ask('association-definition', defines) : []),
  ];
}

function askLetters(sources: Sources, entity: number, subset: SubsetName): AskedQuestion[] {
  if (!SUBSETS[subset].usesAlias) return [];
  const subject = subjectOf(sources, entity, subset);
  const letters = lettersOf(sources.kb.entities[entity].toUpperCase());
  return letterQuestions.flatMap(({ at, ...asked }): AskedQuestion[] => {
    const letter = letters.at(at);
    if (letter === undefined) return [];
    const question = { ...asked, golds: [letter] };
    return [
      {
        ...{ test: 'letters', subset, entity, question, named: entity },
        ...{ prompt: asked.prompt(subject), golds: question.golds },
      },
    ];
  });
}
