/** Which config fields stand together. */
import type { StageId } from '#shared/records.ts';

export const MODEL_FIELDS = [
  'model.architecture',
  'model.d_model',
  'model.n_layers',
  'model.n_heads',
  'model.tied_head',
  'model.init_std',
];

export const OPTIMIZER_FIELDS = [
  'training.optimizer.name',
  'training.optimizer.weight_decay',
  'training.optimizer.beta1',
  'training.optimizer.beta2',
  'training.optimizer.eps',
  'training.optimizer.clip_norm',
  'training.loss',
  'training.pipeline',
];

export const WORLD_FIELDS = ['dataset.n_entities', 'dataset.n_attributes', 'dataset.n_values'];

export const STAGE_FIELDS = [
  'epochs',
  'batch_size',
  'lr',
  'warmup_steps',
  'schedule',
  'definition_repeats',
  'fact_share',
  'evaluate_every',
];

/** Words for a field where its own name is not enough. */
const LABELS: Record<string, string> = {
  d_model: 'Width',
  n_layers: 'Layers',
  n_heads: 'Heads',
  lr: 'Learning rate',
  batch_size: 'Batch size',
  warmup_steps: 'Warm-up steps',
  definition_repeats: 'Definition repeats',
  fact_share: 'Facts mixed in',
  evaluate_every: 'Evaluate every',
  n_entities: 'Entities',
  n_attributes: 'Attributes',
  n_values: 'Values',
  init_std: 'Initial std',
  tied_head: 'Tied head',
  clip_norm: 'Clip norm',
  weight_decay: 'Weight decay',
  beta1: 'β₁',
  beta2: 'β₂',
  eps: 'ε',
};

/** `training.stage1.lr` → `Learning rate`. */
export function labelOf(path: string): string {
  const key = path.split('.').at(-1) ?? path;
  return LABELS[key] ?? key.charAt(0).toUpperCase() + key.slice(1).replaceAll('_', ' ');
}

/** The stages that a pipeline trains. */
export function stagesOf(pipeline: string): StageId[] {
  if (pipeline === 'single-stage') return ['stage0', 'stage1'];
  return pipeline === 'three-stage'
    ? ['stage0', 'stage1', 'stage1_qa', 'stage2']
    : ['stage0', 'stage1', 'stage2'];
}
