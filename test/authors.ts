/** Configs in the format of the paper's authors, with values of our own. */
import { parse, stringify } from 'yaml';

type Parts = Record<string, Record<string, unknown>>;

/** A two-stage experiment on CVDB. */
const TEXT = `
data_arguments:
  dataset: cvdb
  block_size: 40
  train_subset: full
  num_ents: 300
  frac_n_qd1consis: 0.2
  frac_n_qd1incons: 0.05
  frac_n_qd2consis: 0.05
  frac_n_qd2incons: 0.2
  frac_n_q: 0.1
  frac_n_d1consis: 0.1
  frac_n_d2consis: 0.1
  frac_n_d3consis: 0.1
  frac_n_no_qd_baseline: 0.05
  frac_n_q_no_replacement_baseline: 0.05
model_arguments:
  seq2seq: no
  max_new_tokens: 9
  model_name_or_path: EleutherAI/pythia-160m-deduped
training_arguments:
  output_dir: somewhere/else
  bf16: yes
  per_device_train_batch_size: 24
  per_device_eval_batch_size: 96
  num_train_epochs: 7
  optim: adafactor
  evaluation_strategy: epoch
  eval_each_epochs: 2
  save_each_epochs: 0
experiment_arguments:
  define_experiment: True
  numeric_experiment: False
  name_prefix: mine
  n_stages: 2
  n_seeds: 3
  n_seeds_stage2: 2
  start_seed: 40
  slurm: on
define_experiment_arguments:
  def_order: vte
  entity_association_test_sets: True
numeric_experiment_arguments:
  num_choice_experiment: False
first_stage_arguments:
  train_subset: stage1
  num_train_epochs: 6
  gradient_accumulation_steps: 3
second_stage_arguments:
  train_subset: stage2
  num_train_epochs: 4
`;

/** Set inclusion of 60 variables, trained from scratch. */
const SETS = `
data_arguments:
  frac_n_qd1consis: 0.3
  frac_n_qd2incons: 0.3
  frac_n_q: 0.1
  frac_n_d1consis: 0.1
  frac_n_d2consis: 0.1
  frac_n_d3consis: 0.1
  frac_n_no_qd_baseline: 0.0
  frac_n_q_no_replacement_baseline: 0.0
model_arguments:
  config_name: EleutherAI/pythia-14m
  separate_token_per_var: True
training_arguments:
  per_device_train_batch_size: 64
  num_train_epochs: 5
  optim: adamw_torch
  learning_rate: 0.002
  evaluation_strategy: 'no'
experiment_arguments:
  define_experiment: False
  numeric_experiment: True
  n_stages: 2
  n_seeds: 2
numeric_experiment_arguments:
  num_choice_experiment: True
  max_x: 50
  num_x: 60
  n_nums_in_question: 5
  n_intersecton: 2
  n_qs_per_x: 22
  p_label_flip: 0.25
  var_length: 4
first_stage_arguments:
  train_subset: stage1
second_stage_arguments:
  train_subset: stage2
`;

const BASES = { text: TEXT, sets: SETS };

/**
 * A file of theirs as YAML text.
 * @param changes by part: keys to set, or to leave out where the value is undefined
 */
export function authorsYaml(base: keyof typeof BASES, changes: Parts = {}): string {
  const raw = parse(BASES[base], { version: '1.1' }) as Parts;
  for (const [part, keys] of Object.entries(changes)) raw[part] = { ...raw[part], ...keys };
  return stringify(raw, { version: '1.1' });
}

/** The same as it was written by hand, quirks included. */
export const AUTHORS_TEXT = TEXT;
