/** Which config fields stand together. Every field has one panel; what no panel shows is in its "Advanced" part. */
import type { DatasetConfig, TaskId } from '#shared/config.ts';
import { STAGE_IDS, type StageId } from '#shared/records.ts';
import { SUBSET_NAMES } from '#shared/subsets.ts';

export type DatasetKind = DatasetConfig['kind'];

/** What a panel holds: fields belong to the panel that names the most of their path. */
interface PanelFields {
  holds: readonly string[];
  /** Shown in a plain grid, in this order. */
  main?: readonly string[];
  /** Shown by a control made for them. */
  own?: readonly string[];
}

const STAGE_FIELDS = [
  'epochs',
  'batch_size',
  'lr',
  'warmup_steps',
  'schedule',
  'definition_repeats',
  'evaluate_every',
];

function stagePanel(stage: StageId): PanelFields {
  const mixed = stage === 'stage1' ? ['fact_share'] : [];
  return {
    holds: [`training.${stage}`],
    main: [...STAGE_FIELDS, ...mixed].map((field) => `training.${stage}.${field}`),
    own: stage === 'stage0' ? ['training.stage0'] : [],
  };
}

/** Main fields of each kind of dataset. */
export const DATASET_FIELDS: Record<DatasetKind, readonly string[]> = {
  world: ['dataset.n_entities', 'dataset.n_attributes', 'dataset.n_values'],
  csv: [],
  cvdb: ['dataset.n_entities', 'dataset.balance_gender'],
  trex: ['dataset.n_entities', 'dataset.min_questions'],
  set_inclusion: [
    'dataset.n_variables',
    'dataset.max_integer',
    'dataset.tokens',
    'dataset.numbers_per_question',
    'dataset.train_questions',
    'dataset.test_questions',
    'dataset.intersection',
    'dataset.label_flip',
  ],
  modular: [
    'dataset.n_variables',
    'dataset.max_integer',
    'dataset.tokens',
    'dataset.moduli',
    'dataset.train_moduli',
  ],
  mnist: ['dataset.grid', 'dataset.letters', 'dataset.n_aliases', 'dataset.cell_size'],
  toy: [
    'dataset.d_y',
    'dataset.n_clusters',
    'dataset.points_per_cluster',
    'dataset.p_definition',
    'dataset.n_anchors',
    'dataset.featurization',
  ],
};

/** What the pattern of a tag that is drawn into a picture can be. */
export const TAG_FIELDS = ['tags.columns', 'tags.rows', 'tags.distance'] as const;

const PANELS = {
  toolbar: { holds: ['name', 'task'], own: ['name'] },
  definitions: {
    holds: ['tags', 'definitions'],
    own: [
      'tags.reliable',
      'tags.unreliable',
      'tags.fresh',
      'tags.order',
      'tags.correlation',
      ...TAG_FIELDS,
      'definitions.style',
      'definitions.per_alias',
      'definitions.templates',
      'definitions.negated_templates',
      'definitions.sources.reliable',
      'definitions.sources.unreliable',
      'definitions.sources.fresh',
      'definitions.in_context',
    ],
  },
  questions: { holds: ['questions'], own: ['questions.templates'] },
  subsets: {
    holds: ['subsets'],
    own: SUBSET_NAMES.map((name) => `subsets.fractions.${name}`),
  },
  data: {
    holds: ['dataset'],
    main: [...new Set(Object.values(DATASET_FIELDS).flat())],
    own: ['kind', 'path', 'source', 'entity', 'attributes', 'keep_entities'].map(
      (field) => `dataset.${field}`,
    ),
  },
  pipeline: {
    holds: ['training', 'seeds', 'seeds_stage2', 'subsets.seed', 'subsets.seed_stage2'],
    main: ['seeds', 'seeds_stage2', 'training.sampler', 'subsets.seed', 'subsets.seed_stage2'],
    own: ['training.pipeline', 'training.stage2_from'],
  },
  engine: { holds: ['engine', 'precision'], main: ['engine'] },
  stage0: stagePanel('stage0'),
  stage1: stagePanel('stage1'),
  stage1_qa: stagePanel('stage1_qa'),
  stage2: stagePanel('stage2'),
  model: {
    holds: ['model'],
    // Those of every architecture: a design shows the ones that it has.
    main: [
      ...['architecture', 'd_model', 'n_layers', 'n_heads', 'tied_head'],
      ...['hidden_sizes', 'depths', 'patch_size', 'kernel_size'],
      ...['n_hidden_layers', 'hidden_size'],
      'init_std',
    ].map((field) => `model.${field}`),
  },
  pretrained: {
    holds: ['pretrained'],
    main: [
      ...['model', 'max_new_tokens', 'micro_batch', 'frozen_layers'],
      ...['mask_padding', 'block_size', 'label_block_size'],
    ].map((field) => `pretrained.${field}`),
    own: ['pretrained'],
  },
  lora: {
    holds: ['pretrained.lora'],
    main: ['rank', 'alpha', 'targets'].map((field) => `pretrained.lora.${field}`),
    own: ['pretrained.lora'],
  },
  optimizer: {
    holds: ['training.optimizer', 'training.loss'],
    main: [
      'training.optimizer.name',
      'training.optimizer.weight_decay',
      'training.optimizer.beta1',
      'training.optimizer.beta2',
      'training.optimizer.eps',
      'training.optimizer.clip_norm',
      'training.loss',
    ],
  },
  // Whatever is new in the schema and has no panel yet is here.
  evaluation: {
    holds: ['evaluation', ''],
    main: [
      ...['tests', 'images', 'batch_size', 'keep_answers'].map((field) => `evaluation.${field}`),
      'analyses',
    ],
  },
} satisfies Record<string, PanelFields>;

export type PanelId = keyof typeof PANELS;

export const PANEL_IDS = Object.keys(PANELS) as PanelId[];

const fieldsOf = (panel: PanelId): PanelFields => PANELS[panel];

/** Fields of a panel's plain grid. */
export function mainFields(panel: PanelId): readonly string[] {
  return fieldsOf(panel).main ?? [];
}

/** @param path as in a config, `dataset.path` */
export function panelOf(path: string): PanelId {
  const claims = PANEL_IDS.map((panel) => ({ panel, depth: claimOf(fieldsOf(panel), path) }));
  return claims.reduce((best, claim) => (claim.depth > best.depth ? claim : best)).panel;
}

/** Characters of the path that a panel names; -1 where it is none of its fields. */
function claimOf({ holds }: PanelFields, path: string): number {
  const claims = holds.filter((beginning) => beginning === '' || `${path}.`.startsWith(`${beginning}.`));
  return Math.max(-1, ...claims.map(({ length }) => length));
}

/** Whether a field of a panel is in its "Advanced" part. */
export function isAdvanced(panel: PanelId, path: string): boolean {
  const { main = [], own = [] } = fieldsOf(panel);
  return panelOf(path) === panel && !main.includes(path) && !own.includes(path);
}

/** Every path that a panel names itself; a test compares them with the schema. */
export function namedFields(): string[] {
  return PANEL_IDS.flatMap((panel) => [...mainFields(panel), ...(fieldsOf(panel).own ?? [])]);
}

/** Words for a field where its own name is not enough; those of a whole path come first. */
const LABELS: Record<string, string> = {
  seeds: 'Seeds: a count, a range such as 600..604, or a list',
  seeds_stage2: 'Stage-2 seeds of each seed',
  analyses: 'Looked at inside, once all runs are done',
  'subsets.seed': 'Split seed',
  'subsets.seed_stage2': 'Split seed of stage 2',
  'training.sampler': 'Order of documents',
  'evaluation.batch_size': 'Questions per batch',
  'dataset.questions': 'Question of each column',
  'dataset.missing': 'Cells that mean “not known”',
  'dataset.seed': 'Seed of the data',
  frozen_layers: 'Frozen blocks',
  mask_padding: 'Leave padding out of the loss',
  block_size: 'Tokens of a filled text',
  label_block_size: 'Tokens of a filled answer',
  d_model: 'Width',
  n_layers: 'Layers',
  n_heads: 'Heads',
  d_mlp: 'MLP width',
  lr: 'Learning rate',
  batch_size: 'Batch size',
  warmup_steps: 'Warm-up steps',
  definition_repeats: 'Definition repeats',
  fact_share: 'Facts mixed in',
  evaluate_every: 'Evaluate every',
  save_every: 'Keep weights every',
  n_entities: 'Entities',
  n_attributes: 'Attributes',
  n_values: 'Values',
  n_variables: 'Variables',
  max_integer: 'Largest number',
  numbers_per_question: 'Numbers per question',
  train_questions: 'Training questions',
  intersection: 'Numbers in common',
  label_flip: 'Flipped labels',
  tokens: 'Tokens',
  moduli: 'Moduli',
  train_moduli: 'Moduli trained on',
  balance_gender: 'Half men, half women',
  min_questions: 'Known questions, at least',
  init_std: 'Initial std',
  tied_head: 'Tied head',
  clip_norm: 'Clip norm',
  weight_decay: 'Weight decay',
  hidden_sizes: 'Channels of each stage',
  depths: 'Blocks of each stage',
  patch_size: 'Patch size',
  kernel_size: 'Kernel size',
  mlp_ratio: 'Width of pointwise layers',
  n_hidden_layers: 'Hidden layers',
  hidden_size: 'Units of each',
  grid: 'Grid: N × N',
  n_aliases: 'Aliases',
  cell_size: 'Pixels of a cell',
  held_out: 'Digits held out',
  source: 'Digits from',
  keep_answers: 'Answers kept',
  columns: 'Blocks across',
  rows: 'Rows of blocks',
  distance: 'Blocks that differ',
  d_y: 'Outputs',
  max_x: 'Range of x',
  n_anchors: 'Steps of a function',
  n_clusters: 'Clusters',
  points_per_cluster: 'Points per cluster',
  p_definition: 'Share of definitions',
  d_pos_enc: 'Dimensions of x',
  images: 'Pictures per question',
  beta1: 'β₁',
  beta2: 'β₂',
  eps: 'ε',
};

/** Where a kind of task calls it otherwise. */
const TASK_LABELS: Partial<Record<TaskId, Record<string, string>>> = {
  images: { 'training.sampler': 'Order of pictures', 'evaluation.batch_size': 'Pictures per batch' },
  regression: { 'training.sampler': 'Order of points', 'evaluation.batch_size': 'Points per batch' },
};

/** `training.stage1.lr` → `Learning rate`. */
export function labelOf(path: string, task: TaskId = 'language'): string {
  const key = path.split('.').at(-1) ?? path;
  return (
    TASK_LABELS[task]?.[path] ??
    LABELS[path] ??
    LABELS[key] ??
    key.charAt(0).toUpperCase() + key.slice(1).replaceAll('_', ' ')
  );
}

const UNITS: Record<string, string> = {
  epochs: 'epochs',
  evaluate_every: 'epochs',
  save_every: 'epochs',
  warmup_steps: 'steps',
  definition_repeats: 'copies',
  alias_letters: 'letters',
};

/** What the number of a field counts, where its label does not say so. */
export function unitOf(path: string): string | undefined {
  return UNITS[path.split('.').at(-1) ?? path];
}

/** The stages that a pipeline trains. */
export function stagesOf(pipeline: string): StageId[] {
  if (pipeline === 'single-stage') return ['stage0', 'stage1'];
  return pipeline === 'three-stage' ? [...STAGE_IDS] : ['stage0', 'stage1', 'stage2'];
}
