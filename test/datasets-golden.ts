/** Prints corpora of every kind of dataset, one a line, for test/golden/datasets.py to check. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { experimentSchema } from '#shared/config.ts';
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

/** Configs that together use every parameter of the datasets. */
function cases(folder: string): object[] {
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
  const config = experimentSchema.parse({ ...raw, evaluation: { tests: ['questions'] } });
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
    return await Promise.all(cases(folder).map(async (raw) => JSON.stringify(await record(raw))));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const line of await goldenCorpora()) process.stdout.write(`${line}\n`);
