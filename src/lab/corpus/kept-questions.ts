/** The test questions of a corpus as they are kept beside the answers to them. */
import type { Example, KeptQuestion, Thing } from '#shared/answers.ts';
import { SUBSETS } from '#shared/subsets.ts';
import type { Corpus } from './corpus.ts';
import { textOf, type AskedQuestion } from './document.ts';
import { LETTER_TEMPLATES, lettersOf } from './texts.ts';

/**
 * The tests of a corpus in words, in their order.
 * @param tokens of each test's first accepted answer
 */
export function* keptQuestions(corpus: Corpus, tokens: (test: number) => number): Generator<KeptQuestion> {
  const { tests, knowledge, assignment } = corpus;
  const things = assignment.entities.map((_, entity) => thingOf(corpus, entity));
  const said = definitionAnswers(corpus);
  for (const [i, test] of tests.entries())
    yield {
      test: test.test,
      subset: test.subset,
      thing: things[test.named],
      entity: knowledge.entities[test.entity],
      attribute: test.question.attribute,
      wording: textOf(test.question.prompt({ role: 'entity', text: '{entity}' })),
      golds: test.golds,
      said: said(test),
      tokens: tokens(i),
    };
}

/** An entity's alias, and what its definition says. */
function thingOf({ assignment, knowledge }: Corpus, entity: number): Thing {
  const { alias, subset, tag, defines } = assignment.entities[entity];
  const name = knowledge.entities[entity];
  return { alias: SUBSETS[subset].usesAlias ? alias : null, entity: name, subset, tag, defines };
}

/** What would be right if the alias stood for whom its definition names. */
function definitionAnswers({ knowledge, assignment }: Corpus): (test: AskedQuestion) => string[] | null {
  if (knowledge.kind === 'variables') return () => null;
  const numbers = new Map(knowledge.entities.map((name, i) => [name, i]));
  const attributes = new Map(knowledge.attributes.map(({ name }, i) => [name, i]));
  const places = new Map(LETTER_TEMPLATES.map(({ template, at }) => [template, at]));
  return ({ test, named, question: { attribute } }) => {
    const { defines } = assignment.entities[named];
    if (defines === null) return null;
    if (test === 'association' || test === 'association-definition') return [defines];
    if (test === 'letters') return lettersOf(defines.toUpperCase()).slice(places.get(attribute)!).slice(0, 1);
    const known = knowledge.facts[numbers.get(defines)!][attributes.get(attribute)!];
    return known.length > 0 ? known : null;
  };
}

/** Documents with the alias in them, and the facts about its entity under the real name. */
export function* documentsAbout({ stages, knowledge, assignment }: Corpus, thing: Thing): Generator<Example> {
  const entity = assignment.entities.findIndex(({ alias }, i) =>
    thing.alias === null ? knowledge.entities[i] === thing.entity : alias === thing.alias,
  );
  for (const { id, documents } of stages)
    for (const { kind, subset, parts, ...document } of documents) {
      const named = parts.some(({ role, text }) => role === 'alias' && text === thing.alias);
      const own = document.entity === entity && (kind === 'fact' || thing.alias === null);
      if (named || own) yield { stage: id, kind, subset, shown: { parts } };
    }
}
