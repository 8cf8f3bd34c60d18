/** Keys of `experiment_arguments`, `define_experiment_arguments` and `numeric_experiment_arguments`. */
import {
  flag,
  ifOn,
  ignored,
  inEntities,
  inNumeric,
  inSetInclusion,
  mapped,
  number,
  text,
  unless,
  whole,
  type KeyTable,
  type Verdict,
} from './rules.ts';

const CLUSTER = ignored('about the cluster the authors used');

export const EXPERIMENT_KEYS: KeyTable = {
  define_experiment: flag(true, ifOn(mapped('dataset.kind', 'questions about entities'))),
  numeric_experiment: flag(false, ifOn(inNumeric(mapped('dataset.kind')))),
  n_stages: whole(2, mapped('training.pipeline')),
  n_seeds: whole(1, mapped('seeds')),
  start_seed: whole(0, mapped('seeds', 'the first seed')),
  n_seeds_stage2: whole(1, (_, { nStages, dataset }): Verdict => {
    if (nStages === 1) return { fate: 'ignored', to: [], note: 'there is no stage 2' };
    const note =
      dataset === 'modular'
        ? 'here they re-split the stage-2 pool, in the authors’ modular experiment they only train anew'
        : '';
    return { fate: 'mapped', to: ['seeds_stage2'], note };
  }),
  slurm: flag(false, CLUSTER),
  slurm_sl: text('SL2', CLUSTER),
  n_gpu_hours: whole(36, CLUSTER),
  name_prefix: text('', (value): Verdict =>
    value === '' || value === null
      ? { fate: 'ignored', to: [], note: 'empty' }
      : { fate: 'mapped', to: ['name'], note: 'before the name of the file' },
  ),
};

const tag = (field: string) =>
  text(
    null,
    inEntities((value): Verdict =>
      value === null || value === ''
        ? { fate: 'ignored', to: [], note: 'a random tag, as by default' }
        : { fate: 'mapped', to: [field], note: '' },
    ),
  );

export const DEFINE_KEYS: KeyTable = {
  def_order: text('tve', inEntities(mapped('tags.order'))),
  data_order_group_size: whole(0, ignored('the authors’ code takes no notice of it')),
  entity_association_test_sets: flag(false, inEntities(mapped('evaluation.tests'))),
  tag1_name: tag('tags.reliable'),
  tag2_name: tag('tags.unreliable'),
  tag3_name: tag('tags.fresh'),
  multiple_define_tags: flag(
    false,
    inEntities((value): Verdict =>
      value === true
        ? {
            fate: 'mapped',
            to: ['definitions.style', 'definitions.per_alias'],
            note: 'ten is / is not sentences per alias, in our wordings instead of theirs (definitions.templates and sources change them)',
          }
        : { fate: 'ignored', to: [], note: 'switched off' },
    ),
  ),
  incontext_defs: flag(
    false,
    inEntities((value, { nStages }): Verdict => {
      if (value !== true) return { fate: 'ignored', to: [], note: 'switched off' };
      return nStages === 1
        ? {
            fate: 'mapped',
            to: ['definitions.in_context'],
            note: 'before the question, on a line of its own',
          }
        : { fate: 'unsupported', to: [], note: 'definitions in context need a single stage here' };
    }),
  ),
};

export const NUMERIC_KEYS: KeyTable = {
  modular_experiment: flag(false, ifOn(inNumeric(mapped('dataset.kind', 'modular arithmetic')))),
  modular_experiment_baseline: flag(
    false,
    inNumeric(unless([false], 'arithmetic without variables and definitions has nothing to compare')),
  ),
  num_choice_experiment: flag(false, ifOn(inSetInclusion(mapped('dataset.kind', 'set inclusion')))),
  max_x: whole(
    99,
    inSetInclusion(mapped('dataset.max_integer', 'the authors’ numbers end before it: one less here')),
  ),
  num_x: whole(500, inSetInclusion(mapped('dataset.n_variables'))),
  n_nums_in_question: whole(4, inSetInclusion(mapped('dataset.numbers_per_question'))),
  n_intersecton: whole(2, inSetInclusion(mapped('dataset.intersection'))),
  n_qs_per_x: whole(
    24,
    inSetInclusion(
      mapped(
        ['dataset.train_questions', 'dataset.test_questions'],
        'a quarter each: true and false, training and test',
      ),
    ),
  ),
  p_label_flip: number(0, inSetInclusion(mapped('dataset.label_flip'))),
  var_length: whole(3, inSetInclusion(mapped('tags.alias_letters'))),
};
