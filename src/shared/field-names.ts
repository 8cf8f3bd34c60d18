/**
 * What config fields and their values are called wherever they are shown, and the other names that they are found by:
 * the paper's, its code's, those of figures and forms.
 */
import type { TaskId } from './config.ts';
import { showValue } from './errors.ts';
import { STAGE_IDS, stageText } from './records.ts';
import { isSubsetName, SUBSETS } from './subsets.ts';

/** Words for a field where its own name is not enough; those of a whole path come first. */
const LABELS: Readonly<Record<string, string>> = {
  'tags.correlation': 'Truthfulness α',
  'tags.order': 'Definition order',
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

const ALSO: Readonly<Record<string, readonly string[]>> = {
  'tags.correlation': ['alpha', 'α', 'truthfulness', 'tag consistency', 'correlation'],
  'tags.order': ['definition order', 'tve', 'vet', 'TAE', 'word order', 'order'],
  'training.stage1.batch_size': ['batch size', 'bs'],
  'training.stage2.batch_size': ['batch size', 'bs'],
  'training.stage1.lr': ['learning rate'],
  'training.stage2.lr': ['learning rate'],
  'dataset.n_entities': ['number of entities', 'entities'],
  'dataset.path': ['file'],
  'model.d_model': ['model size', 'width'],
  'model.n_layers': ['model size', 'depth'],
  'pretrained.model': ['model size', 'pythia gpt'],
  seeds: ['random seeds', 'repetitions'],
};

/** Where a label alone leaves open what it is of: the sections of a config, as one says them. */
const SECTIONS: Readonly<Record<string, string>> = {
  'training.optimizer': 'optimiser',
  'pretrained.lora': 'LoRA',
  'definitions.sources': 'sources in words',
};

/** Fields whose label says enough among its neighbours alone. */
const ALONE: Readonly<Record<string, string>> = {
  seeds: 'Seeds',
  analyses: 'Looked at inside',
  pretrained: 'Pre-trained model',
  'pretrained.model': 'Folder of the pre-trained model',
  'pretrained.lora': 'LoRA',
  'pretrained.lora.targets': 'LoRA targets',
  'tags.reliable': 'Reliable tag',
  'tags.unreliable': 'Unreliable tag',
  'tags.fresh': 'Fresh tag',
  'dataset.kind': 'Kind of data',
  'dataset.path': 'File of the data',
  'dataset.entity': 'Column of entities',
  'dataset.attributes': 'Columns asked about',
  'dataset.keep_entities': 'Entities kept',
  'dataset.max_entities': 'Entities at most',
  'training.optimizer.name': 'Optimiser',
  'pretrained.lora.rank': 'LoRA rank',
  'pretrained.lora.alpha': 'LoRA α',
  'definitions.per_alias': 'Definitions per alias',
  'definitions.style': 'Style of definitions',
  'definitions.templates': 'Templates of definitions',
  'definitions.negated_templates': 'Templates of negated definitions',
  'definitions.in_context': 'Definitions in context',
  'questions.templates': 'Templates of questions',
  'subsets.test_fraction': 'Share of questions held out',
  'model.d_model': 'Width d_model',
  'training.loss': 'Tokens in the loss',
  'training.stage0': 'Stage 0',
  'training.stage2_from': 'Where stage 2 starts',
};

/** The field beside others of its panel: `training.stage1.lr` → `Learning rate`. */
export function fieldLabel(path: string, task: TaskId = 'language'): string {
  const key = path.split('.').at(-1) ?? path;
  return (
    TASK_LABELS[task]?.[path] ??
    LABELS[path] ??
    LABELS[key] ??
    key.charAt(0).toUpperCase() + key.slice(1).replaceAll('_', ' ')
  );
}

/** The field on its own, in a figure, a table or a sentence: `training.stage1.lr` → `Learning rate, stage 1`. */
export function fieldTitle(path: string, task: TaskId = 'language'): string {
  const [section, key] = [path.split('.').slice(0, -1).join('.'), path.split('.').at(-1) ?? path];
  if (section === 'subsets.fractions' && isSubsetName(key)) return `Share of ${SUBSETS[key].notation}`;
  if (ALONE[path]) return ALONE[path];
  const stage = STAGE_IDS.find((each) => section === `training.${each}`);
  const of = stage ? stageText(stage) : LABELS[path] ? undefined : SECTIONS[section];
  return [fieldLabel(path, task), of].filter(Boolean).join(', ');
}

const DEFINITION_PARTS: Readonly<Record<string, string>> = { t: 'tag', v: 'alias', e: 'entity' };

/** What a value of a field means where that is a code of its own: `tags.order`, `vet` → `alias, entity, tag`; else null. */
export function valueMeaning(path: string, value: unknown): string | null {
  if (path !== 'tags.order' || typeof value !== 'string' || !/^[tve]{3}$/.test(value)) return null;
  return [...value].map((letter) => DEFINITION_PARTS[letter]).join(', ');
}

/** A value of a config as one short text. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null) return '–';
  if (Array.isArray(value)) return value.map(valueText).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Fields with their values, for people: `Truthfulness α: 0.5; Batch size, stage 1: 64`. */
export function cellTitle(cell: Readonly<Record<string, unknown>>): string {
  return Object.entries(cell)
    .map(
      ([field, value]) => `${fieldTitle(field)}: ${typeof value === 'string' ? value : showValue(value, 40)}`,
    )
    .join('; ');
}

/** Every name that a field is known by, its path first. */
export function fieldNames(path: string): string {
  return [path, fieldTitle(path), ...(ALSO[path] ?? [])].join(' ');
}

/**
 * The fields that a name may mean: the one with this path; else those with this title or other name; else those whose path ends
 * with it (`stage1.lr`). Case, and whether words are joined by a space, `_` or `-`, do not count.
 * @param paths of all fields
 */
export function fieldsNamed(name: string, paths: readonly string[]): string[] {
  const wanted = folded(name);
  const exact = paths.filter((path) => folded(path) === wanted);
  if (exact.length > 0) return exact;
  const known = paths.filter((path) =>
    [fieldTitle(path), ...(ALSO[path] ?? [])].some((also) => folded(also) === wanted),
  );
  if (known.length > 0) return known;
  return paths.filter((path) => folded(path).endsWith(`.${wanted}`));
}

/** Other names of all fields, one word each. */
export const OTHER_NAMES: readonly string[] = Object.values(ALSO)
  .flat()
  .filter((name) => !name.includes(' '));

const folded = (name: string) => name.toLowerCase().replace(/[\s_-]+/g, '_');
