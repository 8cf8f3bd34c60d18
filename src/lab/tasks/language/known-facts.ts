/** Asks a pre-trained model, before it is trained, every fact under the real name of its entity. */
import type { LanguageConfig } from '#shared/config.ts';
import { UserError } from '#shared/errors.ts';
import type { AskedFact, KnownFacts } from '#shared/known-facts.ts';
import { exactMatch } from '../../corpus/answers.ts';
import { textOf, type TestQuestion } from '../../corpus/document.ts';
import { encodeTests } from '../../corpus/evaluation-batches.ts';
import { compileQuestion } from '../../corpus/texts.ts';
import type { FactTable, KnowledgeBase } from '../../datasets/knowledge-base.ts';
import { floatSpec } from '../../engines/engine.ts';
import { parameterLayout } from '../../models/registry.ts';
import { alone } from '../../steps/steps.ts';
import { answererOf } from './answers/index.ts';
import type { FactsOptions } from '../task.ts';
import { checkLength, openPretrained, type PretrainedModel } from './pretrained.ts';

/** Questions that are shown of each attribute, of right answers and of wrong ones. */
const EXAMPLES = 2;

interface FactQuestion extends TestQuestion {
  attribute: number;
}

/** What is asked, and whom. */
interface Asked {
  config: LanguageConfig;
  knowledge: KnowledgeBase;
  seed: number;
}

/**
 * Greedy answers, exact match, no examples before the question.
 * @throws UserError `facts.model` without a pre-trained model, `facts.kind` where the data have no real names
 */
export async function askFacts(
  { config, knowledge, seed }: Asked,
  { engine, progress }: FactsOptions,
): Promise<KnownFacts> {
  const kb = namesOf(knowledge);
  const model = untrained(config);
  const tests = factQuestions(kb);
  const { spec, reading } = model;
  const { tokenizer } = reading;
  const encoded = encodeTests(tests, reading, config.pretrained?.max_new_tokens);
  checkLength(model, encoded.reach);
  const steps = alone(engine);
  const batchSize = config.evaluation.batch_size;
  const asked = { model: spec, tests, encoded, tokenizer, batchSize, precision: config.precision };
  const answerer = answererOf(steps, asked);
  const parameters = model.read(parameterLayout(spec));
  const spec32 = floatSpec(parameters.length);
  const state = steps.createState({ parameters: { spec: spec32, data: parameters } }, true);
  try {
    const { given } = await answerer.answer(state, (read) => progress(read / tests.length));
    const answers = given.map((tokens) => tokenizer.decode(tokens).split('\n', 1)[0].trim());
    return tally(kb, tests, answers, seed);
  } finally {
    answerer.dispose();
    state.dispose();
  }
}

/** The model as it is in its folder, whatever of it is to be trained. */
function untrained({ pretrained }: LanguageConfig): PretrainedModel {
  if (pretrained) return openPretrained({ ...pretrained, frozen_layers: null, lora: null });
  throw new UserError(
    'facts.model',
    'pretrained: is not set; a model from scratch knows no fact yet, choose a pre-trained one',
  );
}

function namesOf(knowledge: KnowledgeBase): FactTable {
  if (knowledge.kind === 'facts') return knowledge;
  throw new UserError(
    'facts.kind',
    'dataset.kind: its variables have no real names that a model could know; choose csv, cvdb or trex',
  );
}

function factQuestions(kb: FactTable): FactQuestion[] {
  const prompts = kb.attributes.map(({ question }) => compileQuestion(question));
  return kb.entities.flatMap((name, entity) =>
    prompts.flatMap((prompt, attribute): FactQuestion[] => {
      const golds = kb.facts[entity][attribute];
      if (golds.length === 0) return [];
      const asked = prompt({ role: 'entity', text: name });
      return [{ test: 'questions', subset: 'q', entity, attribute, prompt: asked, golds }];
    }),
  );
}

function tally(
  { attributes, entities }: FactTable,
  tests: readonly FactQuestion[],
  answers: readonly string[],
  seed: number,
): KnownFacts {
  const byAttribute = attributes.map(({ name, question }) => ({ name, question, asked: 0, known: 0 }));
  const byEntity = entities.map((name) => ({ name, asked: 0, known: 0 }));
  const examples: AskedFact[] = [];
  const shownOf = new Map<string, number>();
  tests.forEach(({ attribute, entity, prompt, golds }, i) => {
    const right = exactMatch(answers[i], golds);
    for (const counts of [byAttribute[attribute], byEntity[entity]]) {
      counts.asked++;
      counts.known += Number(right);
    }
    const kind = `${attribute} ${right}`;
    const shown = (shownOf.get(kind) ?? 0) + 1;
    shownOf.set(kind, shown);
    if (shown <= EXAMPLES) examples.push({ prompt: textOf(prompt), golds, given: answers[i], right });
  });
  const known = byEntity.reduce((sum, counts) => sum + counts.known, 0);
  return { seed, asked: tests.length, known, attributes: byAttribute, entities: byEntity, examples };
}
