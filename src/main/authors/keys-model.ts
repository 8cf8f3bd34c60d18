/** Keys of `model_arguments`. */
import { hubModel, isOtherEncoder, isT5, KNOWN_MODELS, publishedModel } from './models.ts';
import {
  flag,
  ifPretrained,
  ignored,
  inSetInclusion,
  isPretrained,
  mapped,
  text,
  unless,
  whole,
  type KeyTable,
  type Situation,
  type Value,
  type Verdict,
} from './rules.ts';

const SHAPE_FIELDS = ['model.architecture', 'model.d_model', 'model.n_layers', 'model.n_heads'];

const OTHER_ENCODERS =
  'encoder–decoder models other than T5 are not there: a decoder of the default shape, from scratch, stands in';

/** The model that a file begins with, or learns from scratch. */
const nameOf = ({ values }: Situation) => String(values['model_name_or_path'] ?? values['config_name'] ?? '');

/** The shape of a model that is learnt from scratch. */
function shapeOf(value: Value, file: Situation): Verdict {
  if (isPretrained(file)) return { fate: 'ignored', to: [], note: 'model_name_or_path decides' };
  if (value === null) return { fate: 'ignored', to: [], note: 'not set' };
  const name = String(value);
  const known = publishedModel(name);
  if (known) return { fate: 'mapped', to: SHAPE_FIELDS, note: known.differs };
  if (isOtherEncoder(name)) return { fate: 'unsupported', to: [], note: OTHER_ENCODERS };
  return {
    fate: 'unsupported',
    to: [],
    note: `the shape of this model is not known (known: ${KNOWN_MODELS}); set model.d_model, n_layers and n_heads`,
  };
}

function pretrained(value: Value): Verdict {
  if (value === null) return { fate: 'ignored', to: [], note: 'not set' };
  const name = String(value);
  if (isOtherEncoder(name)) return { fate: 'unsupported', to: [], note: OTHER_ENCODERS };
  const { model, differs } = hubModel(name);
  const fetch = `where it is not on this machine, "credence models get ${model}" fetches it`;
  return { fate: 'mapped', to: ['pretrained.model'], note: [differs, fetch].filter(Boolean).join('; ') };
}

/** Their code asks for the form of a model; here the model's own folder says it. */
function seq2seq(value: Value, file: Situation): Verdict {
  const name = nameOf(file);
  // Of a model that is not known the file is believed.
  const known = isT5(name) || isOtherEncoder(name) || publishedModel(name) !== null;
  const encoder = known ? isT5(name) || isOtherEncoder(name) : value === true && isPretrained(file);
  if (value !== true && !encoder) return { fate: 'ignored', to: [], note: 'a decoder, as its model is' };
  if (encoder !== (value === true)) {
    const form = encoder ? 'an encoder–decoder model' : 'no encoder–decoder model';
    return {
      fate: 'unsupported',
      to: [],
      note: `${name || 'the model'} is ${form}, and is trained as what it is`,
    };
  }
  if (isOtherEncoder(name)) return { fate: 'unsupported', to: ['training.loss'], note: OTHER_ENCODERS };
  const note = 'the encoder reads what stands before an answer, the decoder writes the answer';
  return { fate: 'mapped', to: [isPretrained(file) ? 'pretrained.model' : 'model.architecture'], note };
}

export const MODEL_KEYS: KeyTable = {
  model_name_or_path: text(null, pretrained),
  config_name: text(null, shapeOf),
  model_type: text(
    null,
    unless(
      [null],
      'only used where neither config_name nor model_name_or_path is set; set model.architecture',
    ),
  ),
  config_overrides: text(null, unless([null], 'set the fields of model instead')),
  tokenizer_name: text(
    null,
    ifPretrained(
      (value, file) =>
        unless([null, nameOf(file)], 'a model is read with the tokenizer of its own folder')(value, file),
      unless([null], 'words are the tokens here'),
    ),
  ),
  separate_token_per_var: flag(
    false,
    inSetInclusion(mapped('dataset.tokens', 'one token per variable, or one per letter')),
  ),
  seq2seq: flag(false, seq2seq),
  max_new_tokens: whole(
    20,
    ifPretrained(
      mapped('pretrained.max_new_tokens'),
      ignored('an answer has as many tokens as the accepted one'),
    ),
  ),
  cache_dir: text(null, ignored('HF_HOME says where the models of this machine lie')),
  use_fast_tokenizer: flag(true, ignored('there is one kind of tokenizer here')),
  model_revision: text(
    'main',
    ifPretrained(
      (value, file) =>
        value === 'main'
          ? ignored('the newest that this machine has')(value, file)
          : mapped('pretrained.model', 'after its name and an @')(value, file),
      ignored('only used with model_name_or_path'),
    ),
  ),
  use_auth_token: flag(false, ignored('nothing is fetched while a run is made')),
};
