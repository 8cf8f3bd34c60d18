/** Config files of the paper's authors: what every key becomes, checked on files written in their format. */
import { asLanguage } from './language.ts';
import { describe, expect, it } from 'vitest';
import { importAuthorsConfig } from '#main/authors/import.ts';
import { parsePyYaml } from '#main/authors/pyyaml.ts';
import { configYaml, parseYaml } from '#main/experiments/yaml-text.ts';
import { keysOf } from '#shared/authors.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import { AUTHORS_TEXT } from './authors.ts';
import { configOf, fateOf, opened } from './opened-authors.ts';

describe('a two-stage experiment on CVDB', () => {
  const config = asLanguage(importAuthorsConfig(AUTHORS_TEXT, 'configs/my-run.yaml').config!);

  it('has the data, split, tags and tests of the file', () => {
    expect(config.name).toBe('mine_my-run');
    expect(config.dataset).toEqual({
      kind: 'cvdb',
      path: null,
      n_entities: 300,
      balance_gender: true,
      keep_entities: null,
    });
    expect(config.subsets.fractions).toMatchObject({ qd1consis: 0.2, qd1incons: 0.05, qd4consis: 0, q: 0.1 });
    expect(config.subsets.test_fraction).toBeCloseTo(1 / 6, 12);
    expect(config.tags).toMatchObject({ order: 'vte', reliable: null, alias_letters: 5, correlation: null });
    expect(config.evaluation).toMatchObject({ tests: ['questions', 'association'], batch_size: 96 });
  });

  it('has the stages with their overrides, batches times accumulation', () => {
    const { stage1, stage2, pipeline, stage2_from, optimizer } = config.training;
    expect({ pipeline, stage2_from }).toEqual({ pipeline: 'two-stage', stage2_from: 'end' });
    expect(stage1).toMatchObject({
      epochs: 6,
      batch_size: 72,
      lr: 5e-5,
      evaluate_every: 2,
      schedule: 'linear',
    });
    expect(stage2).toMatchObject({ epochs: 4, batch_size: 24, lr: 5e-5, evaluate_every: 2, save_every: 0 });
    expect(optimizer).toMatchObject({ name: 'adafactor', weight_decay: 0, clip_norm: 1 });
  });

  it('has its seeds, and the seeds of stage 2 from 0', () =>
    expect([config.seeds, config.seeds_stage2]).toEqual([
      [40, 41, 42],
      [0, 1],
    ]));

  it('begins with the model that it names, and opens whole', () => {
    expect(config.pretrained).toMatchObject({ model: 'EleutherAI/pythia-160m-deduped', max_new_tokens: 9 });
    expect(config.pretrained).toMatchObject({ mask_padding: false, block_size: 40, label_block_size: 48 });
    const { report } = importAuthorsConfig(AUTHORS_TEXT, 'my-run.yaml');
    expect(keysOf(report, 'unsupported')).toEqual([]);
    expect(report.verdict).toBe('opened');
  });

  it('drops no key, and is written as YAML that is read as the same config', () => {
    const { report } = importAuthorsConfig(AUTHORS_TEXT, 'my-run.yaml');
    const raw = parsePyYaml(AUTHORS_TEXT, 'my-run.yaml') as Record<string, Record<string, unknown>>;
    const keys = Object.entries(raw).flatMap(([part, keys]) =>
      Object.keys(keys).map((key) => `${part}.${key}`),
    );
    expect(report.keys.map(({ key }) => key)).toEqual(keys);
    expect(
      report.keys.filter(({ fate, to, note }) => (fate === 'mapped' ? to.length === 0 : note === '')),
    ).toEqual([]);
    expect(resolveConfig(parseYaml(configYaml(config), 'ours'))).toEqual(config);
  });

  it('lists what the file leaves out and the authors’ code has', () => {
    const { defaults } = importAuthorsConfig(AUTHORS_TEXT, 'my-run.yaml').report;
    const learning = defaults.find(({ key }) => key === 'training_arguments.learning_rate');
    expect(learning).toMatchObject({ value: '0.00005', to: ['training.stage1.lr', 'training.stage2.lr'] });
    expect(defaults.map(({ key }) => key)).toContain('data_arguments.frac_n_qd4consis');
  });
});

describe('other experiments', () => {
  it('set inclusion: sizes, tokens and AdamW; a quarter of the questions each', () => {
    const config = configOf('sets');
    expect(config.dataset).toMatchObject({
      kind: 'set_inclusion',
      n_variables: 60,
      max_integer: 49,
      numbers_per_question: 5,
      intersection: 2,
      train_questions: 10,
      test_questions: 10,
      label_flip: 0.25,
      tokens: 'variable',
    });
    expect(config.tags.alias_letters).toBe(4);
    expect(config.training.optimizer).toMatchObject({ name: 'adamw', beta1: 0.9, beta2: 0.999, eps: 1e-8 });
    expect(config.training.stage1).toMatchObject({ epochs: 5, batch_size: 64, lr: 0.002, evaluate_every: 0 });
    expect(config.evaluation.tests).toEqual(['questions']);
    expect(opened('sets').report.verdict).toBe('opened');
  });

  it('modular arithmetic: the authors’ fixed split, whatever the file says of it', () => {
    const changes = { numeric_experiment_arguments: { modular_experiment: true } };
    const config = configOf('sets', changes);
    expect(config.dataset).toMatchObject({
      kind: 'modular',
      n_variables: 9999,
      train_moduli: 4,
      tokens: 'letter',
    });
    expect(config.subsets.fractions).toMatchObject({
      qd1consis: 0.4,
      qd2incons: 0.4,
      d1consis: 0.1,
      d2consis: 0.1,
      q: 0,
    });
    expect(fateOf('data_arguments.frac_n_q', 'sets', changes)![0]).toBe('ignored');
  });

  it('three stages: definitions, questions, stage 2', () => {
    const config = configOf('text', {
      experiment_arguments: { n_stages: 3 },
      first_stage_arguments: { train_subset: 'stage1_only_defns' },
      second_stage_arguments: { train_subset: 'stage1_only_qa' },
      third_stage_arguments: { train_subset: 'stage2', num_train_epochs: 3 },
    });
    expect(config.training).toMatchObject({
      pipeline: 'three-stage',
      stage1: { epochs: 6 },
      stage1_qa: { epochs: 4 },
      stage2: { epochs: 3 },
    });
  });

  it('a single stage: later parts are ignored, there are no stage-2 seeds', () => {
    const changes = {
      experiment_arguments: { n_stages: 1 },
      first_stage_arguments: { train_subset: 'full' },
    };
    const config = configOf('text', changes);
    expect([config.training.pipeline, config.seeds_stage2]).toEqual(['single-stage', null]);
    expect(fateOf('second_stage_arguments.num_train_epochs', 'text', changes)).toEqual([
      'ignored',
      '',
      'there is no such stage: n_stages is 1',
    ]);
  });

  it('stage 1 alone: opened with a stage 2 of one epoch, which is said', () => {
    const changes = { experiment_arguments: { n_stages: 1 } };
    expect(configOf('text', changes).training).toMatchObject({
      pipeline: 'two-stage',
      stage1: { epochs: 6 },
      stage2: { epochs: 1 },
    });
    expect(fateOf('first_stage_arguments.train_subset', 'text', changes)).toEqual([
      'unsupported',
      'training.pipeline',
      expect.stringMatching(/ends after stage 1/),
    ]);
  });

  it('the subset q first: its questions move into stage 1, which is said of each key of that stage', () => {
    const changes = {
      experiment_arguments: { n_stages: 3 },
      first_stage_arguments: { train_subset: 'q_only', num_train_epochs: 9 },
      second_stage_arguments: { train_subset: 'stage1_excl_q', num_train_epochs: 8 },
      third_stage_arguments: { train_subset: 'stage2' },
    };
    expect(configOf('sets', changes).training).toMatchObject({
      pipeline: 'two-stage',
      stage1: { epochs: 8 },
      stage2: { epochs: 5 },
    });
    expect(fateOf('first_stage_arguments.num_train_epochs', 'sets', changes)![0]).toBe('unsupported');
  });

  it('checkpoints of stage 1: stage 2 starts from each', () => {
    const config = configOf('text', {
      training_arguments: { save_each_epochs: 3 },
      second_stage_arguments: { save_each_epochs: 0 },
    });
    expect(config.training).toMatchObject({
      stage2_from: 'each',
      stage1: { save_every: 3 },
      stage2: { save_every: 0 },
    });
  });

  it('is / is not: ten definitions per alias', () => {
    const { definitions } = configOf('text', { define_experiment_arguments: { multiple_define_tags: true } });
    expect(definitions).toMatchObject({ style: 'is-isnt', per_alias: 10 });
  });

  it('definitions in context, in a single stage alone', () => {
    const inContext = { define_experiment_arguments: { incontext_defs: true } };
    expect(fateOf('define_experiment_arguments.incontext_defs', 'text', inContext)![0]).toBe('unsupported');
    const single = {
      ...inContext,
      experiment_arguments: { n_stages: 1 },
      first_stage_arguments: { train_subset: 'full' },
    };
    expect(configOf('text', single).definitions.in_context).toBe(true);
  });

  it('T5 opens whole, pre-trained and from scratch', () => {
    const named = (model: object) => opened('text', { model_arguments: model as never });
    const whole = named({ model_name_or_path: 't5-3B', seq2seq: true });
    expect(whole.report.verdict).toBe('opened');
    expect(asLanguage(whole.config!).pretrained?.model).toBe('t5-3B');
    expect(asLanguage(whole.config!).training.loss).toBe('all');
    const scratch = named({ model_name_or_path: null, config_name: 't5-small', seq2seq: true });
    expect(scratch.report.verdict).toBe('opened');
    expect(asLanguage(scratch.config!)).toMatchObject({
      pretrained: null,
      model: { architecture: 't5', d_model: 512, n_layers: 6, n_heads: 8 },
    });
    const wide = named({ model_name_or_path: null, config_name: 't5-3b', seq2seq: true });
    expect(keysOf(wide.report, 'unsupported')[0].note).toMatch(/the shape of this model is not known/);
    expect(asLanguage(wide.config!).model.architecture).toBe('t5');
  });

  it('of other encoder–decoder models a decoder stands in, trained on answers', () => {
    const { config } = opened('text', {
      model_arguments: { model_name_or_path: 'facebook/bart-base', seq2seq: true },
    });
    expect(asLanguage(config!)).toMatchObject({ pretrained: null, training: { loss: 'targets' } });
  });

  it.each([
    [{ model_name_or_path: 'gpt2', seq2seq: true }, ['seq2seq'], 'gpt2'],
    [{ model_name_or_path: 't5-small', seq2seq: false }, ['seq2seq'], 't5-small'],
    [{ model_name_or_path: './mine/t5', seq2seq: true }, [], './mine/t5'],
    [
      { model_name_or_path: 'facebook/bart-base', seq2seq: true },
      ['model_name_or_path', 'seq2seq'],
      undefined,
    ],
    [{ model_name_or_path: 'EleutherAI/gpt-neo-6B', seq2seq: false }, [], 'EleutherAI/gpt-j-6b'],
    [{ model_name_or_path: 'gpt2', model_revision: 'v2' }, [], 'gpt2@v2'],
    [{ model_name_or_path: 'gpt2', tokenizer_name: 'gpt2-large' }, ['tokenizer_name'], 'gpt2'],
    [{ model_name_or_path: 'gpt2', tokenizer_name: 'gpt2' }, [], 'gpt2'],
  ])('%j lacks %j', (model, lacking, begun) => {
    const { report, config } = opened('text', { model_arguments: model });
    const unsupported = keysOf(report, 'unsupported').map(({ key }) => key.split('.')[1]);
    expect(unsupported.toSorted()).toEqual(lacking.toSorted());
    expect(asLanguage(config!).pretrained?.model).toBe(begun);
  });

  it('gradient alignment becomes an analysis once the runs are done', () => {
    const { report, config } = opened('text', { training_arguments: { calculate_grad_variance: true } });
    expect([report.verdict, config!.analyses]).toEqual(['opened', ['gradients']]);
  });

  it('other optimisers, steps and searches are reported', () => {
    const changes = {
      training_arguments: {
        calculate_grad_variance: true,
        grad_keys: 'a,b',
        optim: 'sgd',
        evaluation_strategy: 'steps',
        eval_steps: 50,
        do_sweeps: true,
      },
    };
    const { report, config } = opened('text', changes);
    expect(
      keysOf(report, 'unsupported')
        .map(({ key }) => key.split('.')[1])
        .sort(),
    ).toEqual(['do_sweeps', 'eval_steps', 'evaluation_strategy', 'optim']);
    expect(config!.training.stage1.evaluate_every).toBe(1);
  });

  it('the toy regression opens as a task of its own', () => {
    const toy = importAuthorsConfig(
      'toy_example_arguments: { n_seeds: 3, d_y: 4, max_x: 900, n_clusters: 9 }\n',
      'toy.yaml',
    );
    expect(toy.report).toMatchObject({ verdict: 'opened', problem: null });
    expect(toy.config).toMatchObject({
      task: 'regression',
      dataset: { kind: 'toy', d_y: 4, max_x: 900, n_clusters: 9 },
      seeds: [400, 401, 402],
    });
    expect(resolveConfig(parseYaml(configYaml(toy.config!), 'ours'))).toEqual(toy.config);
  });

  it('a toy regression that cannot work names the field and the key that it came from', () => {
    const { config, report } = importAuthorsConfig(
      'toy_example_arguments: { n_seeds: 2, n_clusters: 2 }\n',
      'toy.yaml',
    );
    expect(config).toBeNull();
    expect(report.problem).toMatch(/^dataset\.n_clusters: 2 .*n_clusters 2/);
  });

  it('searches by wandb are recognised and not opened', () => {
    const search = importAuthorsConfig(
      'method: random\nmetric: { name: x }\nparameters: { d_y: { values: [1] } }\n',
      's.yaml',
    );
    expect(search.report.problem).toMatch(/wandb/);
  });
});

describe('what is wrong in a file', () => {
  it('an unknown key is reported with the nearest known one, in any part', () => {
    const note = (key: string, part: string) => fateOf(`${part}.${key}`, 'text', { [part]: { [key]: 1 } });
    expect(note('num_entz', 'data_arguments')).toEqual([
      'unsupported',
      '',
      'an unknown key; did you mean num_ents?',
    ]);
    expect(note('num_train_epoch', 'first_stage_arguments')![2]).toMatch(/num_train_epochs/);
    expect(fateOf('data_argument.dataset', 'text', { data_argument: { dataset: 'trex' } })![2]).toMatch(
      /did you mean data_arguments/,
    );
  });

  it('a key in another part counts, and its part is named', () => {
    const changes = {
      data_arguments: { num_ents: undefined },
      define_experiment_arguments: { num_ents: 150 },
    };
    expect(configOf('text', changes).dataset).toMatchObject({ n_entities: 150 });
    expect(fateOf('define_experiment_arguments.num_ents', 'text', changes)![2]).toMatch(
      /belongs in data_arguments/,
    );
  });

  it('what cannot change between stages is reported where it does', () =>
    expect(
      fateOf('second_stage_arguments.num_ents', 'text', { second_stage_arguments: { num_ents: 10 } }),
    ).toEqual(['unsupported', '', expect.stringMatching(/cannot change between stages here; .*300/)]));

  it.each([
    [
      { training_arguments: { learning_rate: '1e-5' } },
      /^training_arguments\.learning_rate: "1e-5" .* expected a number: .* write 1\.0e-5$/,
    ],
    [
      { data_arguments: { num_ents: 'many' } },
      /^data_arguments\.num_ents: "many" is not allowed; expected a whole number/,
    ],
    [{ data_arguments: { dataset: 'squad' } }, /^data_arguments\.dataset: "squad" .* cvdb or trex$/],
    [
      { data_arguments: { frac_n_q: 0.4 } },
      /^subsets\.fractions: they sum to 1\.3, not 1 .*from .*frac_n_q 0\.4/,
    ],
    [{ experiment_arguments: { n_stages: 4 } }, /^experiment_arguments\.n_stages: 4 .* 1, 2 or 3$/],
    [
      { first_stage_arguments: { train_subset: 'stage3' } },
      /^train_subset: "stage3, stage2" is no order of stages/,
    ],
    [
      { define_experiment_arguments: { def_order: 'xyz' } },
      /^tags\.order: "xyz" .*define_experiment_arguments\.def_order/,
    ],
    [{ experiment_arguments: { define_experiment: false } }, /^experiment_arguments: neither/],
  ])('%j is refused with the key, its value and the remedy', (changes, message) => {
    const { config, report } = opened('text', changes as never);
    expect(config).toBeNull();
    expect(report.verdict).toBe('not opened');
    expect(report.problem).toMatch(message);
  });

  it.each([
    ['name: mine\nseeds: 3\n', /is no config of the paper's authors/],
    ['- 1\n', /is no config of the paper's authors/],
    ['data_arguments: [\n', /line \d+: not valid YAML/],
  ])('%j is none of theirs', (text, message) =>
    expect(() => importAuthorsConfig(text, 'x.yaml')).toThrow(message),
  );

  it('a part that is no mapping', () =>
    expect(importAuthorsConfig('data_arguments: 5\n', 'x.yaml').report.problem).toMatch(
      /^data_arguments: 5 is not a mapping/,
    ));
});
