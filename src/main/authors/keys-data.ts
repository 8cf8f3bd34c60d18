/** Keys of `data_arguments`: datasets, and the fractions of the subsets. */
import { SUBSET_NAMES, type SubsetName } from '#shared/subsets.ts';
import {
  flag,
  ifPretrained,
  ignored,
  inEntities,
  mapped,
  number,
  text,
  unless,
  whole,
  type KeyRule,
  type KeyTable,
  type Verdict,
} from './rules.ts';

/** Fractions where the file gives none, as in the authors' arguments (not those of their functions). */
const FRACTIONS: Record<SubsetName, number> = {
  qd1consis: 0.25,
  qd2incons: 0.25,
  q: 0.1,
  q_no_replacement_baseline: 0.1,
  qd1incons: 0,
  qd2consis: 0,
  qd4consis: 0,
  d1consis: 0.1,
  d2consis: 0.1,
  d3consis: 0,
  no_qd_baseline: 0.1,
};

/** Subsets that set inclusion never has; those that it refuses, and those that it takes no notice of. */
const REFUSED = ['q_no_replacement_baseline', 'no_qd_baseline', 'qd1incons'];
const UNUSED = ['qd2consis', 'qd4consis'];

export const fractionKey = (name: SubsetName): string => `frac_n_${name}`;

function fraction(name: SubsetName): KeyRule {
  return number(FRACTIONS[name], (value, { dataset }): Verdict => {
    const field = `subsets.fractions.${name}`;
    const left = (note: string): Verdict => ({ fate: 'ignored', to: [], note });
    if (dataset === 'modular') return left('fixed in the modular experiment: 0.4, 0.4, 0.1 and 0.1');
    if (dataset === 'set_inclusion' && UNUSED.includes(name)) return left('not used in set inclusion');
    if (dataset === 'set_inclusion' && REFUSED.includes(name) && value !== 0)
      return {
        fate: 'unsupported',
        to: [],
        note: 'the authors’ code refuses it in set inclusion; it is 0 here',
      };
    return { fate: 'mapped', to: [field], note: '' };
  });
}

const FRACTION_KEYS: KeyTable = Object.fromEntries(
  SUBSET_NAMES.map((name) => [fractionKey(name), fraction(name)]),
);

/** What a text is filled up to: their padding counts in the loss, and takes part of it. */
const filledUp = (field: string, whole: string) =>
  ifPretrained(
    mapped(
      [field, 'pretrained.mask_padding'],
      'padding counts in the loss, as in the authors’ code; texts are never cut here',
    ),
    ignored(whole),
  );

export const DATA_KEYS: KeyTable = {
  dataset: text(
    'cvdb',
    inEntities(
      mapped(
        ['dataset.kind', 'subsets.test_fraction'],
        'one question in six is held out of CVDB, one in four of T-REx',
      ),
      ignored('numeric experiments make their own data'),
    ),
  ),
  num_ents: whole(4000, inEntities(mapped('dataset.n_entities'))),
  train_subset: text('full', (_, { order }): Verdict =>
    order
      ? { fate: 'unsupported', to: ['training.pipeline'], note: order }
      : { fate: 'mapped', to: ['training.pipeline'], note: 'with what the other stages train on' },
  ),
  block_size: whole(
    1024,
    filledUp('pretrained.block_size', 'texts are never cut here: sequences are as long as the longest text'),
  ),
  label_block_size: whole(48, filledUp('pretrained.label_block_size', 'answers are never cut here')),
  ...FRACTION_KEYS,
  max_train_samples: whole(null, unless([null], 'all training texts are used here')),
  max_eval_samples: whole(null, ignored('all test questions are asked: the same measure on more of them')),
  dataset_name: text(null, ignored('not used in the authors’ experiments')),
  dataset_config_name: text(null, ignored('not used in the authors’ experiments')),
  train_file: text(
    null,
    unless([null], 'texts come from the dataset; the authors’ code does not read it either'),
  ),
  validation_file: text(null, unless([null], 'the authors’ code does not read it either')),
  overwrite_cache: flag(false, ignored('datasets are cached by their content')),
  preprocessing_num_workers: whole(null, ignored('changes the time only')),
  ignore_pad_token_for_loss: flag(
    true,
    ifPretrained(
      ignored(
        'padding counts in the loss of the authors’ code whatever this says, as it pads before that counts',
      ),
      unless([true], 'padding never counts in models from scratch'),
    ),
  ),
};
