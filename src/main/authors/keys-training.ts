/** Keys of `training_arguments`: the authors' own, and those of Hugging Face's trainer that they stand on. */
import {
  flag,
  ignored,
  mapped,
  number,
  text,
  unless,
  whole,
  type KeyRule,
  type KeyTable,
  type Value,
  type Verdict,
} from './rules.ts';

/** Names of AdamW in its several builds. */
const ADAMW = /^adamw(?:_|$)/;

export function optimizerOf(value: Value): 'adafactor' | 'adamw' | null {
  if (value === 'adafactor') return 'adafactor';
  return ADAMW.test(String(value)) ? 'adamw' : null;
}

export function scheduleOf(value: Value): 'linear' | 'constant' | null {
  if (value === 'linear') return 'linear';
  return ['constant', 'constant_with_warmup'].includes(String(value)) ? 'constant' : null;
}

const onlyAdamW =
  (field: string): KeyRule['verdict'] =>
  (_, { values }) =>
    optimizerOf(values['optim'] ?? null) === 'adamw'
      ? { fate: 'mapped', to: [field], note: '' }
      : { fate: 'ignored', to: [], note: 'only used by AdamW' };

function optim(value: Value): Verdict {
  return optimizerOf(value)
    ? { fate: 'mapped', to: ['training.optimizer.name'], note: 'with Hugging Face’s settings' }
    : {
        fate: 'unsupported',
        to: [],
        note: 'the optimisers here are Adafactor and AdamW; Adafactor, the paper’s, stands in',
      };
}

function schedule(value: Value): Verdict {
  return scheduleOf(value)
    ? { fate: 'mapped', to: ['training.{stage}.schedule'], note: '' }
    : { fate: 'unsupported', to: [], note: 'the schedules here are linear and constant; linear stands in' };
}

function strategy(value: Value): Verdict {
  if (value === 'steps')
    return {
      fate: 'unsupported',
      to: ['training.{stage}.evaluate_every'],
      note: 'evaluations are counted in epochs here: every epoch is evaluated',
    };
  return { fate: 'mapped', to: ['training.{stage}.evaluate_every'], note: '' };
}

const GRADIENTS =
  'worked out once the runs are done, at the end of each stage and at the epochs that training.….save_every keeps';

/** Keys that the authors' code adds. */
const OWN: KeyTable = {
  save_each_epochs: whole(null, (value, { beforeStage2 }): Verdict => {
    if (value === null || value === 0)
      return { fate: 'ignored', to: [], note: 'only the end of the stage is kept' };
    const to = ['training.{stage}.save_every', ...(beforeStage2 ? ['training.stage2_from'] : [])];
    return { fate: 'mapped', to, note: beforeStage2 ? 'stage 2 starts from each of them' : '' };
  }),
  eval_each_epochs: whole(1, (_, { values }): Verdict =>
    values['evaluation_strategy'] === 'epoch'
      ? { fate: 'mapped', to: ['training.{stage}.evaluate_every'], note: '' }
      : { fate: 'ignored', to: [], note: 'only used where evaluation_strategy is epoch' },
  ),
  calculate_grad_variance: flag(false, (value) =>
    value === true
      ? { fate: 'mapped', to: ['analyses'], note: GRADIENTS }
      : { fate: 'ignored', to: [], note: 'at the value that changes nothing' },
  ),
  grad_keys: text('', (_, { values }): Verdict =>
    values['calculate_grad_variance'] === true
      ? {
          fate: 'ignored',
          to: [],
          note: 'definitions and questions of all four subsets with tags are compared',
        }
      : { fate: 'ignored', to: [], note: 'only used with calculate_grad_variance' },
  ),
  eval_callback_type: text('pipeline', ignored('answers are generated greedily either way')),
  dont_save_in_the_end: flag(false, ignored('weights are kept after each stage')),
  remove_checkpoints_in_the_end: flag(true, ignored('weights are kept')),
  deterministic_sampler: flag(false, mapped('training.sampler')),
  do_sweeps: flag(
    false,
    unless([false], 'a search by wandb; "credence sweep" trains over the values of any field'),
  ),
  n_sweeps: whole(5, ignored('only used with do_sweeps')),
};

/** Keys of Hugging Face's trainer that change what is trained. */
const TRAINER: KeyTable = {
  num_train_epochs: number(3, mapped('training.{stage}.epochs')),
  per_device_train_batch_size: whole(
    8,
    mapped('training.{stage}.batch_size', 'times gradient_accumulation_steps, on one device'),
  ),
  gradient_accumulation_steps: whole(
    1,
    mapped('training.{stage}.batch_size', 'times per_device_train_batch_size'),
  ),
  per_device_eval_batch_size: whole(8, mapped('evaluation.batch_size')),
  learning_rate: number(5e-5, mapped('training.{stage}.lr')),
  lr_scheduler_type: text('linear', schedule),
  warmup_steps: whole(0, mapped('training.{stage}.warmup_steps')),
  warmup_ratio: number(0, unless([0], 'set training.stage1.warmup_steps and those of the other stages')),
  optim: text('adamw_torch', optim),
  adafactor: flag(
    false,
    unless([false], 'an older way of writing optim: adafactor; set training.optimizer.name'),
  ),
  weight_decay: number(0, mapped('training.optimizer.weight_decay')),
  adam_beta1: number(0.9, onlyAdamW('training.optimizer.beta1')),
  adam_beta2: number(0.999, onlyAdamW('training.optimizer.beta2')),
  adam_epsilon: number(1e-8, onlyAdamW('training.optimizer.eps')),
  max_grad_norm: number(1, mapped('training.optimizer.clip_norm')),
  evaluation_strategy: text('no', strategy),
  eval_steps: number(null, (_, { values }): Verdict =>
    values['evaluation_strategy'] === 'steps'
      ? { fate: 'unsupported', to: [], note: 'evaluations are counted in epochs here' }
      : { fate: 'ignored', to: [], note: 'only used where evaluation_strategy is steps' },
  ),
  max_steps: whole(-1, unless([-1, 0], 'stages are counted in epochs here')),
  label_smoothing_factor: number(0, unless([0], 'there is no label smoothing')),
  do_train: flag(true, unless([true], 'every run trains')),
  resume_from_checkpoint: text(null, unless([null], '"credence resume" goes on with our own runs')),
  optim_args: text(null, unless([null], 'set the fields of training.optimizer')),
  group_by_length: flag(false, unless([false], 'batches are drawn whatever the lengths')),
};

const PRECISION = ignored('steps are computed with 32 bits here');
const PLACES = ignored('where the authors’ runs write');
const TIME = ignored('changes time and memory only');
const LOGS = ignored('about logs and trackers');
const SAVING = ignored('checkpoints are kept by save_every');

/** Keys of Hugging Face's trainer that change no result here. */
const REST: KeyTable = {
  bf16: flag(false, PRECISION),
  fp16: flag(false, PRECISION),
  tf32: flag(false, PRECISION),
  bf16_full_eval: flag(false, PRECISION),
  fp16_full_eval: flag(false, PRECISION),
  output_dir: text(null, PLACES),
  overwrite_output_dir: flag(false, PLACES),
  logging_dir: text(null, PLACES),
  auto_find_batch_size: flag(false, ignored('the batch size is kept as it is given')),
  do_eval: flag(false, ignored('every stage is evaluated at its end')),
  do_predict: flag(false, ignored('not used in the authors’ experiments')),
  seed: whole(42, ignored('replaced by the seed of the run, in the authors’ code too')),
  data_seed: whole(null, ignored('the order follows the seed of the run')),
  load_best_model_at_end: flag(false, unless([false], 'stages go on from their last epoch')),
  save_strategy: text('steps', SAVING),
  save_steps: number(500, SAVING),
  save_total_limit: whole(null, SAVING),
  save_safetensors: flag(false, SAVING),
  logging_strategy: text('steps', LOGS),
  logging_steps: number(500, LOGS),
  logging_first_step: flag(false, LOGS),
  log_level: text('passive', LOGS),
  report_to: text(null, LOGS),
  run_name: text(null, LOGS),
  disable_tqdm: flag(false, LOGS),
  push_to_hub: flag(false, ignored('nothing leaves this machine')),
  hub_model_id: text(null, ignored('nothing leaves this machine')),
  hub_token: text(null, ignored('nothing leaves this machine')),
  gradient_checkpointing: flag(false, TIME),
  dataloader_num_workers: whole(0, TIME),
  dataloader_pin_memory: flag(true, TIME),
  dataloader_drop_last: flag(false, unless([false], 'the last batch of an epoch is trained on')),
  eval_accumulation_steps: whole(null, TIME),
  eval_delay: number(0, unless([0], 'evaluations begin with the first epoch')),
  predict_with_generate: flag(false, ignored('answers are generated greedily')),
  generation_max_length: whole(null, ignored('an answer has as many tokens as the accepted one')),
  generation_num_beams: whole(null, unless([null, 1], 'answers are generated greedily')),
  prediction_loss_only: flag(false, ignored('answers and losses are both measured')),
  remove_unused_columns: flag(true, TIME),
  local_rank: whole(-1, TIME),
  no_cuda: flag(false, TIME),
  use_cpu: flag(false, TIME),
  ddp_find_unused_parameters: flag(false, TIME),
  torch_compile: flag(false, TIME),
  full_determinism: flag(false, ignored('runs are deterministic here')),
};

export const TRAINING_KEYS: KeyTable = { ...OWN, ...TRAINER, ...REST };
