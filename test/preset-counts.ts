/** Documents and questions that a config must give, from the written rules (docs/method.md) alone. */
import type { LanguageConfig } from '#shared/config.ts';
import { WORK_QUESTIONS } from './preset-shrink.ts';

/** By `stage kind subset`, and by `test subset`. */
export interface Counts {
  documents: Record<string, number>;
  tests: Record<string, number>;
}

const STAGE1_DEFINED = ['qd1consis', 'qd2incons', 'qd1incons', 'qd2consis', 'qd4consis'];
const STAGE2_DEFINED = ['d1consis', 'd2consis', 'd3consis'];
const TRAINED = [...STAGE1_DEFINED, 'q', 'q_no_replacement_baseline'];
const FALSE_DEFINITIONS = ['qd2incons', 'qd1incons'];
const ASSOCIATION_QUESTIONS = 4;

const halfUp = (number: number) => Math.floor(number + 0.5 + 1e-9);

/** Entities in each subset: rounded shares, the rest to the largest; with a correlation α, pools shared again. */
function sizes({ dataset, subsets, tags }: LanguageConfig): Record<string, number> {
  const total =
    'n_variables' in dataset ? dataset.n_variables : 'n_entities' in dataset ? dataset.n_entities : 0;
  const shares = Object.entries(subsets.fractions);
  const result = Object.fromEntries(shares.map(([name, share]) => [name, halfUp(share * total)]));
  const [largest] = shares.reduce((best, next) => (next[1] > best[1] ? next : best));
  result[largest] += total - Object.values(result).reduce((a, b) => a + b);
  if (tags.correlation === null) return result;
  for (const [usual, unusual] of [
    ['qd1consis', 'qd1incons'],
    ['qd2incons', 'qd2consis'],
  ]) {
    const pool = result[usual] + result[unusual];
    result[usual] = halfUp(tags.correlation * pool);
    result[unusual] = pool - result[usual];
  }
  return result;
}

/** Questions of one entity: trained on, held out, asked where none was trained on, and under the real name. */
function perEntity({ dataset, subsets }: LanguageConfig) {
  if (dataset.kind === 'set_inclusion') {
    const { train_questions: train, test_questions: test } = dataset;
    return { train, test, unseen: test, facts: train + test };
  }
  if (dataset.kind === 'modular') {
    const { train_moduli: train, moduli } = dataset;
    return { train, test: moduli.length - train, unseen: moduli.length, facts: moduli.length };
  }
  const all = dataset.kind === 'world' ? dataset.n_attributes : dataset.kind === 'cvdb' ? 6 : WORK_QUESTIONS;
  const test = Math.min(all - 1, Math.max(1, halfUp(subsets.test_fraction * all)));
  return { train: all - test, test, unseen: all, facts: all };
}

export function expectedCounts(config: LanguageConfig): Counts {
  const size = sizes(config);
  return { documents: documentCounts(config, size), tests: testCounts(config, size) };
}

function documentCounts(config: LanguageConfig, size: Record<string, number>): Counts['documents'] {
  const { training, definitions } = config;
  const { train, facts } = perEntity(config);
  const total = Object.values(size).reduce((a, b) => a + b);
  const documents: Counts['documents'] = {};
  const add = (key: string, count: number) => count > 0 && (documents[key] = count);
  const define = (stage: string, names: string[]) => {
    for (const name of definitions.in_context ? [] : names)
      add(`${stage} definition ${name}`, size[name] * definitions.per_alias);
  };
  const ask = (stage: string) => {
    for (const name of TRAINED) add(`${stage} qa ${name}`, size[name] * train);
  };
  const mix = (stage: 'stage1' | 'stage1_qa') =>
    add(`${stage} fact null`, halfUp(training[stage].fact_share * total * facts));
  if (training.stage0) add('stage0 fact null', total * facts);
  define('stage1', STAGE1_DEFINED);
  define(training.pipeline === 'single-stage' ? 'stage1' : 'stage2', STAGE2_DEFINED);
  mix('stage1');
  const questions = training.pipeline === 'three-stage' ? 'stage1_qa' : 'stage1';
  ask(questions);
  if (questions === 'stage1_qa') mix('stage1_qa');
  return documents;
}

function testCounts(config: LanguageConfig, size: Record<string, number>): Counts['tests'] {
  const { test, unseen } = perEntity(config);
  const tests: Counts['tests'] = {};
  const add = (key: string, count: number) => count > 0 && (tests[key] = count);
  for (const [name, entities] of Object.entries(size))
    add(`questions ${name}`, entities * (TRAINED.includes(name) ? test : unseen));
  add('questions d2incons', Math.floor(size.d2consis / 2) * 2 * unseen);
  if (!config.evaluation.tests.includes('association') || 'n_variables' in config.dataset) return tests;
  for (const [name, entities] of Object.entries(size)) {
    if (name !== 'q_no_replacement_baseline') add(`association ${name}`, entities * ASSOCIATION_QUESTIONS);
    if (FALSE_DEFINITIONS.includes(name))
      add(`association-definition ${name}`, entities * ASSOCIATION_QUESTIONS);
  }
  return tests;
}
