/** From the values of a file to a raw config of ours. */
import { SUBSET_NAMES } from '#shared/subsets.ts';
import type { AuthorsArguments } from './arguments.ts';
import { fractionKey } from './keys-data.ts';
import { optimizerOf, scheduleOf } from './keys-training.ts';
import { hubModel, isOtherEncoder, isT5, publishedModel } from './models.ts';
import { isNumeric, type Values } from './rules.ts';
import type { OurStage } from './stages.ts';

/** The split of the modular experiment, which no key changes. */
const MODULAR_FRACTIONS: Record<string, number> = {
  qd1consis: 0.4,
  qd2incons: 0.4,
  d1consis: 0.1,
  d2consis: 0.1,
};
const MODULAR_ALIAS = 4;

/** Definitions of an alias with `multiple_define_tags`. */
const WORDINGS = 10;

/**
 * A raw config for `resolveConfig`.
 * @param name of the file, without its extension
 */
export function translate(file: AuthorsArguments, name: string): Record<string, unknown> {
  const { dataset, stages } = file;
  const values = stages[0];
  const prefix = values['name_prefix'];
  return {
    name: prefix ? `${String(prefix)}_${name}` : name,
    dataset: datasetConfig(dataset, values),
    tags: tagsConfig(file, values),
    ...(isNumeric(file) ? {} : { definitions: definitionsConfig(file, values) }),
    subsets: {
      fractions: fractionsConfig(dataset, values),
      ...(dataset === 'trex' ? { test_fraction: 0.25 } : {}),
    },
    ...modelConfig(values),
    training: trainingConfig(file),
    evaluation: evaluationConfig(file, values),
    ...(stages.some((stage) => stage['calculate_grad_variance'] === true) ? { analyses: ['gradients'] } : {}),
    ...seedsConfig(file, values),
  };
}

const numeric = (value: Values[string]) => Number(value ?? 0);

function datasetConfig(kind: AuthorsArguments['dataset'], values: Values): Record<string, unknown> {
  if (kind === 'cvdb' || kind === 'trex') return { kind, n_entities: values['num_ents'] };
  if (kind === 'modular') return { kind, tokens: 'letter' };
  // A quarter of the questions each: true and false ones, to train on and to test.
  const questions = 2 * Math.floor(numeric(values['n_qs_per_x']) / 4);
  return {
    kind,
    n_variables: values['num_x'],
    max_integer: numeric(values['max_x']) - 1,
    numbers_per_question: values['n_nums_in_question'],
    train_questions: questions,
    test_questions: questions,
    intersection: values['n_intersecton'],
    label_flip: values['p_label_flip'],
    tokens: values['separate_token_per_var'] === true ? 'variable' : 'letter',
  };
}

function tagsConfig({ dataset }: AuthorsArguments, values: Values): Record<string, unknown> {
  if (dataset === 'modular') return { alias_letters: MODULAR_ALIAS };
  if (dataset === 'set_inclusion') return { alias_letters: values['var_length'] };
  const tag = (key: string) => values[key] || null;
  return {
    order: values['def_order'],
    reliable: tag('tag1_name'),
    unreliable: tag('tag2_name'),
    fresh: tag('tag3_name'),
  };
}

function definitionsConfig({ stages }: AuthorsArguments, values: Values): Record<string, unknown> {
  return {
    ...(values['multiple_define_tags'] === true ? { style: 'is-isnt', per_alias: WORDINGS } : {}),
    ...(values['incontext_defs'] === true && stages.length === 1 ? { in_context: true } : {}),
  };
}

function fractionsConfig(dataset: AuthorsArguments['dataset'], values: Values): Record<string, number> {
  const unused = ['q_no_replacement_baseline', 'no_qd_baseline', 'qd1incons', 'qd2consis', 'qd4consis'];
  const of = (name: (typeof SUBSET_NAMES)[number]) => {
    if (dataset === 'modular') return MODULAR_FRACTIONS[name] ?? 0;
    return dataset === 'set_inclusion' && unused.includes(name) ? 0 : numeric(values[fractionKey(name)]);
  };
  return Object.fromEntries(SUBSET_NAMES.map((name) => [name, of(name)]));
}

/** Model that training begins with, or the shape of one from scratch; nothing, for the default one, where neither can be had. */
function modelConfig(values: Values): object {
  const { model_name_or_path: name, model_revision: revision, max_new_tokens } = values;
  if (name === null) return { model: shapeOf(String(values['config_name'] ?? '')) };
  if (decoderStandsIn(values)) return {};
  const { model } = hubModel(String(name));
  const { block_size, label_block_size } = values;
  return {
    pretrained: {
      model: revision === 'main' ? model : `${model}@${String(revision)}`,
      ...{ max_new_tokens, mask_padding: false, block_size, label_block_size },
    },
  };
}

function shapeOf(name: string): object {
  return publishedModel(name)?.model ?? (isT5(name) ? { architecture: 't5' } : {});
}

/** For an encoder–decoder model that there is none of: it is trained on answers only, as theirs is. */
function decoderStandsIn({ model_name_or_path, config_name }: Values): boolean {
  return isOtherEncoder(String(model_name_or_path ?? config_name ?? ''));
}

function trainingConfig(file: AuthorsArguments): Record<string, unknown> {
  const { stages, pipeline } = file;
  const values = stages[0];
  const trained = pipeline.stages.flatMap((stage, i): [OurStage, Record<string, unknown>][] =>
    stage === null ? [] : [[stage, stageConfig(stages[i])]],
  );
  const ends = pipeline.pipeline === 'two-stage' && !pipeline.stages.includes('stage2');
  return {
    pipeline: pipeline.pipeline,
    ...(startsFromEach(file) ? { stage2_from: 'each' } : {}),
    ...(values['deterministic_sampler'] === true ? { sampler: 'deterministic' } : {}),
    ...(values['seq2seq'] === true && decoderStandsIn(values) ? { loss: 'targets' } : {}),
    optimizer: optimizerConfig(values),
    ...Object.fromEntries(trained),
    ...(ends ? { stage2: { ...stageConfig(values), epochs: 1, save_every: 0 } } : {}),
  };
}

/** Their stage 2 starts from each checkpoint of a stage 1 that keeps any. */
function startsFromEach({ stages }: AuthorsArguments): boolean {
  const every = numeric(stages[0]['save_each_epochs']);
  return stages.length === 2 && every > 0 && every <= numeric(stages[0]['num_train_epochs']);
}

function stageConfig(values: Values): Record<string, unknown> {
  return {
    epochs: values['num_train_epochs'],
    batch_size:
      numeric(values['per_device_train_batch_size']) * numeric(values['gradient_accumulation_steps']),
    lr: values['learning_rate'],
    schedule: scheduleOf(values['lr_scheduler_type']) ?? 'linear',
    warmup_steps: values['warmup_steps'],
    evaluate_every: evaluateEvery(values),
    save_every: numeric(values['save_each_epochs']),
  };
}

function evaluateEvery(values: Values): number {
  if (values['evaluation_strategy'] === 'steps') return 1;
  return values['evaluation_strategy'] === 'epoch' ? numeric(values['eval_each_epochs']) : 0;
}

function optimizerConfig(values: Values): Record<string, unknown> {
  const name = optimizerOf(values['optim']) ?? 'adafactor';
  const betas =
    name === 'adamw'
      ? { beta1: values['adam_beta1'], beta2: values['adam_beta2'], eps: values['adam_epsilon'] }
      : {};
  return { name, ...betas, weight_decay: values['weight_decay'], clip_norm: values['max_grad_norm'] || null };
}

function evaluationConfig(file: AuthorsArguments, values: Values): Record<string, unknown> {
  const association = values['entity_association_test_sets'] === true && !isNumeric(file);
  return {
    tests: association ? ['questions', 'association'] : ['questions'],
    batch_size: values['per_device_eval_batch_size'],
  };
}

function seedsConfig({ stages }: AuthorsArguments, values: Values): Record<string, unknown> {
  const first = numeric(values['start_seed']);
  const seeds = `${first}..${first + numeric(values['n_seeds']) - 1}`;
  return { seeds, ...(stages.length > 1 ? { seeds_stage2: values['n_seeds_stage2'] } : {}) };
}
