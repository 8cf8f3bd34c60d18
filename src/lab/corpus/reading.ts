/**
 * How a model reads a text: whole, or, with an encoder, as an input and what is written to it. Batches, tests and counts
 * of tokens ask only here.
 */
import { UserError } from '#shared/errors.ts';
import { splitAtAnswer, type Part, type TestQuestion } from './document.ts';
import type { SplitToken, Tokenizer } from './vocabulary.ts';

/** A training text as token ids. */
interface EncodedText {
  /** What an encoder reads; empty without one. */
  input: number[];
  /** What is read from left to right, each token after those before it. */
  ids: number[];
  /** For each of `ids` 1 where it belongs to a target, else 0. */
  targets: number[];
  /** How many of `ids` are the text, where it is filled up and what fills it is not looked at. */
  seen?: number;
}

/** A question without its answer. */
interface EncodedPrompt {
  input: number[];
  /** What stands before the answer. */
  prompt: number[];
}

/** A test question and its accepted answer, split where the answer begins as a model is asked. */
interface EncodedQuestion extends EncodedPrompt {
  gold: number[];
}

export interface Reading {
  tokenizer: Tokenizer;
  /** What ends an answer in training; nothing where it ends with its room. */
  end: number[];
  document(parts: readonly Part[]): EncodedText;
  prompt(parts: readonly Part[]): EncodedPrompt;
  /** The tokens of a text one by one, for people. */
  split(parts: readonly Part[]): SplitToken[];
  question(question: Pick<TestQuestion, 'prompt' | 'golds'>): EncodedQuestion;
}

/** The first accepted answer. */
const goldOf = (golds: readonly string[]): Part => ({ role: 'value', text: golds[0], target: true });

/** A decoder alone: the text is one, an answer follows its question. */
export function wholeTexts(tokenizer: Tokenizer): Reading {
  const end = tokenizer.encode([{ role: 'text', text: '\n' }]).ids.slice(-1);
  const promptOf = (parts: readonly Part[]) => ({ input: [], prompt: tokenizer.encode(parts).ids });
  return {
    tokenizer,
    end,
    document: (parts) => ({ input: [], ...tokenizer.encode(parts) }),
    prompt: promptOf,
    split: (parts) => tokenizer.split(parts),
    question({ prompt, golds }) {
      const asked = promptOf(prompt);
      // Together with the prompt, so that a subword tokenizer splits it as in training.
      const { ids, targets } = tokenizer.encode([...prompt, { role: 'text', text: ' ' }, goldOf(golds)]);
      return { ...asked, gold: ids.slice(asked.prompt.length, targets.lastIndexOf(1) + 1) };
    },
  };
}

/**
 * An encoder reads what stands before the answer, a decoder writes the answer (the authors' `seq2seq`): of a definition
 * its last named part is the answer. White space around either does not count.
 * @param start the token that the decoder begins with
 */
export function inputsAndAnswers(tokenizer: Tokenizer, start: number): Reading {
  const { eosId = null } = tokenizer;
  const end = eosId === null ? [] : [eosId];
  const bare = (parts: readonly Part[]) => {
    const { ids, targets } = tokenizer.encode(trimmed(parts));
    const size = ids.length > 0 && ids.at(-1) === eosId ? ids.length - 1 : ids.length;
    return { ids: ids.slice(0, size), targets: targets.slice(0, size) };
  };
  const inputOf = (parts: readonly Part[]) => [...bare(parts).ids, ...end];
  const promptOf = (parts: readonly Part[]) => ({ input: inputOf(parts), prompt: [start] });
  return {
    tokenizer,
    end,
    document(parts) {
      const { question, answer } = splitAtAnswer(parts);
      const { ids, targets } = bare(answer);
      return {
        input: inputOf(question),
        ids: [start, ...ids, ...end],
        targets: [0, ...targets, ...end.map(() => 1)],
      };
    },
    prompt: promptOf,
    split(parts) {
      const { question, answer } = splitAtAnswer(parts);
      return [...splitTrimmed(tokenizer, question), ...splitTrimmed(tokenizer, answer, question.length)];
    },
    question: ({ prompt, golds }) => ({ ...promptOf(prompt), gold: bare([goldOf(golds)]).ids }),
  };
}

/** Tokens that texts are filled up to. */
interface FilledSizes {
  /** A decoder's text. */
  block_size: number;
  /** The answer that follows an encoder's input. */
  label_block_size: number;
}

/**
 * Texts filled up to a size, so that padding counts in the loss as in the authors' code.
 * @throws UserError `pretrained.…` where a text is longer
 */
export function filledTexts(reading: Reading, { block_size, label_block_size }: FilledSizes): Reading {
  const { padId } = reading.tokenizer;
  return {
    ...reading,
    document(parts) {
      const { input, ids, targets } = reading.document(parts);
      if (input.length === 0) {
        checkRoom(ids.length, block_size, 'block_size');
        return { input, ...filled({ ids, targets }, block_size, padId), seen: ids.length };
      }
      // The token that a decoder begins with is none of the answer's, and its padding is looked at.
      checkRoom(ids.length - 1, label_block_size, 'label_block_size');
      return { input, ...filled({ ids, targets }, label_block_size + 1, padId) };
    },
  };
}

function filled({ ids, targets }: Pick<EncodedText, 'ids' | 'targets'>, size: number, padId: number) {
  const more = Array.from({ length: size - ids.length });
  return { ids: [...ids, ...more.map(() => padId)], targets: [...targets, ...more.map(() => 0)] };
}

function checkRoom(tokens: number, size: number, field: keyof FilledSizes): void {
  if (tokens <= size) return;
  throw new UserError(
    'pretrained.length',
    `pretrained.${field}: is ${size}, and a text has ${tokens} tokens; texts are never cut here: raise it, or set pretrained.mask_padding to true`,
  );
}

/** @param before parts that stand before these */
function splitTrimmed(tokenizer: Tokenizer, parts: readonly Part[], before = 0): SplitToken[] {
  const from = before + firstOf(parts);
  return tokenizer
    .split(trimmed(parts))
    .map(({ part, ...token }) => ({ ...token, part: part === null ? null : part + from }));
}

/** The first part that is not white space. */
function firstOf(parts: readonly Part[]): number {
  return Math.max(
    0,
    parts.findIndex(({ text }) => text.trim() !== ''),
  );
}

/** Without white space at both ends. */
function trimmed(parts: readonly Part[]): Part[] {
  const first = firstOf(parts);
  const last = parts.findLastIndex(({ text }) => text.trim() !== '');
  return parts.slice(first, last + 1).map((part, i, { length }) => {
    const started = i === 0 ? part.text.trimStart() : part.text;
    return { ...part, text: i === length - 1 ? started.trimEnd() : started };
  });
}
