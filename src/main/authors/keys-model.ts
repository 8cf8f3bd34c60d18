/** Keys of `model_arguments`. */
import { isEncoderDecoder, KNOWN_MODELS, publishedModel } from './models.ts';
import {
  flag,
  ignored,
  inSetInclusion,
  mapped,
  text,
  unless,
  whole,
  type KeyTable,
  type Value,
  type Verdict,
} from './rules.ts';

const SHAPE_FIELDS = ['model.architecture', 'model.d_model', 'model.n_layers', 'model.n_heads'];

const ENCODER_DECODER = 'encoder–decoder models are not there: a decoder of the default shape stands in';

/** The shape of a model; `weights` says what of a pre-trained one is missing. */
function model(value: Value, weights: string): Verdict {
  if (value === null) return { fate: 'ignored', to: [], note: 'not set' };
  const name = String(value);
  if (isEncoderDecoder(name)) return { fate: 'unsupported', to: [], note: ENCODER_DECODER };
  const known = publishedModel(name);
  if (!known)
    return {
      fate: 'unsupported',
      to: [],
      note: `the shape of this model is not known (known: ${KNOWN_MODELS}); set model.d_model, n_layers and n_heads`,
    };
  const fate = weights ? 'unsupported' : 'mapped';
  return { fate, to: SHAPE_FIELDS, note: [weights, known.differs].filter(Boolean).join('; ') };
}

const WEIGHTS =
  'the shape is taken, the pre-trained weights and the tokenizer are not: training starts from scratch on words; add training.stage0 to learn the facts first';

export const MODEL_KEYS: KeyTable = {
  model_name_or_path: text(null, (value) => model(value, WEIGHTS)),
  config_name: text(null, (value, { values }) =>
    values['model_name_or_path'] === null
      ? model(value, '')
      : { fate: 'ignored', to: [], note: 'model_name_or_path decides' },
  ),
  model_type: text(
    null,
    unless(
      [null],
      'only used where neither config_name nor model_name_or_path is set; set model.architecture',
    ),
  ),
  config_overrides: text(null, unless([null], 'set the fields of model instead')),
  tokenizer_name: text(null, unless([null], 'words are the tokens here')),
  separate_token_per_var: flag(
    false,
    inSetInclusion(mapped('dataset.tokens', 'one token per variable, or one per letter')),
  ),
  seq2seq: flag(false, (value) =>
    value === true
      ? {
          fate: 'unsupported',
          to: ['training.loss'],
          note: `${ENCODER_DECODER}, trained on answers only as theirs is`,
        }
      : { fate: 'ignored', to: [], note: 'a decoder, as all models here' },
  ),
  max_new_tokens: whole(20, ignored('an answer has as many tokens as the accepted one')),
  cache_dir: text(null, ignored('nothing is downloaded')),
  use_fast_tokenizer: flag(true, ignored('words are the tokens here')),
  model_revision: text('main', ignored('nothing is downloaded')),
  use_auth_token: flag(false, ignored('nothing is downloaded')),
};
