/** Which config fields stand together. Every field has one panel; what no panel shows is in its "Advanced" part. */
import type { DatasetConfig } from '#shared/config.ts';
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
