/**
 * T-REx: facts about creative works (ElSahar et al. 2018) as the paper uses them. Rules and questions are
 * those of the authors' `trex_data.py`.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { TrexConfig } from '#shared/config.ts';
import { PUBLISHED } from '#shared/datasets.ts';
import { UserError } from '#shared/errors.ts';
import { randomStream } from '#shared/random.ts';
import { cachedTable } from './cache.ts';
import { drawEntities, keepEntities } from './draw.ts';
import type { Drops } from './drops.ts';
import type { FactTable } from './knowledge-base.ts';
import { pathField, type LoadOptions } from './source-file.ts';
import { RELEASE, TREX_QUESTIONS } from './trex-questions.ts';
import { readTriples, type Triple } from './trex-triples.ts';
import { coarseYear } from './years.ts';

const SOURCE = `download ${PUBLISHED.trex.download} from ${PUBLISHED.trex.url}, unpack the zip`;

/** Two predicates may ask the same question: their answers are merged. */
const QUESTIONS = [...new Set(Object.values(TREX_QUESTIONS).map(({ question }) => question))];

/**
 * Reads T-REx as published (documents with triples), or a list of triples, as a stream, and draws works.
 * @param runSeed draws the works and orders their answers where the dataset has no seed of its own
 * @throws UserError `dataset.*`, one line naming the field and the remedy; the signal's reason when it aborts
 */
export async function loadTrex(
  config: TrexConfig,
  runSeed: number,
  options: LoadOptions = {},
): Promise<FactTable> {
  const files = locateTrex(config.path);
  const { min_questions, n_entities } = config;
  const key = { kind: 'trex-1', paths: files, fields: { min_questions } };
  const works = await cachedTable(key, options, () => parseTrex(files, min_questions, options));
  const seed = config.seed ?? runSeed;
  const kept = keepEntities(works, config.keep_entities);
  const drawn = drawEntities(kept, n_entities, seed, 'dataset.n_entities');
  return { ...drawn, facts: shuffleAnswers(drawn, seed) };
}

/**
 * The files that are read for a path: itself, or those in a folder.
 * @throws UserError `dataset.missing`, which says what to download
 */
export function locateTrex(place: string | null): string[] {
  if (place === null || !existsSync(place)) {
    const told = place === null ? 'dataset.path: is not set' : `${pathField(place)} does not exist`;
    throw new UserError('dataset.missing', `${told}; ${SOURCE} there, or set dataset.path to their folder`);
  }
  if (!statSync(place).isDirectory()) return [place];
  const names = readdirSync(place).filter((name) => /\.json(\.gz)?$/i.test(name));
  if (names.length === 0)
    throw new UserError('dataset.missing', `${pathField(place)} holds no .json file; ${SOURCE} there`);
  return names.sort().map((name) => path.join(place, name));
}

async function parseTrex(files: string[], minimum: number, options: LoadOptions): Promise<FactTable> {
  const { triples, read, drops } = await readTriples(files, minimum, options);
  const works = worksOf(triples, drops);
  const kept = [...works].filter(([name, facts]) => hasEnough(name, facts, minimum, drops));
  if (kept.length < 2)
    throw new UserError(
      'dataset.no-rows',
      `dataset.min_questions: only ${kept.length} works have ${minimum} known answers among ${read} triples; lower it, or give more of the T-REx files`,
    );
  // Their order must not depend on how the triples are spread over files.
  kept.sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    kind: 'facts',
    entities: kept.map(([name]) => name),
    attributes: QUESTIONS.map((question, i) => ({ name: predicatesOf(i), question })),
    facts: kept.map(([, facts]) => QUESTIONS.map((question) => facts.get(question) ?? [])),
    report: { rowsRead: read, rowsKept: kept.length, dropped: drops.list() },
  };
}

/** `P407, P364` for a question that both ask. */
function predicatesOf(question: number): string {
  const asked = Object.entries(TREX_QUESTIONS).filter(
    ([, asking]) => asking.question === QUESTIONS[question],
  );
  return asked.map(([predicate]) => predicate).join(', ');
}

/** Answers by question of each work, in the order of the triples. */
function worksOf(triples: readonly Triple[], drops: Drops): Map<string, Map<string, string[]>> {
  const works = new Map<string, Map<string, string[]>>();
  const answered = new Map<string, Set<string>>();
  for (const triple of triples) {
    const name = withoutParentheses(triple.subject);
    const object = answerText(triple);
    const seen = answered.get(name) ?? new Set();
    const answer = usable(triple, name, object, seen, drops);
    if (answer === null) continue;
    answered.set(name, seen.add(object!));
    const facts = works.get(name) ?? new Map<string, string[]>();
    works.set(name, facts);
    const { question } = TREX_QUESTIONS[triple.predicate];
    facts.set(question, [...new Set([...(facts.get(question) ?? []), ...answer])]);
  }
  return works;
}

/** The object as it would be answered; null where a year has no four digits. */
function answerText({ predicate, object }: Triple): string | null {
  if (predicate !== RELEASE) return withoutParentheses(object);
  const year = /\d{4}/.exec(object)?.[0];
  return year === undefined ? null : coarseYear(Number(year));
}

/** Accepted answers, or null (counted) where the triple cannot be used. */
function usable(
  { subject, predicate, object }: Triple,
  name: string,
  answer: string | null,
  seen: ReadonlySet<string>,
  drops: Drops,
): string[] | null {
  const leave = (reason: string) => {
    drops.leave(reason, `${subject}, ${predicate}, ${object}`);
    return null;
  };
  if (answer === null) return leave('no year of four digits');
  if (name === '' || answer === '') return leave('nothing left outside parentheses');
  if (seen.has(answer)) return leave('an answer that another question about the work has already');
  const parts = TREX_QUESTIONS[predicate].firstName ? firstName(answer) : answer.split(';');
  const answers = parts.map((part) => part.trim()).filter((part) => part !== '');
  return answers.length > 0 ? answers : leave('a person without a first name');
}

/** A name of one word, or with an initial, tells no first name. */
function firstName(person: string): string[] {
  const [first, ...others] = person.split(' ');
  return others.length > 0 && first.length > 1 ? [first] : [];
}

const withoutParentheses = (text: string) => text.replace(/\(.*\)/, '').trim();

function hasEnough(
  name: string,
  facts: ReadonlyMap<string, unknown>,
  minimum: number,
  drops: Drops,
): boolean {
  if (facts.size >= minimum) return true;
  drops.leave(`works with fewer than ${minimum} known answers`, name);
  return false;
}

/** Of several answers the first is trained on: which that is, is drawn, as in the authors' code. */
function shuffleAnswers({ facts }: FactTable, seed: number): string[][][] {
  const random = randomStream(seed, 'dataset', 'answers');
  return facts.map((work) => work.map((answers) => random.shuffle(answers)));
}
