/** The model of a tokenizer (BPE or Unigram, the library's), asked for one piece at a time and with positions. */
import { BPE, Unigram } from './library.ts';
import { z } from 'zod';
import { showValue } from '#shared/errors.ts';
import { byteOfToken, byteToken } from './bytes.ts';
import { Unsupported } from './steps.ts';

/** The tokens of a piece; token `i` stands for units `from[i]` … `to[i] - 1` of it. */
interface Cut {
  readonly ids: readonly number[];
  readonly from: readonly number[];
  readonly to: readonly number[];
}

export interface Model {
  /** Token texts and their ids. */
  readonly vocabulary: ReadonlyMap<string, number>;
  cut(piece: string): Cut;
  /** Parts of a piece that can be cut on their own with the same tokens, or null where there are none such. */
  readonly parts: RegExp | null;
}

const bpeSchema = z.looseObject({
  vocab: z.record(z.string(), z.int().min(0)),
  merges: z.union([z.array(z.string()), z.array(z.tuple([z.string(), z.string()]))]),
  unk_token: z.string().nullish(),
  fuse_unk: z.boolean().nullish(),
  byte_fallback: z.boolean().nullish(),
  ignore_merges: z.boolean().nullish(),
  dropout: z.number().nullish(),
  continuing_subword_prefix: z.string().nullish(),
  end_of_word_suffix: z.string().nullish(),
});
const unigramSchema = z.looseObject({
  vocab: z.array(z.tuple([z.string(), z.number()])).min(1),
  unk_id: z.int().min(0).nullish(),
  byte_fallback: z.boolean().nullish(),
});

/** Pieces that are remembered: words recur. */
const REMEMBERED = 50_000;

/**
 * The model that a tokenizer.json describes. Files from before `type` was written are BPE where they have merges.
 * @throws Unsupported for a kind that is neither BPE nor Unigram, and for parts of BPE that no model here uses
 */
export function createModel(config: Record<string, unknown>): Model {
  const kind =
    config.type ?? ('merges' in config ? 'BPE' : Array.isArray(config.vocab) ? 'Unigram' : 'unnamed');
  if (kind === 'BPE') return remembering(createBpe(bpeSchema.parse(config)));
  if (kind === 'Unigram') return remembering(createUnigram(unigramSchema.parse(config)));
  throw new Unsupported('model', String(kind));
}

function remembering(model: Model): Model {
  const known = new Map<string, Cut>();
  const cut = (piece: string) => {
    const found = known.get(piece) ?? model.cut(piece);
    if (known.size >= REMEMBERED) known.clear();
    known.set(piece, found);
    return found;
  };
  return { ...model, cut };
}

function createBpe(config: z.output<typeof bpeSchema>): Model {
  if (config.continuing_subword_prefix) throw new Unsupported('BPE model', 'continuing_subword_prefix');
  if (config.end_of_word_suffix) throw new Unsupported('BPE model', 'end_of_word_suffix');
  if (config.dropout) throw new Unsupported('BPE model', `dropout ${config.dropout}, which draws at random`);
  const { vocab, merges, unk_token: unknown, byte_fallback: fallback, ignore_merges: whole } = config;
  checkMerges(vocab, merges);
  const model = new BPE({
    vocab,
    merges: merges as [string, string][],
    unk_token: unknown ?? undefined,
    byte_fallback: fallback ?? false,
    ignore_merges: whole ?? false,
  });
  const vocabulary = model.tokens_to_ids;
  const unknownId = unknown ? (vocabulary.get(unknown) ?? null) : null;
  const locate = createLocator(vocabulary, unknownId, fallback ?? false);
  const fuse = config.fuse_unk === true ? fuser(unknownId) : (cut: Cut) => cut;
  const cut = (piece: string) => fuse(locate(piece, model.encode([piece])));
  const known = (character: string) =>
    vocabulary.has(character) || (fallback === true && inBytes(character, vocabulary) !== null);
  const parts = whole ? null : wordsApart(vocabulary);
  return { vocabulary, parts, cut: unknownId === null ? droppingUnknown(known, cut) : cut };
}

/** Two that merge make a token: else text would be lost without a word. */
function checkMerges(vocab: Record<string, number>, merges: readonly (string | [string, string])[]): void {
  merges.forEach((merge, i) => {
    const made = typeof merge === 'string' ? merge.replace(' ', '') : merge.join('');
    if (!Object.hasOwn(vocab, made))
      throw new RangeError(`merge ${i} makes ${showValue(made)}, no token of its vocabulary`);
  });
}

/**
 * SentencePiece's BPE (Llama 2) cuts a text as one piece, which nothing can remember. Where no token has a `▁` after
 * another character, none can be made across the start of a word, so words are cut apart.
 */
function wordsApart(vocabulary: ReadonlyMap<string, number>): RegExp | null {
  if (!vocabulary.has('▁')) return null;
  for (const token of vocabulary.keys()) if (/[^▁]▁/.test(token)) return null;
  return /▁+[^▁]*|[^▁]+/g;
}

function createUnigram(config: z.output<typeof unigramSchema>): Model {
  const { vocab, unk_id: unknownId, byte_fallback: fallback } = config;
  if (unknownId === null || unknownId === undefined)
    throw new Unsupported('Unigram model', 'one without unk_id');
  if (unknownId >= vocab.length)
    throw new RangeError(`unk_id ${unknownId} is beyond its vocabulary of ${vocab.length}`);
  const scored = vocab.map(([token, score]): [string, number] => [token, asRustReads(score)]);
  const model = new Unigram({ vocab: scored, unk_id: unknownId }, '');
  const vocabulary = model.tokens_to_ids;
  const locate = createLocator(vocabulary, unknownId, fallback ?? false);
  const fuse = fuser(unknownId);
  // The library's Unigram does not fall back to bytes.
  const fallen = (token: string) => (vocabulary.has(token) ? token : (inBytes(token, vocabulary) ?? token));
  const encode = (piece: string) => {
    const tokens = model.encode([piece]);
    return fallback ? tokens.flatMap(fallen) : tokens;
  };
  return { vocabulary, parts: null, cut: (piece) => fuse(locate(piece, encode(piece))) };
}

/**
 * A score as serde_json reads it: all digits as a whole number, then divided, and so rounded twice. Of two ways to cut
 * `...` that cost the same, the last bit decides.
 */
function asRustReads(score: number): number {
  const [, sign, whole, fraction] = /^(-?)(\d+)\.(\d+)$/.exec(String(score)) ?? [];
  if (fraction === undefined) return score;
  return (Number(BigInt(whole + fraction)) / Number(`1e${fraction.length}`)) * (sign === '-' ? -1 : 1);
}

/** A text as tokens of its bytes, or null where the vocabulary lacks one. */
function inBytes(text: string, vocabulary: ReadonlyMap<string, number>): string[] | null {
  const bytes = Array.from(Buffer.from(text), byteToken);
  return bytes.every((byte) => vocabulary.has(byte)) ? bytes : null;
}

/** Finds the tokens of a piece in it: known ones by their text, bytes of a character one by one, unknown characters. */
function createLocator(vocabulary: ReadonlyMap<string, number>, unknown: number | null, fallback: boolean) {
  return (piece: string, tokens: readonly string[]): Cut => {
    const cut = { ids: [] as number[], from: [] as number[], to: [] as number[] };
    let at = 0;
    let bytesLeft = 0;
    for (const token of tokens) {
      const id = vocabulary.get(token);
      const whole = bytesLeft === 0 && id !== undefined && piece.startsWith(token, at);
      const length = whole ? token.length : characterAt(piece, at).length;
      const byte = !whole && fallback && id !== undefined && byteOfToken(token) !== null;
      if (byte && bytesLeft === 0) bytesLeft = Buffer.byteLength(characterAt(piece, at));
      cut.ids.push((whole || byte ? id : unknown) ?? 0);
      cut.from.push(at);
      cut.to.push(at + length);
      // All bytes of a character stand for it.
      if (!byte || --bytesLeft === 0) at += length;
    }
    return cut;
  };
}

function characterAt(text: string, at: number): string {
  const code = text.codePointAt(at);
  return code === undefined ? '' : String.fromCodePoint(code);
}

/**
 * Without an unknown token, characters that the vocabulary lacks (SmolLM2 lacks some control characters) are left
 * out before pairs are merged; the library leaves them out afterwards.
 */
function droppingUnknown(
  known: (character: string) => boolean,
  cut: (piece: string) => Cut,
): (piece: string) => Cut {
  return (piece) => {
    const kept: string[] = [];
    const places: number[] = [];
    let at = 0;
    for (const character of piece) {
      if (known(character)) {
        kept.push(character);
        for (let i = 0; i < character.length; i++) places.push(at + i);
      }
      at += character.length;
    }
    if (places.length === piece.length) return cut(piece);
    const { ids, from, to } = cut(kept.join(''));
    return { ids, from: from.map((unit) => places[unit]), to: to.map((unit) => places[unit - 1] + 1) };
  };
}

/** A run of unknown characters is one unknown token. */
function fuser(unknown: number | null): (cut: Cut) => Cut {
  return (cut) => {
    const fused = { ids: [] as number[], from: [] as number[], to: [] as number[] };
    cut.ids.forEach((id, i) => {
      if (id === unknown && fused.ids.at(-1) === unknown) fused.to[fused.to.length - 1] = cut.to[i];
      else {
        fused.ids.push(id);
        fused.from.push(cut.from[i]);
        fused.to.push(cut.to[i]);
      }
    });
    return fused;
  };
}
