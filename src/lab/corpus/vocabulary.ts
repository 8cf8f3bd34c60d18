/**
 * Turns parts into token ids. `Tokenizer` is what batching needs; a subword tokenizer fits behind it by
 * joining the texts of the parts and marking the tokens that overlap a target.
 */
import type { MetricTest } from '#shared/records.ts';
import { writingOf, type FactTable } from '../datasets/knowledge-base.ts';
import type { Corpus } from './corpus.ts';
import type { Part } from './document.ts';
import { ASSOCIATION_TEMPLATES, compileQuestion, LETTER_TEMPLATES, lettersOf } from './texts.ts';

export interface Tokenizer {
  /** Number of token ids. */
  readonly size: number;
  readonly padId: number;
  /** The token that ends a text, where it has one: an answer ends there. */
  readonly eosId?: number | null;
  /** Token ids of a text, and for each 1 where it belongs to a target part, else 0. */
  encode(parts: readonly Part[]): { ids: number[]; targets: number[] };
  /** The tokens of a text one by one, those that a model puts around it included. */
  split(parts: readonly Part[]): SplitToken[];
  /** The text of one or more tokens. */
  decode(ids: number | readonly number[]): string;
}

/** A token as a preview shows it. */
export interface SplitToken {
  id: number;
  text: string;
  /** Place of the part that it belongs to: of a named one where it has a character of one; null where it is of none. */
  part: number | null;
}

const SPECIAL = ['[PAD]', '[UNK]'];
const UNKNOWN_ID = 1;

/**
 * The from-scratch vocabulary: every tag, alias, entity and answer is one token (a letter or digit each,
 * where the dataset spells them), other text is split on white space, and equal texts are the same token.
 * Ids: [PAD], [UNK], then tags, sources, aliases, entities, answers, words of questions, letters (of variables:
 * the fixed words of their dataset), words of definitions, and tags drawn per definition. All but the last are the
 * same however the entities are split, so a checkpoint fits every stage-2 split.
 */
export function wordTokenizer(corpus: Corpus): Tokenizer {
  const words = [...SPECIAL];
  const ids = new Map<string, number>();
  for (const text of vocabularyTexts(corpus))
    if (!ids.has(text)) {
      ids.set(text, words.length);
      words.push(text);
    }
  const encode = wordEncoder(ids);
  const wordOf = (id: number) => words[id] ?? SPECIAL[UNKNOWN_ID];
  return {
    size: words.length,
    padId: 0,
    encode,
    split: (parts) =>
      parts.flatMap((part, at) => encode([part]).ids.map((id) => ({ id, text: wordOf(id), part: at }))),
    decode: (tokens) => (typeof tokens === 'number' ? wordOf(tokens) : tokens.map(wordOf).join(' ')),
  };
}

/**
 * Encodes parts: a named part is one token where the vocabulary has it whole. The few texts between named
 * parts recur in every document, so they are split once.
 */
function wordEncoder(ids: ReadonlyMap<string, number>): Tokenizer['encode'] {
  const known = new Map<string, number[]>();
  const split = (text: string) => {
    const found = known.get(text) ?? wordsOf(text).map((word) => ids.get(word) ?? UNKNOWN_ID);
    known.set(text, found);
    return found;
  };
  return (parts) => {
    const encoded = { ids: [] as number[], targets: [] as number[] };
    for (const { role, text, target } of parts) {
      const unit = role === 'text' ? undefined : ids.get(text);
      for (const id of unit === undefined ? split(text) : [unit]) {
        encoded.ids.push(id);
        encoded.targets.push(target ? 1 : 0);
      }
    }
    return encoded;
  };
}

function wordsOf(text: string): string[] {
  return text.match(/\S+/g) ?? [];
}

function* vocabularyTexts(corpus: Corpus): Generator<string> {
  const { knowledge, assignment, definitionWords } = corpus;
  const { spelled } = writingOf(knowledge);
  const units = (text: string) => (spelled ? wordsOf(text) : [text]);
  for (const tag of Object.values(assignment.tags)) yield* units(tag);
  yield* definitionWords.sources;
  for (const { alias } of assignment.entities) yield* units(alias);
  if (knowledge.kind === 'variables') yield* knowledge.words;
  else yield* factTexts(knowledge, corpus);
  for (const text of definitionWords.texts) yield* wordsOf(text);
  for (const { tag } of assignment.entities) if (tag !== null) yield* units(tag);
}

function* factTexts(kb: FactTable, { tests }: Corpus): Generator<string> {
  yield* kb.entities;
  for (const facts of kb.facts) for (const answers of facts) yield* answers;
  const used = new Set(tests.map(({ test }) => (test === 'association-definition' ? 'association' : test)));
  yield* testWords(kb, used);
}

function* testWords(kb: FactTable, used: ReadonlySet<MetricTest>): Generator<string> {
  const templates = kb.attributes.map((attribute) => attribute.question);
  if (used.has('association')) templates.push(...ASSOCIATION_TEMPLATES);
  if (used.has('letters')) templates.push(...LETTER_TEMPLATES.map(({ template }) => template));
  for (const template of templates)
    for (const part of compileQuestion(template)({ role: 'entity', text: '' }))
      if (part.role === 'text') yield* wordsOf(part.text);
  if (used.has('letters')) for (const name of kb.entities) yield* lettersOf(name.toUpperCase());
}
