/** The tables of keys of the authors' configs: each key decides the fields that its row names. */
import { asLanguage } from './language.ts';
import { describe, expect, it } from 'vitest';
import { KEYS } from '#main/authors/keys.ts';
import { publishedModel } from '#main/authors/models.ts';
import type { LanguageConfig } from '#shared/config.ts';
import { configFields } from '#shared/config-fields.ts';
import { configOf, opened } from './opened-authors.ts';

/** Another value of each key that is mapped somewhere, and the file to try it in. */
const OTHER: Record<
  string,
  [base: 'text' | 'sets', value: unknown, more?: Record<string, Record<string, unknown>>]
> = {
  dataset: ['text', 'trex'],
  num_ents: ['text', 200],
  train_subset: [
    'text',
    'full',
    { first_stage_arguments: { train_subset: undefined }, experiment_arguments: { n_stages: 1 } },
  ],
  ...Object.fromEntries(
    [
      'q',
      'q_no_replacement_baseline',
      'qd1incons',
      'qd2consis',
      'qd2incons',
      'qd4consis',
      'd1consis',
      'd2consis',
      'd3consis',
      'no_qd_baseline',
    ].map((name): [string, ['text', number, Record<string, Record<string, unknown>>]] => [
      `frac_n_${name}`,
      ['text', 0.15, { data_arguments: balanced(name, 0.15) }],
    ]),
  ),
  frac_n_qd1consis: ['text', 0.25, { data_arguments: { frac_n_q: 0.05 } }],
  config_name: ['sets', 'EleutherAI/pythia-31m'],
  model_name_or_path: ['text', 'gpt2'],
  model_revision: ['text', 'step3000'],
  max_new_tokens: ['text', 16],
  block_size: ['text', 64],
  label_block_size: ['text', 16],
  seq2seq: ['text', true, { model_arguments: { model_name_or_path: 't5-3B' } }],
  separate_token_per_var: ['sets', false],
  save_each_epochs: ['text', 3],
  eval_each_epochs: ['text', 5],
  evaluation_strategy: ['sets', 'epoch'],
  deterministic_sampler: ['text', true],
  num_train_epochs: ['sets', 9],
  per_device_train_batch_size: ['sets', 32],
  gradient_accumulation_steps: ['sets', 2],
  per_device_eval_batch_size: ['text', 33],
  learning_rate: ['sets', 0.003],
  lr_scheduler_type: ['sets', 'constant_with_warmup'],
  warmup_steps: ['sets', 11],
  optim: ['text', 'adamw_hf'],
  weight_decay: ['text', 0.01],
  adam_beta1: ['sets', 0.8],
  adam_beta2: ['sets', 0.95],
  adam_epsilon: ['sets', 0.001],
  max_grad_norm: ['text', 0],
  define_experiment: ['sets', true],
  numeric_experiment: ['sets', true],
  n_stages: ['text', 1, { first_stage_arguments: { train_subset: 'full' } }],
  n_seeds: ['text', 5],
  start_seed: ['text', 7],
  n_seeds_stage2: ['text', 4],
  name_prefix: ['text', 'other'],
  def_order: ['text', 'etv'],
  entity_association_test_sets: ['text', false],
  tag1_name: ['text', 'we know that'],
  tag2_name: ['text', 'they say that'],
  tag3_name: ['text', 'some say that'],
  multiple_define_tags: ['text', true],
  incontext_defs: [
    'text',
    true,
    { experiment_arguments: { n_stages: 1 }, first_stage_arguments: { train_subset: 'full' } },
  ],
  modular_experiment: ['sets', true],
  num_choice_experiment: ['sets', true],
  max_x: ['sets', 40],
  num_x: ['sets', 80],
  n_nums_in_question: ['sets', 6],
  n_intersecton: ['sets', 1],
  n_qs_per_x: ['sets', 12],
  p_label_flip: ['sets', 0.5],
  var_length: ['sets', 5],
};

/** Fractions with one of them changed, the difference taken from another. */
function balanced(name: string, value: number): Record<string, unknown> {
  const before: Record<string, number> = {
    q: 0.1,
    qd1incons: 0.05,
    qd2consis: 0.05,
    qd2incons: 0.2,
    qd4consis: 0,
    d1consis: 0.1,
    d2consis: 0.1,
    d3consis: 0.1,
    no_qd_baseline: 0.05,
    q_no_replacement_baseline: 0.05,
  };
  return { frac_n_qd1consis: Number((0.2 - (value - (before[name] ?? 0))).toFixed(6)) };
}

const at = (config: LanguageConfig, path: string) =>
  path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], config);

describe('the tables of keys', () => {
  const fields = new Set(configFields('language').map(({ path }) => path.replace(/\(\w+\)/, '')));

  it.each(Object.entries(OTHER))(
    '%s decides the fields that its row names',
    (key, [base, value, more = {}]) => {
      const { part } = KEYS.get(key)!;
      const { [part]: rest, ...others } = more as Record<string, Record<string, unknown>>;
      const changed = { ...others, [part]: { ...rest, [key]: value } };
      const { config, report } = opened(base, changed);
      expect(report.problem).toBeNull();
      const row = [...report.keys].find((each) => each.key === `${part}.${key}`)!;
      expect(row.fate, row.note).toBe('mapped');
      for (const field of row.to) expect(fields, field).toContain(field);
      // These need others beside them: their values are tested in authors-import.test.ts.
      if (['numeric_experiment', 'num_choice_experiment', 'n_stages', 'train_subset'].includes(key)) return;
      const before = configOf(base, others);
      const changedFields = row.to.filter(
        (field) => JSON.stringify(at(asLanguage(config!), field)) !== JSON.stringify(at(before, field)),
      );
      expect(changedFields).not.toEqual([]);
    },
  );

  it('has a row above for every key that is mapped anywhere', () => {
    const seen = new Set<string>();
    for (const [base, value, more] of Object.values(OTHER)) {
      void value;
      const { report } = opened(base, more as never);
      for (const { key, fate } of [...report.keys, ...report.defaults])
        if (fate === 'mapped') seen.add(key.split('.')[1]);
    }
    expect([...seen].filter((key) => !(key in OTHER))).toEqual([]);
  });

  it('fixes shapes that can be built', () => {
    for (const name of [
      'EleutherAI/pythia-2.8b-deduped',
      'EleutherAI/pythia-410m-deduped-v0',
      'gpt2',
      'EleutherAI/gpt-neo-2.7B',
      'EleutherAI/gpt-j-6b',
      'meta-llama/Llama-2-13b-hf',
    ]) {
      const { d_model, n_heads } = publishedModel(name)!.model;
      expect(d_model! % n_heads!, name).toBe(0);
    }
    expect(publishedModel('someone/else')).toBeNull();
  });
});
