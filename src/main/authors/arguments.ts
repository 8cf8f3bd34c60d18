/** The values of a file as the authors' code ends up with them: defaults, the parts of the file, stage by stage. */
import { isMapping } from '#shared/config-path.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { DEFAULTS, KEYS, PARTS, STAGE_PARTS } from './keys.ts';
import type { KeyRule, Situation, Value, Values } from './rules.ts';
import { pipelineOf, type Pipeline } from './stages.ts';

/** A key where it stands in a file. */
export interface Entry {
  part: string;
  key: string;
  value: unknown;
}

export interface AuthorsArguments {
  entries: Entry[];
  dataset: Situation['dataset'];
  pipeline: Pipeline;
  /** Values in each of their stages. */
  stages: Values[];
}

/**
 * Reads the parts of a parsed file.
 * @throws UserError `authors.*` naming the key, its value and the remedy
 */
export function readArguments(raw: Record<string, unknown>): AuthorsArguments {
  const entries = entriesOf(raw);
  const base = { ...DEFAULTS, ...valuesOf(entries.filter(({ part }) => part in PARTS)) };
  const first = { ...base, ...valuesOf(entries.filter(({ part }) => part === STAGE_PARTS[0])) };
  const nStages = stageCount(first);
  const stages = STAGE_PARTS.slice(0, nStages).map((name) => ({
    ...base,
    ...valuesOf(entries.filter(({ part }) => part === name)),
  }));
  return {
    entries,
    dataset: datasetOf(first),
    pipeline: pipelineOf(stages.map((values) => String(values['train_subset']))),
    stages,
  };
}

/** Every key of every part; a part that is no mapping is refused, an empty one has none. */
export function entriesOf(raw: Record<string, unknown>): Entry[] {
  return Object.entries(raw).flatMap(([part, value]): Entry[] => {
    if (value === null) return [];
    if (isMapping(value)) return Object.entries(value).map(([key, inner]) => ({ part, key, value: inner }));
    if (!(part in PARTS) && !STAGE_PARTS.includes(part)) return [{ part: '', key: part, value }];
    throw new UserError(
      'authors.part',
      `${part}: ${showValue(value)} is not a mapping; write its keys below it, indented`,
    );
  });
}

/** A key that stands in its own part counts before the same one elsewhere. */
function valuesOf(entries: readonly Entry[]): Record<string, Value> {
  const known = entries.filter(({ key, value }) => KEYS.has(key) && isValue(value));
  const own = (entry: Entry) => Number(KEYS.get(entry.key)!.part === entry.part);
  const ordered = known.toSorted((a, b) => own(a) - own(b));
  return Object.fromEntries(ordered.map(({ key, value }) => [key, value as Value]));
}

const isValue = (value: unknown): value is Value => value === null || typeof value !== 'object';

function stageCount({ n_stages }: Values): number {
  if ([1, 2, 3].includes(n_stages as number)) return n_stages as number;
  throw new UserError(
    'authors.value',
    `experiment_arguments.n_stages: ${showValue(n_stages)} is not allowed; write 1, 2 or 3`,
  );
}

function datasetOf(values: Values): Situation['dataset'] {
  if (values['define_experiment'] === true) {
    const { dataset } = values;
    if (dataset === 'cvdb' || dataset === 'trex') return dataset;
    throw new UserError(
      'authors.value',
      `data_arguments.dataset: ${showValue(dataset)} is not allowed; write cvdb or trex`,
    );
  }
  const { numeric_experiment, modular_experiment_baseline, modular_experiment, num_choice_experiment } =
    values;
  if (numeric_experiment === true && modular_experiment_baseline !== true) {
    if (modular_experiment === true) return 'modular';
    if (num_choice_experiment === true) return 'set_inclusion';
  }
  throw new UserError(
    'authors.experiment',
    modular_experiment_baseline === true
      ? 'numeric_experiment_arguments.modular_experiment_baseline: true has no variables and no definitions, so there is nothing to compare; use modular_experiment'
      : 'experiment_arguments: neither define_experiment nor a numeric experiment is switched on; set define_experiment, or numeric_experiment with num_choice_experiment or modular_experiment, to true',
  );
}

/**
 * Checks a value against what the authors' code expects.
 * @throws UserError `authors.value`
 */
export function checkValue(
  { part, key, value }: Entry,
  { type, default: standard }: Pick<KeyRule, 'type' | 'default'>,
): void {
  const fits = {
    whole: Number.isInteger(value),
    number: typeof value === 'number' && Number.isFinite(value),
    flag: typeof value === 'boolean',
    text: typeof value === 'string',
  }[type];
  if (fits || (value === null && (standard === null || type === 'whole'))) return;
  const wanted = { whole: 'a whole number', number: 'a number', flag: 'True or False', text: 'text' }[type];
  throw new UserError(
    'authors.value',
    `${part}.${key}: ${showValue(value)} is not allowed; expected ${wanted}${hint(value, type)}`,
  );
}

/** Why a number may have been read as text. */
function hint(value: unknown, type: KeyRule['type']): string {
  if (typeof value !== 'string' || value.trim() === '' || Number.isNaN(Number(value))) return '';
  if (type !== 'number' && type !== 'whole') return '';
  const spelled = Number(value).toExponential();
  return `: the authors' reader takes this for text; write ${type === 'whole' ? Number(value) : spelled.replace(/^(-?\d+)e/, '$1.0e')}`;
}
