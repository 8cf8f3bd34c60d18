/** The authors' toy regression: their keys, and our config. */
import { closest } from 'fastest-levenshtein';
import type { AuthorsKey } from '#shared/authors.ts';
import { isMapping } from '#shared/config-path.ts';
import type { ToyConfig } from '#shared/config/regression.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { checkValue, entriesOf, type Entry } from './arguments.ts';
import { SEARCH_PART } from './keys.ts';
import type { KeyRule, Value, Values, Verdict } from './rules.ts';

const PART = 'toy_example_arguments';

/** Seeds of their data count from here. */
const FIRST_SEED = 400;

const FEATURES: Record<string, ToyConfig['featurization']> = {
  singleChannel: 'one-channel',
  separateQaDefChannels: 'two-channels',
  '3separateChannels': 'three-channels',
};

/** Nothing else of a file decides what becomes of a key. */
type Rule = Pick<KeyRule, 'type' | 'default'> & { verdict: (value: Value) => Verdict };

const rule = (type: Rule['type'], standard: Value, fate: Verdict['fate'], to: string[], note = ''): Rule => {
  return { type, default: standard, verdict: () => ({ fate, to, note }) };
};
const whole = (standard: number | null, to: string, note = '') =>
  rule('whole', standard, 'mapped', [to], note);
const number = (standard: number, to: string) => rule('number', standard, 'mapped', [to]);
const ignored = (type: Rule['type'], standard: Value, note: string) =>
  rule(type, standard, 'ignored', [], note);

const CLUSTER = 'about their cluster';
const SEARCH =
  'a search by wandb; the values of this file are trained here, "credence sweep" trains over others';

const PARTS: Record<string, Record<string, Rule>> = {
  [PART]: {
    n_seeds: whole(null, 'seeds', `from ${FIRST_SEED} on, as in their code`),
    batch_size: whole(256, 'training.stage1.batch_size'),
    epochs: whole(200, 'training.stage1.epochs'),
    hidden_size: whole(256, 'model.hidden_size'),
    n_hidden_layers: whole(2, 'model.n_hidden_layers'),
    learning_rate: number(1e-4, 'training.stage1.lr'),
    weight_decay: number(1e-5, 'training.optimizer.weight_decay'),
    featurization: rule('text', 'separateQaDefChannels', 'mapped', ['dataset.featurization']),
    d_pos_enc: whole(10, 'dataset.d_pos_enc'),
    d_y: whole(1, 'dataset.d_y'),
    max_x: whole(100, 'dataset.max_x'),
    n_anchors: whole(10, 'dataset.n_anchors'),
    n_clusters: whole(2, 'dataset.n_clusters', 'their code makes one cluster less'),
    cluster_spread: whole(10, 'dataset.cluster_spread'),
    n_datapoints_per_cluster: whole(100, 'dataset.points_per_cluster'),
    p_definition: number(0.5, 'dataset.p_definition'),
  },
  experiment_arguments: {
    name_prefix: rule('text', '', 'mapped', ['name']),
    do_sweeps: {
      type: 'flag',
      default: false,
      verdict: (value) =>
        value === true
          ? { fate: 'unsupported', to: [], note: SEARCH }
          : { fate: 'ignored', to: [], note: 'at the value that changes nothing' },
    },
    sweep_config_path: ignored('text', null, 'only used with do_sweeps'),
    n_jobs: ignored('whole', 1, CLUSTER),
    slurm: ignored('flag', false, CLUSTER),
    slurm_sl: ignored('text', 'SL2', CLUSTER),
    n_gpu_hours: ignored('whole', 36, CLUSTER),
  },
};

/** What holds for every file of this kind. */
const REMARKS = [
  'their batches take the points cluster by cluster, in the same order in each epoch; here they are shuffled',
  'their error is averaged over all output dimensions, of which a circle shows one: it is the error here, divided by d_y',
];

/** A file of the toy regression, read. */
export interface ToyImport {
  /** A raw config for `resolveConfig`. */
  config: Record<string, unknown>;
  keys: AuthorsKey[];
  defaults: AuthorsKey[];
  remarks: string[];
}

/**
 * Reads a parsed file of the toy regression.
 * @param name of the file, without its extension
 * @throws UserError `authors.*` naming the key, its value and the remedy
 */
export function readToy(raw: Record<string, unknown>, name: string): ToyImport {
  if (raw[PART] !== null && !isMapping(raw[PART]))
    throw new UserError(
      'authors.part',
      `${PART}: ${showValue(raw[PART])} is not a mapping; write its keys below it, indented`,
    );
  const entries = entriesOf(raw);
  const known = entries.filter(({ part, key }) => PARTS[part]?.[key]);
  for (const entry of known) checkToyValue(entry);
  const given = new Map(known.map(({ key, value }) => [key, value as Value]));
  const rules = Object.entries(PARTS).flatMap(([part, table]) =>
    Object.entries(table).map(([key, each]) => ({ part, key, rule: each })),
  );
  const values: Values = Object.fromEntries(
    rules.map(({ key, rule: each }) => [key, given.get(key) ?? each.default]),
  );
  return {
    config: translate(values, name),
    keys: entries.map((entry) => shown(entry, fateOf(entry))),
    defaults: rules
      .filter(
        ({ key, rule: { default: standard } }) => !given.has(key) && standard !== null && standard !== '',
      )
      .map(({ part, key, rule: each }) =>
        shown({ part, key, value: each.default }, each.verdict(each.default)),
      )
      .filter(({ fate }) => fate === 'mapped'),
    remarks: REMARKS,
  };
}

/** @throws UserError `authors.value` for a value that their code could not use */
function checkToyValue(entry: Entry): void {
  const { part, key, value } = entry;
  const known = PARTS[part][key];
  if (known.verdict(value as Value).fate === 'ignored') return;
  checkValue(entry, known);
  if (key === 'featurization' && !(String(value) in FEATURES))
    throw new UserError(
      'authors.value',
      `${PART}.${key}: ${showValue(value)} is not allowed; write ${Object.keys(FEATURES).join(', ')}`,
    );
}

function fateOf({ part, key, value }: Entry): Verdict {
  const known = PARTS[part]?.[key];
  if (known) return known.verdict(value as Value);
  if (part === SEARCH_PART)
    return { fate: 'ignored', to: [], note: 'only used with do_sweeps, a search by wandb' };
  const parts = Object.keys(PARTS);
  if (part !== '' && !PARTS[part])
    return {
      fate: 'unsupported',
      to: [],
      note: `the part ${part} is unknown; did you mean ${closest(part, parts)}?`,
    };
  const names = Object.keys(PARTS[part] ?? PARTS[PART]);
  return { fate: 'unsupported', to: [], note: `an unknown key; did you mean ${closest(key, names)}?` };
}

function shown({ part, key, value }: Entry, { fate, to, note }: Verdict): AuthorsKey {
  return { key: part ? `${part}.${key}` : key, value: showValue(value, 80), fate, to, note };
}

function translate(values: Values, name: string): Record<string, unknown> {
  const prefix = values['name_prefix'];
  return {
    name: prefix ? `${String(prefix)}_${name}` : name,
    task: 'regression',
    dataset: {
      kind: 'toy',
      ...pick(values, [
        'd_y',
        'max_x',
        'n_anchors',
        'n_clusters',
        'cluster_spread',
        'p_definition',
        'd_pos_enc',
      ]),
      points_per_cluster: values['n_datapoints_per_cluster'],
      featurization: FEATURES[String(values['featurization'])],
    },
    model: { architecture: 'mlp', ...pick(values, ['hidden_size', 'n_hidden_layers']) },
    training: {
      pipeline: 'single-stage',
      optimizer: { name: 'adamw', weight_decay: values['weight_decay'], clip_norm: null },
      stage1: {
        ...pick(values, ['epochs', 'batch_size']),
        lr: values['learning_rate'],
        schedule: 'constant',
      },
    },
    seeds: seedsOf(values['n_seeds']),
  };
}

function pick(values: Values, keys: readonly string[]): Record<string, Value> {
  return Object.fromEntries(keys.map((key) => [key, values[key]]));
}

/** @throws UserError `authors.value` where the file does not say how many: their code has no default */
function seedsOf(count: Value): string {
  if (count === null || Number(count) < 1)
    throw new UserError(
      'authors.value',
      `${PART}.n_seeds: ${count === null ? 'is missing' : `${count} is not allowed`}; write how many seeds to train, 1 or more`,
    );
  return `${FIRST_SEED}..${FIRST_SEED + Number(count) - 1}`;
}
