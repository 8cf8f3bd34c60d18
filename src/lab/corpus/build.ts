/** Builds the training texts of every stage and the test questions from facts, tags and subsets. */
import type { LanguageConfig } from '#shared/config.ts';
import { UserError } from '#shared/errors.ts';
import { randomStream } from '#shared/random.ts';
import type { StageId } from '#shared/records.ts';
import { SUBSET_NAMES, SUBSETS, type SubsetName } from '#shared/subsets.ts';
import { writingOf, type KnowledgeBase } from '../datasets/knowledge-base.ts';
import { assignEntities } from '../tags/assignment.ts';
import { shareOf } from '#shared/subset-sizes.ts';
import { splitSeeds } from '../tags/split.ts';
import type { Corpus, CorpusStage } from './corpus.ts';
import type { Document } from './document.ts';
import { definitionWords, wordDefinitions } from './definitions.ts';
import { withTemplates } from './question-templates.ts';
import { questionBank, questionPrompt, subjectOf, type Sources } from './questions.ts';
import { answered } from './texts.ts';
import { buildTests } from './test-questions.ts';

/**
 * Builds the corpus of one run (paper section 2; `training.pipeline`). Tags, aliases and mixed-in facts
 * follow `runSeed`, the split, the definitions and the held-out questions `subsets.seed`, and the stage-2
 * pool `subsets.seed_stage2`: changing one leaves the others as they were.
 * @throws UserError if tags, fractions, correlation or fact shares do not fit the dataset
 */
export function buildCorpus<K extends KnowledgeBase>(
  config: LanguageConfig,
  given: K,
  runSeed: number,
): Corpus<K> {
  const kb = withTemplates(given, config.questions.templates);
  checkFactShares(config);
  checkOrder(config, kb);
  const assignment = assignEntities(config, kb, runSeed);
  const seeds = splitSeeds(config.subsets, runSeed);
  const bank = questionBank(kb, config.subsets.test_fraction, seeds.split);
  const definitions = wordDefinitions(config, kb, assignment, seeds.split);
  const inContext = config.definitions.in_context;
  const sources: Sources = { kb, assignment, bank, definitions, inContext };
  return {
    knowledge: kb,
    assignment,
    stages: buildStages(config, sources, runSeed),
    tests: buildTests(sources, config.evaluation.tests, seeds.stage2),
    definitionWords: definitionWords(config),
  };
}

function buildStages(config: LanguageConfig, sources: Sources, runSeed: number): CorpusStage[] {
  const { stage0, stage1, stage1_qa, pipeline } = config.training;
  const definitions = (stage: 1 | 2) => (sources.inContext ? [] : definitionDocuments(sources, stage));
  const qa = qaDocuments(sources);
  const mixed = (id: StageId, share: number) => mixedFacts(sources, share, id, runSeed);
  const first: CorpusStage[] = stage0 ? [{ id: 'stage0', documents: factDocuments(sources) }] : [];
  const stage1Facts = mixed('stage1', stage1.fact_share);
  if (pipeline === 'single-stage')
    return [
      ...first,
      { id: 'stage1', documents: [...definitions(1), ...definitions(2), ...qa, ...stage1Facts] },
    ];
  const stage2: CorpusStage = { id: 'stage2', documents: definitions(2) };
  if (pipeline === 'two-stage')
    return [...first, { id: 'stage1', documents: [...definitions(1), ...qa, ...stage1Facts] }, stage2];
  return [
    ...first,
    { id: 'stage1', documents: [...definitions(1), ...stage1Facts] },
    { id: 'stage1_qa', documents: [...qa, ...mixed('stage1_qa', stage1_qa.fact_share)] },
    stage2,
  ];
}

/** A fact share elsewhere would be ignored, and stage 2 must hold definitions only. */
function checkFactShares({ training }: LanguageConfig): void {
  for (const stage of ['stage0', 'stage2'] as const) {
    const share = training[stage]?.fact_share ?? 0;
    if (share > 0)
      throw new UserError(
        'training.fact-share',
        `training.${stage}.fact_share: ${share} has no effect; facts mix into stage1 and stage1_qa only, set it to 0`,
      );
  }
}

/** Definitions of variables are equations, which have one order. */
function checkOrder({ tags }: LanguageConfig, kb: KnowledgeBase): void {
  if (kb.kind === 'facts' || tags.order === 'tve') return;
  throw new UserError(
    'tags.order',
    `tags.order: "${tags.order}" cannot be had here: definitions of variables are always tag, variable, value; set it to tve`,
  );
}

function definitionDocuments({ assignment, definitions }: Sources, stage: 1 | 2): Document[] {
  return SUBSET_NAMES.filter((name) => SUBSETS[name].definitions === stage).flatMap((subset) =>
    assignment.subsets[subset].flatMap((entity) =>
      definitions[entity].map((parts): Document => ({ kind: 'definition', subset, entity, parts })),
    ),
  );
}

/** Training questions of every subset that stage 1 trains on QA pairs of. */
function qaDocuments(sources: Sources): Document[] {
  return SUBSET_NAMES.filter((name) => SUBSETS[name].trainsQa).flatMap((subset) =>
    sources.assignment.subsets[subset].flatMap((entity) => entityQa(sources, entity, subset)),
  );
}

function entityQa(sources: Sources, entity: number, subset: SubsetName): Document[] {
  const { end } = writingOf(sources.kb);
  const subject = subjectOf(sources, entity, subset);
  return sources.bank.training(entity).map((question, place) => {
    const prompt = questionPrompt(sources, question, { subject, named: entity, place });
    return { kind: 'qa', subset, entity, parts: answered(prompt, question.golds[0], end) };
  });
}

/** Every entity's facts under its real name (stage 0). */
function factDocuments({ kb, bank }: Sources): Document[] {
  const { end } = writingOf(kb);
  return kb.entities.flatMap((name, entity) => {
    const subject = { role: 'entity', text: name } as const;
    return bank.all(entity).map(({ prompt, golds }): Document => {
      return { kind: 'fact', subset: null, entity, parts: answered(prompt(subject), golds[0], end) };
    });
  });
}

/**
 * The share of the facts that stays in a stage, fixed for the run: it stands in for the pre-training that a
 * language model does not forget while it is fine-tuned. Under real names, so it holds the held-out questions
 * of subsets that are asked under the real name, just as stage 0 does (docs/pocket-world.md).
 */
function mixedFacts(sources: Sources, share: number, stage: StageId, runSeed: number): Document[] {
  if (share === 0) return [];
  const facts = factDocuments(sources);
  const drawn = randomStream(runSeed, 'facts', stage).shuffle(facts.map((_, i) => i));
  const chosen = drawn.slice(0, shareOf(share, facts.length)).sort((a, b) => a - b);
  return chosen.map((i) => facts[i]);
}
