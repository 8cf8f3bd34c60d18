/**
 * The tokenizers of pre-trained models, behind the interface that the from-scratch vocabulary has too
 * (docs/tokenizers.md).
 */
import { join } from 'node:path';
import { ZodError } from 'zod';
import { UserError } from '#shared/errors.ts';
import { malformed, readTokenizerFiles, TOKENIZER } from './files.ts';
import { Unsupported } from './steps.ts';
import { createTokenizer, type ModelTokenizer } from './tokenizer.ts';

export type { ModelTokenizer } from './tokenizer.ts';

/**
 * Opens the tokenizer of a Hugging Face model folder.
 * @throws UserError `tokenizer.…`, naming the file: missing, not JSON, of a kind that is not known, …
 */
export function openTokenizer(folder: string): ModelTokenizer {
  const files = readTokenizerFiles(folder);
  try {
    return createTokenizer(files);
  } catch (error) {
    throw toUserError(error, join(folder, TOKENIZER));
  }
}

/** Patterns that cannot be compiled and tables that are cut short throw JavaScript's own errors. */
function toUserError(error: unknown, path: string): unknown {
  if (error instanceof ZodError) return malformed(path, error.issues[0].message, error.issues[0].path);
  if (error instanceof SyntaxError || error instanceof RangeError)
    return malformed(path, `its contents make no tokenizer (${error.message})`);
  if (!(error instanceof Unsupported)) return error;
  return new UserError(
    'tokenizer.unsupported',
    `${path}: ${error.message}, which Credence does not know; it knows byte-level BPE, SentencePiece BPE and ` +
      'Unigram (GPT-2, GPT-NeoX, Llama, T5, …): choose a model that has one of these',
    { cause: error },
  );
}
