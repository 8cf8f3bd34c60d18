/** Columns of the table of experiments and runs: what is known of each row, any config field, any metric. */
import { closest } from 'fastest-levenshtein';
import { TASK_SCHEMAS, type TaskId } from '../config.ts';
import { configFields } from '../config-fields.ts';
import { showValue, UserError } from '../errors.ts';
import { fieldsNamed, fieldTitle, OTHER_NAMES } from '../field-names.ts';
import { METRIC_IDS, METRICS, type MetricId } from '../metrics.ts';
import { METRIC_TESTS, type MetricTest } from '../records.ts';
import { contrastIn, contrastTitle, type Contrast } from '../stats/contrast.ts';
import { contrastWords, effectOf, type EffectName } from '../stats/effect-names.ts';
import { subsetTitle, TEST_SUBSETS, type TestSubset } from '../subsets.ts';
import type { RowKind } from './rows.ts';

/** Of the evaluations of a run: the last value, the largest, or the mean. */
type Pick = 'last' | 'max' | 'mean';

interface KnownWords {
  label: string;
  title: string;
  /** Where it is a column; of both unless said. */
  of?: RowKind;
}

/** What is known of a row without its config and its numbers. */
const KNOWN = {
  id: { label: 'Number', title: 'Number of the experiment' },
  name: { label: 'Experiment', title: 'Name of the experiment' },
  run: { label: 'Run', title: 'Number of the run', of: 'runs' },
  seed: { label: 'Seed', title: 'Seed of the run', of: 'runs' },
  state: { label: 'State', title: 'How it stands' },
  done: { label: 'Done', title: 'Finished runs', of: 'experiments' },
  runs: { label: 'Runs', title: 'Runs in whatever state', of: 'experiments' },
  seconds: { label: 'Trained', title: 'Seconds of training' },
  created: { label: 'Created, UTC', title: 'When it was saved' },
  finished: { label: 'Finished, UTC', title: 'When the last run ended' },
  task: { label: 'Task', title: 'Kind of task' },
  labels: { label: 'Labels', title: 'Labels' },
  folder: { label: 'Folder', title: 'Folder of a project' },
  sweep: { label: 'Sweep', title: 'Number of the sweep that it belongs to' },
  notes: { label: 'Notes', title: 'What was noted about it' },
  archived: { label: 'Archived', title: 'Whether it is in the archive' },
  version: { label: 'Version', title: 'Version of Credence that made it' },
  device: { label: 'Device', title: 'What computed the run', of: 'runs' },
  error: { label: 'Cause', title: 'Why the run ended early', of: 'runs' },
} as const satisfies Record<string, KnownWords>;

export type KnownColumn = keyof typeof KNOWN;

/** The effects that have a name, as columns are called. */
const EFFECT_IDS = { iml: 'iml', stage1: 'stage1_effect' } as const satisfies Record<EffectName, string>;
const EFFECTS = Object.keys(EFFECT_IDS) as EffectName[];

/** What is measured has no other names here; `effect` is the headline. */
const EFFECT_ALSO: Readonly<Record<string, EffectName>> = { effect: 'iml', stage1_effect: 'stage1' };

/** Other names of what is known. */
const ALSO: Readonly<Record<string, KnownColumn>> = {
  label: 'labels',
  note: 'notes',
  number: 'id',
  experiment: 'name',
  time: 'seconds',
  trained: 'seconds',
};

/** A column: where its cells come from. `id` is how it is written, the shortest way. */
export type Column = { id: string; label: string; title: string } & (
  | { kind: 'known'; known: KnownColumn }
  | { kind: 'field'; path: string }
  | MetricColumn
  | ContrastColumn
  | AgainstColumn
);

/** How much better one subset did than another: of experiments over seeds, of a run its own. */
export interface ContrastColumn {
  kind: 'contrast';
  contrast: Contrast;
}

/** What is measured, less that of an experiment: of a run, less what its seed measured there. */
export interface AgainstColumn {
  kind: 'against';
  of: MeasuredColumn;
  /** Number of the experiment. */
  baseline: number;
}

type MeasuredColumn = Extract<Column, { kind: 'metric' | 'contrast' }>;

/** A metric of a subset; null is the headline metric of each row's task. Of experiments: the mean over seeds. */
export interface MetricColumn {
  kind: 'metric';
  pick: Pick;
  subset: TestSubset;
  test: MetricTest;
  metric: MetricId | null;
}

const AGAINST = /^(.+)\.vs(\d{1,15})$/i;
const METRIC = /^(?:(last|max|mean)\()?([\w.-]+?)(\))?$/i;

/** All fields of all tasks with their help, each once; the kind of a dataset is no part of its fields' paths here. */
const HELP: ReadonlyMap<string, string> = new Map(
  (Object.keys(TASK_SCHEMAS) as TaskId[])
    .flatMap(configFields)
    .map(({ path, help }) => [path.replace(/\([\w-]+\)/g, ''), help] as const)
    .filter(([path]) => !Object.hasOwn(KNOWN, path)),
);
const PATHS: readonly string[] = [...HELP.keys()];

/**
 * The column of a name: `id`, `alpha`, `training.stage1.lr`, `d1consis`, `max(d1consis.association.loss)`, what
 * comparisons ask: `d1consis-d3consis@stage1`, and its difference to a baseline: `iml.vs3`, `d1consis.vs3`.
 * @throws UserError `table.column` where there is none, or where it may be several
 */
export function columnNamed(name: string): Column {
  const known = knownNamed(name) ?? againstNamed(name) ?? metricNamed(name) ?? contrastNamed(name);
  if (known) return known;
  const paths = fieldsNamed(name, PATHS);
  if (paths.length === 1) return fieldColumn(paths[0]!);
  if (paths.length > 1)
    throw new UserError(
      'table.column',
      `column ${showValue(name)} may be ${paths.join(' or ')}: write which`,
    );
  const nearest = closest(name, [
    ...[...Object.keys(KNOWN), ...Object.keys(ALSO), ...Object.values(EFFECT_IDS), ...OTHER_NAMES],
    ...[...PATHS, ...TEST_SUBSETS],
  ]);
  throw new UserError(
    'table.column',
    `column ${showValue(name)} is unknown; did you mean ${nearest}? There are ${[...Object.keys(KNOWN), ...Object.values(EFFECT_IDS)].join(', ')}, config fields ("credence fields" lists them), metrics such as d1consis or max(d1consis.loss), differences such as d1consis-d3consis or iml/association, and either less that of an experiment, such as iml.vs3`,
  );
}

function knownNamed(name: string): Column | null {
  const key = name.toLowerCase();
  const also = Object.hasOwn(ALSO, key) ? ALSO[key] : undefined;
  const known = also ?? (Object.hasOwn(KNOWN, key) ? (key as KnownColumn) : null);
  if (known === null) return null;
  const { label, title }: KnownWords = KNOWN[known];
  return { id: known, label, title, kind: 'known', known };
}

/** Null where it names no two subsets. */
function contrastNamed(name: string): MeasuredColumn | null {
  const key = name.toLowerCase();
  const contrast = contrastIn((Object.hasOwn(EFFECT_ALSO, key) ? EFFECT_ALSO[key] : undefined) ?? key);
  return contrast && contrastColumn(contrast);
}

function contrastColumn(contrast: Contrast): MeasuredColumn {
  const named = contrast.test === 'questions' ? effectOf(contrast) : null;
  const title = `${contrastWords(contrast)}, ${contrast.test}`;
  const id = named ? EFFECT_IDS[named] : contrast.id;
  return { id, label: contrastTitle(contrast), title, kind: 'contrast', contrast };
}

/** Null where it names no baseline. */
function againstNamed(name: string): Column | null {
  const [, inner, number] = AGAINST.exec(name) ?? [];
  if (inner === undefined) return null;
  const of = columnNamed(inner);
  if (of.kind !== 'metric' && of.kind !== 'contrast')
    throw new UserError(
      'table.column',
      `column ${showValue(name)}: ${showValue(inner)} is not measured; take the difference of a metric, such as d1consis.vs${number}, or of an effect, such as iml.vs${number}`,
    );
  const baseline = Number(number);
  return {
    ...{ id: `${of.id}.vs${baseline}`, label: `${of.label} less #${baseline}` },
    title: `${of.title}, less that of experiment ${baseline}`,
    ...{ kind: 'against', of, baseline },
  };
}

/** Whether its numbers are how much better one subset did than another, or one experiment than the baseline. */
export function isDifference(column: Column): boolean {
  return column.kind === 'contrast' || column.kind === 'against';
}

/** What its numbers are measured in; `headline` is that of each row's task, null no metric. */
export function measureOf(column: Column): MetricId | 'headline' | null {
  if (column.kind === 'against') return measureOf(column.of);
  if (column.kind === 'metric') return column.metric ?? 'headline';
  return column.kind === 'contrast' ? 'headline' : null;
}

/** Where a column is one, unless it is of both. */
export function rowsOf(column: Column): RowKind | null {
  if (column.kind !== 'known') return null;
  const words: KnownWords = KNOWN[column.known];
  return words.of ?? null;
}

function fieldColumn(path: string): Column {
  const help = HELP.get(path);
  return { id: path, label: fieldTitle(path), title: help ? `${path}: ${help}` : path, kind: 'field', path };
}

/** Null where it names no subset. */
function metricNamed(name: string): MeasuredColumn | null {
  const [, pick = 'last', inner = '', close] = METRIC.exec(name) ?? [];
  if (name.includes('(') !== (close !== undefined)) return null;
  const [subset, ...rest] = inner.toLowerCase().split('.');
  const known = TEST_SUBSETS.find((each) => each.toLowerCase() === subset);
  if (!known) return null;
  const test = METRIC_TESTS.find((each) => rest.includes(each)) ?? 'questions';
  const metric = METRIC_IDS.find((each) => rest.includes(each)) ?? null;
  const strange = rest.find((part) => part !== test && part !== metric);
  if (strange !== undefined)
    throw new UserError(
      'table.column',
      `column ${showValue(name)}: ${showValue(strange)} is neither a test (${METRIC_TESTS.join(', ')}) nor a metric (${METRIC_IDS.join(', ')})`,
    );
  return metricColumn({ kind: 'metric', pick: pick.toLowerCase() as Pick, subset: known, test, metric });
}

/** The column of a metric, as short as it can be written. */
function metricColumn({ pick, subset, test, metric }: MetricColumn): MeasuredColumn {
  const parts = [subset, ...(test === 'questions' ? [] : [test]), ...(metric === null ? [] : [metric])];
  const inner = parts.join('.');
  const id = pick === 'last' ? inner : `${pick}(${inner})`;
  const words = metric === null ? 'headline metric' : METRICS[metric].label.toLowerCase();
  const which = { last: 'at the end', max: 'largest of all evaluations', mean: 'mean of all evaluations' }[
    pick
  ];
  const title = `${subsetTitle(subset)}, ${test}: ${words}, ${which}`;
  return { id, label: id, title, ...{ kind: 'metric', pick, subset, test, metric } };
}

/** Every column that can be chosen without further words, for completion and menus. */
export function offeredColumns(rows: RowKind): Column[] {
  const known = Object.keys(KNOWN).map((name) => knownNamed(name)!);
  const metrics = TEST_SUBSETS.map((subset) =>
    metricColumn({ kind: 'metric', pick: 'last', subset, test: 'questions', metric: null }),
  );
  return [
    ...known.filter((column) => (rowsOf(column) ?? rows) === rows),
    ...EFFECTS.map((effect) => contrastNamed(effect)!),
    ...metrics,
    ...PATHS.map(fieldColumn),
  ];
}
