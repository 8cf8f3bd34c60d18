/** A real tokenizer: what the files of a model say, put together. */
import { textOf, type Part } from '../corpus/document.ts';
import type { Tokenizer } from '../corpus/vocabulary.ts';
import { createSectioner } from './added-tokens.ts';
import { byteOfToken, bytesOfToken, shownBytes } from './bytes.ts';
import { createDecoder } from './decoder.ts';
import type { TokenizerFiles } from './files.ts';
import { createModel } from './model.ts';
import { createNormalizer } from './normalizer.ts';
import { specialTokens, type SpecialTokens } from './special-tokens.ts';
import { partsOf, targetsOf } from './targets.ts';
import { createTokenise, writingOf, type Token, type Tokenise, type Writing } from './tokenise.ts';

/** One token as a preview shows it; `start` and `end` count UTF-16 units of the text that it came from. */
interface Piece extends Token {
  /** What the model reads, a space as a space; bytes that are no whole character as `<0xE2>`. */
  text: string;
}

export interface ModelTokenizer extends Tokenizer {
  /** The token that the model puts before every text, which `encode` adds, or null. */
  readonly bosId: number | null;
  readonly eosId: number | null;
  readonly padFrom: SpecialTokens['padFrom'];
  /** The tokens of a text, those that the model puts around it included. */
  pieces(text: string): Piece[];
}

/**
 * The tokenizer that a model's files describe.
 * @throws UserError `tokenizer.special`; Unsupported and ZodError about `tokenizer.json`
 */
export function createTokenizer(files: TokenizerFiles): ModelTokenizer {
  const { added_tokens: added, normalizer, pre_tokenizer: cuts, decoder, model: config } = files.tokenizer;
  const model = createModel(config);
  const ids = new Map([...model.vocabulary, ...added.map(({ content, id }) => [content, id] as const)]);
  const special = specialTokens(files, ids);
  const tokenise = createTokenise(createSectioner(added, createNormalizer(normalizer)), cuts, model);
  const texts: string[] = [];
  for (const [text, id] of ids) texts[id] = text;
  const { bosId, eosId, padId, padFrom } = special;
  const hidden = new Set(added.filter((token) => token.special).map(({ id }) => id));
  const asWritten = new Set(added.map(({ id }) => id));
  const writing = writingOf(cuts);
  const show = (id: number) => (asWritten.has(id) ? texts[id] : shown(texts[id] ?? '', writing));
  const pieces = (text: string) =>
    framed(text, tokenise, special).map((token) => ({ ...token, text: show(token.id) }));
  return {
    ...{ size: texts.length, bosId, eosId, padId, padFrom },
    encode: (parts) => encodeParts(parts, tokenise, special),
    decode: decoding(texts, hidden, createDecoder(decoder), show),
    pieces,
    split(parts) {
      const found = pieces(textOf(parts));
      const places = partsOf(found, parts);
      return found.map(({ id, text }, i) => ({ id, text, part: places[i] }));
    },
  };
}

/** The whole text is cut as one, as a model would read it. */
function encodeParts(parts: readonly Part[], tokenise: Tokenise, { before, after }: SpecialTokens) {
  const tokens = tokenise(textOf(parts));
  const targets = targetsOf(tokens, parts);
  // A token that ends a text is learned with the answer that it ends.
  const end = parts.some(({ text, target }) => target && text !== '') ? 1 : 0;
  return {
    ids: [...before, ...tokens.map(({ id }) => id), ...after],
    targets: [...before.map(() => 0), ...targets, ...after.map(() => end)],
  };
}

function framed(text: string, tokenise: Tokenise, { before, after }: SpecialTokens): Token[] {
  return [
    ...before.map((id) => ({ id, start: 0, end: 0 })),
    ...tokenise(text),
    ...after.map((id) => ({ id, start: text.length, end: text.length })),
  ];
}

/**
 * Several tokens read as the text that they are, without special ones (an end of text is no part of an answer), as
 * Python's `tokenizers` decodes; one token alone is shown as in a preview.
 */
function decoding(
  texts: readonly (string | undefined)[],
  hidden: ReadonlySet<number>,
  decode: (tokens: string[]) => string,
  show: (id: number) => string,
): Tokenizer['decode'] {
  return (ids) =>
    typeof ids === 'number'
      ? show(ids)
      : decode(ids.filter((id) => !hidden.has(id)).flatMap((id) => texts[id] ?? []));
}

function shown(token: string, writing: Writing): string {
  if (writing.kind === 'bytes') return shownBytes(bytesOfToken(token));
  return byteOfToken(token) === null
    ? token.replaceAll(writing.kind === 'marked' ? writing.mark : '▁', ' ')
    : token;
}
