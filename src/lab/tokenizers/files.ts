/** The files of a Hugging Face model folder that say how text becomes tokens. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { showValue, UserError } from '#shared/errors.ts';
import { stepSchema } from './steps.ts';

const addedTokenSchema = z
  .looseObject({
    id: z.int().min(0),
    content: z.string(),
    single_word: z.boolean().default(false),
    lstrip: z.boolean().default(false),
    rstrip: z.boolean().default(false),
    normalized: z.boolean().optional(),
    special: z.boolean().default(false),
  })
  .transform((token) => ({ ...token, normalized: token.normalized ?? !token.special }));

const step = stepSchema.nullish().transform((found) => found ?? null);
const tokenizerSchema = z.looseObject({
  model: z.looseObject({}),
  normalizer: step,
  pre_tokenizer: step,
  post_processor: step,
  decoder: step,
  added_tokens: z
    .array(addedTokenSchema)
    .nullish()
    .transform((found) => found ?? []),
});

const nameSchema = z
  .union([z.string(), z.looseObject({ content: z.string() })])
  .nullish()
  .transform((found) => (typeof found === 'object' && found ? found.content : (found ?? null)));
const names = { bos_token: nameSchema, eos_token: nameSchema, pad_token: nameSchema };
const namesSchema = z.looseObject(names);
const settingsSchema = z.looseObject({
  ...names,
  add_bos_token: z.boolean().nullish(),
  add_eos_token: z.boolean().nullish(),
});

const idSchema = z
  .union([z.int().min(0), z.array(z.int().min(0))])
  .nullish()
  .transform((found) => (Array.isArray(found) ? (found[0] ?? null) : (found ?? null)));
const modelSchema = z.looseObject({ eos_token_id: idSchema, pad_token_id: idSchema });

/** What a folder says; all but `tokenizer` is empty where there is no such file. */
export interface TokenizerFiles {
  folder: string;
  tokenizer: z.output<typeof tokenizerSchema>;
  settings: z.output<typeof settingsSchema>;
  names: z.output<typeof namesSchema>;
  model: z.output<typeof modelSchema>;
}

/**
 * Reads `tokenizer.json` and, where they are there, `tokenizer_config.json`, `special_tokens_map.json` and
 * `config.json`.
 * @throws UserError `tokenizer.missing`, `tokenizer.unreadable`, `tokenizer.malformed`
 */
export function readTokenizerFiles(folder: string): TokenizerFiles {
  const path = join(folder, TOKENIZER);
  if (!existsSync(path)) throw new UserError('tokenizer.missing', missing(folder));
  return {
    folder,
    tokenizer: parsed(path, tokenizerSchema),
    settings: ifThere(join(folder, 'tokenizer_config.json'), settingsSchema),
    names: ifThere(join(folder, 'special_tokens_map.json'), namesSchema),
    model: ifThere(join(folder, 'config.json'), modelSchema),
  };
}

/** The file that no model folder can do without. */
export const TOKENIZER = 'tokenizer.json';

/** Says what is wrong with a file, and where in it, in one line. */
export function malformed(path: string, what: string, place: readonly PropertyKey[] = []): UserError {
  const where = place.length > 0 ? `${place.join('.')}: ` : '';
  return new UserError('tokenizer.malformed', `${path} is not as expected, ${where}${what}; ${REMEDY}`);
}

const REMEDY = 'get the file again from where the model comes from';
/** Others from which `transformers` makes a tokenizer.json. */
const SOURCES = ['tokenizer.model', 'spiece.model', 'vocab.json'];

function missing(folder: string): string {
  if (!existsSync(folder))
    return `${folder} does not exist: name the folder of a model, with ${TOKENIZER} in it`;
  const found = SOURCES.find((name) => existsSync(join(folder, name)));
  if (!found) return `${folder} has no ${TOKENIZER}: ${REMEDY}`;
  const quoted = JSON.stringify(folder);
  return (
    `${folder} has no ${TOKENIZER}, and ${found} alone is not enough: make one with Python's transformers, ` +
    `from transformers import AutoTokenizer; AutoTokenizer.from_pretrained(${quoted}).save_pretrained(${quoted})`
  );
}

function ifThere<T>(path: string, schema: z.ZodType<T>): T {
  return existsSync(path) ? parsed(path, schema) : schema.parse({});
}

function parsed<T>(path: string, schema: z.ZodType<T>): T {
  const read = schema.safeParse(json(path));
  if (!read.success) throw malformed(path, read.error.issues[0].message, read.error.issues[0].path);
  return read.data;
}

function json(path: string): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UserError('tokenizer.unreadable', `cannot read ${path} (${reason}): ${REMEDY}`, {
      cause: error,
    });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const start = showValue(text.slice(0, 40));
    const why = text.startsWith('version https://git-lfs')
      ? 'a pointer of Git LFS: fetch it with git lfs pull'
      : REMEDY;
    throw new UserError('tokenizer.malformed', `${path} is not JSON (it begins ${start}): ${why}`, {
      cause: error,
    });
  }
}
