/** Which tokens stand for padding and the end of a text, and which a model puts around one. */
import { join } from 'node:path';
import { z } from 'zod';
import { showValue, UserError } from '#shared/errors.ts';
import { TOKENIZER, type TokenizerFiles } from './files.ts';
import { flatSteps, Unsupported, type Step } from './steps.ts';

export interface SpecialTokens {
  /** Put before each text and after it. */
  before: number[];
  after: number[];
  /** The token that begins each text, or null where the model reads none. */
  bosId: number | null;
  eosId: number | null;
  padId: number;
  /** What named the padding token: GPT-2 and GPT-NeoX have none of their own, so that the end of a text stands in. */
  padFrom: 'pad_token' | 'eos_token' | 'config.json';
}

type Ids = ReadonlyMap<string, number>;
type Name = 'bos_token' | 'eos_token' | 'pad_token';
type Frame = Pick<SpecialTokens, 'before' | 'after'>;

/**
 * The special tokens of a model folder. Padding is the first of: `pad_token`, `eos_token` (tokenizer_config.json, then
 * special_tokens_map.json), `pad_token_id`, `eos_token_id` (config.json).
 * @param ids of all tokens, by text
 * @throws UserError `tokenizer.special` where a named token has no id, or nothing can stand for padding
 */
export function specialTokens(files: TokenizerFiles, ids: Ids): SpecialTokens {
  const { tokenizer, settings, model } = files;
  const eosId = namedId(files, 'eos_token', ids) ?? model.eos_token_id;
  const { before, after } = frameOf(tokenizer.post_processor);
  // As the newest transformers does, the file's own frame stands; a setting only adds what it lacks.
  const bos = settings.add_bos_token === true ? namedId(files, 'bos_token', ids) : null;
  if (before.length === 0 && bos !== null) before.push(bos);
  if (after.length === 0 && settings.add_eos_token === true && eosId !== null) after.push(eosId);
  return { before, after, bosId: before[0] ?? null, eosId, ...padding(files, ids) };
}

function padding(files: TokenizerFiles, ids: Ids): Pick<SpecialTokens, 'padId' | 'padFrom'> {
  for (const padFrom of ['pad_token', 'eos_token'] as const) {
    const padId = namedId(files, padFrom, ids);
    if (padId !== null) return { padId, padFrom };
  }
  const padId = files.model.pad_token_id ?? files.model.eos_token_id;
  if (padId !== null) return { padId, padFrom: 'config.json' };
  throw new UserError(
    'tokenizer.special',
    `${files.folder} names neither a pad_token nor an eos_token: name one in tokenizer_config.json, ` +
      'for example {"eos_token": "</s>"}',
  );
}

function namedId({ folder, settings, names }: TokenizerFiles, name: Name, ids: Ids): number | null {
  const [file, text] =
    settings[name] === null
      ? ['special_tokens_map.json', names[name]]
      : ['tokenizer_config.json', settings[name]];
  if (text === null) return null;
  const id = ids.get(text);
  if (id !== undefined) return id;
  throw new UserError(
    'tokenizer.special',
    `${join(folder, file)}: ${name} ${showValue(text)} is no token of ${TOKENIZER}: name one that is`,
  );
}

const tokenAndId = z.tuple([z.string(), z.int().min(0)]);
const bertSchema = z.looseObject({ cls: tokenAndId, sep: tokenAndId });
const templateSchema = z.looseObject({
  single: z.array(
    z.union([
      z.strictObject({ SpecialToken: z.looseObject({ id: z.string() }) }),
      z.strictObject({ Sequence: z.looseObject({ id: z.string() }) }),
    ]),
  ),
  special_tokens: z.record(z.string(), z.looseObject({ ids: z.array(z.int().min(0)) })).default({}),
});

/** What a post-processor puts around a text; the steps of a sequence wrap each other. */
function frameOf(processor: Step | null): Frame {
  const frame: Frame = { before: [], after: [] };
  for (const step of flatSteps(processor, 'processors')) {
    const { before, after } = stepFrame(step);
    frame.before.unshift(...before);
    frame.after.push(...after);
  }
  return frame;
}

function stepFrame(step: Step): Frame {
  if (step.type === 'ByteLevel') return { before: [], after: [] };
  if (step.type === 'TemplateProcessing') return templateFrame(templateSchema.parse(step));
  if (step.type !== 'BertProcessing' && step.type !== 'RobertaProcessing')
    throw new Unsupported('post_processor', step.type);
  const { cls, sep } = bertSchema.parse(step);
  return { before: [cls[1]], after: [sep[1]] };
}

function templateFrame({ single, special_tokens: tokens }: z.output<typeof templateSchema>): Frame {
  const frame: Frame = { before: [], after: [] };
  let side = frame.before;
  for (const item of single)
    if ('Sequence' in item) side = frame.after;
    else side.push(...(tokens[item.SpecialToken.id]?.ids ?? []));
  return frame;
}
