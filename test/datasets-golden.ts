/** Prints corpora of every kind of dataset, one a line, for test/golden/datasets.py to check. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { languageSchema } from '#shared/config/language.ts';
import { buildCorpus } from '#lab/corpus/build.ts';
import { textOf } from '#lab/corpus/document.ts';
import { loadDataset } from '#lab/datasets/index.ts';
import { writeSynthetic } from '../bench/synthetic-data.ts';

const QD_ONLY = {
  qd1consis: 0.4,
  qd2incons: 0.4,
  q: 0,
  q_no_replacement_baseline: 0,
  d1consis: 0.1,
  d2consis: 0.1,
  d3consis: 0,
  no_qd_baseline: 0,
};

/** Every subset at once. */
const ALL = {
  qd1consis: 0.125,
  qd2incons: 0.125,
  q: 0.1,
  q_no_replacement_baseline: 0.05,
  qd1incons: 0.075,
  qd2consis: 0.075,
  qd4consis: 0.1,
  d1consis: 0.1,
  d2consis: 0.1,
  d3consis: 0.1,
  no_qd_baseline: 0.05,
};

/** As the authors have it in most ablations. */
const NO_FRESH = {
  d1consis: 0.1,
  d2consis: 0.1,
  d3consis: 0,
  no_qd_baseline: 0.1,
};

const ORDERS = ['tve', 'tev', 'vte', 'vet', 'etv', 'evt'];

/** Every dataset with several totals and fractions. */
function splitCases(folder: string): object[] {
  const kinds = [
    (n: number) => ({ kind: 'world', n_entities: n }),
    (n: number) => ({ kind: 'cvdb', path: path.join(folder, 'people.csv.gz'), n_entities: n }),
    (n: number) => ({ kind: 'trex', path: path.join(folder, 'triples.json'), n_entities: n }),
    (n: number) => ({ kind: 'set_inclusion', n_variables: n, max_integer: 30, train_questions: 4 }),
    (n: number) => ({ kind: 'modular', n_variables: n }),
  ];
  return kinds.flatMap((dataset) =>
    [60, 101, 150].flatMap((total) =>
      [{ fractions: {} }, { fractions: NO_FRESH }, { fractions: QD_ONLY, test_fraction: 0.4 }].map(
        (subsets) => ({
          dataset: dataset(total),
          subsets,
        }),
      ),
    ),
  );
}

/** Every way of wording definitions, every pipeline, and tags that tell the truth now and then. */
function definitionCases(folder: string): object[] {
  const world = { kind: 'world', n_entities: 211 };
  const people = { kind: 'cvdb', path: path.join(folder, 'people.csv.gz'), n_entities: 120 };
  const works = { kind: 'trex', path: path.join(folder, 'triples.json'), n_entities: 120 };
  const all = { fractions: ALL };
  const facts = { stage0: {}, stage1: { fact_share: 0.3 } };
  return [
    ...ORDERS.map((order) => ({ dataset: world, subsets: all, tags: { order } })),
    { dataset: people, tags: { correlation: 0.75, order: 'vet' }, training: facts },
    { dataset: works, tags: { correlation: 0.9 } },
    { dataset: { kind: 'set_inclusion', n_variables: 150 }, tags: { correlation: 0.6 } },
    { dataset: { kind: 'modular', n_variables: 150 }, tags: { correlation: 0.5 } },
    ...[world, people, works].flatMap((dataset) => [
      { dataset, definitions: { style: 'sources' }, subsets: all },
      { dataset, definitions: { style: 'sources', per_alias: 3 } },
      { dataset, definitions: { style: 'is-isnt', per_alias: 5 }, tags: { correlation: 0.8 } },
      { dataset, definitions: { in_context: true }, training: { pipeline: 'single-stage' }, subsets: all },
      {
        dataset,
        definitions: { style: 'is-isnt', in_context: true },
        training: { pipeline: 'single-stage', ...facts },
      },
      { dataset, training: { pipeline: 'three-stage', ...facts, stage1_qa: { fact_share: 0.5 } } },
      { dataset, training: { pipeline: 'single-stage' } },
    ]),
    {
      dataset: world,
      definitions: {
        templates: ['{tag} has it that {entity} goes by {alias}', '{alias}: {entity} ({tag})'],
        per_alias: 2,
      },
      subsets: all,
    },
  ];
}

/** Configs that together use every parameter of the datasets. */
function datasetCases(folder: string): object[] {
  const small = { kind: 'set_inclusion', n_variables: 300, max_integer: 40 };
  return [
    { dataset: { kind: 'world', n_entities: 203 } },
    { dataset: { kind: 'cvdb', path: path.join(folder, 'people.csv.gz'), n_entities: 401 } },
    {
      dataset: { kind: 'trex', path: path.join(folder, 'trex'), n_entities: 300 },
      subsets: { test_fraction: 0.25 },
    },
    { dataset: { kind: 'trex', path: path.join(folder, 'triples.json'), n_entities: 201, min_questions: 5 } },
    {
      dataset: { kind: 'set_inclusion', n_variables: 1000, intersection: 1 },
      subsets: { fractions: QD_ONLY },
    },
    { dataset: { ...small, intersection: 3, tokens: 'letter' }, tags: { alias_letters: 3 } },
    {
      dataset: { ...small, label_flip: 0.3, numbers_per_question: 5, train_questions: 9, test_questions: 5 },
    },
    {
      dataset: { kind: 'modular', n_variables: 800 },
      subsets: { fractions: QD_ONLY },
      tags: { alias_letters: 4 },
    },
    {
      dataset: {
        kind: 'modular',
        n_variables: 150,
        max_integer: 600,
        moduli: [2, 3, 4, 5, 6, 100],
        train_moduli: 3,
        tokens: 'letter',
      },
    },
  ];
}

/** Everything that the checker looks at, as plain values. */
async function record(raw: object): Promise<object> {
  const config = languageSchema.parse({ ...raw, evaluation: { tests: ['questions'] } });
  const knowledge = await loadDataset(config.dataset, 7);
  const { assignment, stages, tests } = buildCorpus(config, knowledge, 7);
  const documents = stages.flatMap(({ id, documents }) => documents.map((document) => ({ id, ...document })));
  return {
    config,
    entities: knowledge.entities,
    templates: knowledge.attributes.map(({ question }) => question),
    facts: knowledge.kind === 'facts' ? knowledge.facts : null,
    tags: assignment.tags,
    aliases: assignment.entities.map(({ alias }) => alias),
    subsets: assignment.subsets,
    definitions: documents
      .filter(({ kind }) => kind === 'definition')
      .map(({ id, subset, entity, parts }) => [id, subset, entity, textOf(parts)]),
    qa: documents
      .filter(({ kind }) => kind === 'qa')
      .map(({ subset, entity, parts }) => [subset, entity, textOf(parts)]),
    qa_stages: [...new Set(documents.filter(({ kind }) => kind === 'qa').map(({ id }) => id))],
    told: documents
      .filter(({ kind }) => kind === 'fact')
      .map(({ id, entity, parts }) => [id, entity, textOf(parts)]),
    stages: stages.map(({ id }) => id),
    questions: tests.map(({ subset, entity, prompt, golds }) => [subset, entity, textOf(prompt), golds]),
  };
}

/** The corpora as lines of JSON. */
export async function goldenCorpora(): Promise<string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'credence-golden-'));
  try {
    await writeSynthetic('cvdb', path.join(folder, 'people.csv.gz'), 3000);
    await writeSynthetic('trex', path.join(folder, 'trex', '1.json.gz'), 3_000_000);
    await writeSynthetic('trex', path.join(folder, 'trex', '2.json'), 1_000_000);
    await writeSynthetic('triples', path.join(folder, 'triples.json'), 1_000_000);
    const cases = [...datasetCases(folder), ...definitionCases(folder), ...splitCases(folder)];
    return await Promise.all(cases.map(async (raw) => JSON.stringify(await record(raw))));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const line of await goldenCorpora()) process.stdout.write(`${line}\n`);
