/**
 * What is used of `@huggingface/tokenizers`. Its own types import files without their endings, which Node's
 * resolution does not find, so that they hold nothing; these say the same.
 */
import {
  BPE,
  ReplaceDecoder,
  ReplaceNormalizer,
  SequencePreTokenizer,
  StripDecoder,
  Unigram,
} from '@huggingface/tokenizers';
import type { Pattern, Step } from './steps.ts';

declare module '@huggingface/tokenizers' {
  interface Model {
    readonly tokens_to_ids: Map<string, number>;
    /** The tokens of pieces; unknown ones as the `unk_token` (BPE) or as they stand (Unigram), one a character. */
    encode(pieces: string[]): string[];
  }
  interface DecoderStep {
    decode_chain(tokens: string[]): string[];
  }

  export class BPE implements Model {
    constructor(config: {
      vocab: Record<string, number>;
      merges: string[] | [string, string][];
      unk_token: string | undefined;
      byte_fallback: boolean;
      ignore_merges: boolean;
    });
    readonly tokens_to_ids: Map<string, number>;
    encode(pieces: string[]): string[];
  }
  export class Unigram implements Model {
    constructor(config: { vocab: [string, number][]; unk_id: number }, eosToken: string);
    readonly tokens_to_ids: Map<string, number>;
    encode(pieces: string[]): string[];
  }
  export class SequencePreTokenizer {
    constructor(config: { type: 'Sequence'; pretokenizers: Step[] });
    pre_tokenize_text(text: string, options: { section_index: number }): string[];
  }
  export class ReplaceNormalizer {
    constructor(config: { pattern: Pattern; content: string });
    /** Null for a pattern of an unknown kind. */
    readonly pattern: RegExp | null;
  }
  export class ReplaceDecoder implements DecoderStep {
    constructor(config: { pattern: Pattern; content: string });
    decode_chain(tokens: string[]): string[];
  }
  export class StripDecoder implements DecoderStep {
    constructor(config: { content: string; start: number; stop: number });
    decode_chain(tokens: string[]): string[];
  }
}

export { BPE, ReplaceDecoder, ReplaceNormalizer, SequencePreTokenizer, StripDecoder, Unigram };
