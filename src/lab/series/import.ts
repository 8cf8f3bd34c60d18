/** Evaluation series of other programs as an experiment: every decision stands beside the numbers. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import canonicalize from 'canonicalize';
import { plural } from '#shared/counting.ts';
import { importedSchema } from '#shared/config/imported.ts';
import { IMPORTED_UID, type ImportedConfig } from '#shared/imported.ts';
import type { SeriesKind } from '#shared/series-kinds.ts';
import { METRIC_IDS, isShare, type MetricId } from '#shared/metrics.ts';
import { METRIC_TESTS, type StageId } from '#shared/records.ts';
import { TEST_SUBSETS } from '#shared/subsets.ts';
import { UserError, showValue } from '#shared/errors.ts';
import { visible } from '#shared/plain-text.ts';
import { Observations, type ReadColumn } from './observations.ts';
import { unitOf } from './places.ts';
import { stagesOf } from './points.ts';
import { assertOneKind, kindOfTable } from './own-tables.ts';
import { readable, readSeriesFile } from './read.ts';
import { roleText, STEP_PREFERENCE, type ColumnChoice, type Measure } from './roles.ts';
import { buildRuns, type BuiltRuns, type ImportedRun } from './runs.ts';
import type { SeriesFile } from './rows.ts';
import { namedRuns, placeRuns, type SeedChoice } from './source-runs.ts';
import type { SourceFile, Store } from './store.ts';

export interface SeriesOptions {
  /** Null for that of an export of ours, else that of the file or folder. */
  name?: string | null;
  columns?: readonly ColumnChoice[];
  seeds?: readonly SeedChoice[];
  /** Of rows that nothing else says it of. */
  stage?: StageId | null;
}

/** An experiment of another program, ready to be saved. */
export interface ImportedSeries {
  config: ImportedConfig;
  /** The same for the same files read in the same way. */
  uid: string;
  runs: ImportedRun[];
  /** Evaluations of all runs. */
  evaluations: number;
}

/**
 * Reads files as one experiment.
 * @throws UserError `series.*`, `dataset.*` naming the file, the place, the value and the remedy
 */
export async function readSeries(
  files: readonly (SeriesFile & { kind: SeriesKind })[],
  options: SeriesOptions = {},
): Promise<ImportedSeries> {
  const observations = new Observations(options.columns ?? []);
  const sources: ImportedConfig['source']['files'] = [];
  const { written, remarks } = await withoutEmpty(await sourceFiles(files));
  for (const source of written) {
    remarks.push(...(await readSeriesFile(source, source.kind, (row) => observations.add(source, row))));
    sources.push({ ...(await fingerprint(source)), kind: source.kind });
  }
  const { store, columns, left } = observations;
  assertMeasured(files, observations);
  decideUnits(columns);
  const placed = placeRuns(store, options.seeds ?? [], options.stage ?? null);
  const built = buildRuns(stagesOf(store, placed, stepReader(store)), columns, namedRuns(store, placed));
  const { settled } = built;
  for (const [why, count] of left) remarks.push(`${plural(count, 'row')} left out: ${why}`);
  if (settled.fromState > 0)
    remarks.push(
      `${plural(settled.fromState, 'number')} of event files taken from trainer_state.json, which has more digits`,
    );
  if (settled.repeated > 0)
    remarks.push(
      `${plural(settled.repeated, 'number')} written again at the same step, as by a trainer that was started again: the last counts`,
    );
  remarks.push(...built.remarks);
  remarks.push(...stateRemark(observations.noStates));
  const name = options.name ?? nameOf(observations.exported?.name ?? '', files[0].name);
  const config = configOf(name, built, { files: sources, columns, runs: placed.runs, remarks });
  return { config, uid: uidOf(config), runs: built.runs, evaluations: built.evaluations };
}

/**
 * However they came, in the order of their names: event files of a trainer that was started again have their time there.
 * @throws UserError `series.mixed`, `series.results`, `series.unreadable`
 */
async function sourceFiles(files: readonly (SeriesFile & { kind: SeriesKind })[]): Promise<SourceFile[]> {
  const known: SourceFile[] = [];
  for (const file of files.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const kind = await readable(file, () => kindOfTable(file));
    known.push({ ...file, kind, unit: unitOf(file.name, kind) });
  }
  assertOneKind(known);
  return known;
}

/** Leaves out event files into which nothing was written, as writers make them that are never used; not where all are such. */
async function withoutEmpty(sources: SourceFile[]): Promise<{ written: SourceFile[]; remarks: string[] }> {
  const sizes = await Promise.all(
    sources.map((source) => readable(source, async () => (await stat(source.path)).size)),
  );
  const isEmpty = (at: number) => sources[at]!.kind === 'event-file' && sizes[at] === 0;
  const written = sources.filter((_, at) => !isEmpty(at));
  if (written.length === 0) return { written: sources, remarks: [] };
  const empty = sources.filter((_, at) => isEmpty(at));
  return {
    written,
    remarks: empty.map(({ name }) => `${name}: is empty, no number was ever written; left out`),
  };
}

function stateRemark(texts: ReadonlySet<string>): string[] {
  if (texts.size === 0) return [];
  const shown = [...texts].slice(0, 4).map((text) => showValue(text));
  const more = texts.size > shown.length ? ` and ${texts.size - shown.length} more` : '';
  return [
    `no state of a run: ${shown.join(', ')}${more}; runs of which no other cell says one count as finished`,
  ];
}

/** What an experiment is called that nobody named: as it was where we exported it, else as its file or folder. */
function nameOf(exported: string, file: string): string {
  const [first, ...below] = file.split('/');
  const plain = first.includes('.tfevents') ? 'event file' : first.replace(/\.[^.]+$/, '');
  const names = [exported, below.length > 0 ? first : plain].map((name) =>
    visible(name).trim().slice(0, 200),
  );
  return names.find((name) => name !== '') ?? 'imported';
}

async function fingerprint({ name, path }: SeriesFile) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  return { name, bytes: (await stat(path)).size, sha256: hash.digest('hex') };
}

/** @throws UserError `series.nothing` */
function assertMeasured(files: readonly SeriesFile[], { store, columns, exported }: Observations): void {
  if (store.size > 0) return;
  if (exported)
    throw new UserError(
      'series.nothing',
      `${showValue(exported.file, 200)}: none of its runs measured anything that can be imported; export the experiment itself: credence export ID --out mine.credence`,
    );
  const seen = [...columns].slice(0, 8).map(([column, { why }]) => `${showValue(column)} (${why})`);
  const what = files.length === 1 ? showValue(files[0].name, 200) : plural(files.length, 'file');
  throw new UserError(
    'series.nothing',
    `${what}: no column holds a metric of a subset${seen.length > 0 ? `; there are ${seen.join(', ')}` : ''}; say which does with --column "COLUMN=d1consis/exact_match"`,
  );
}

/** Shares above 1 are per cent, for all columns of a metric alike. */
function decideUnits(columns: ReadonlyMap<string, ReadColumn>): void {
  for (const metric of METRIC_IDS.filter(isShare)) {
    const open = [...columns.values()].filter(
      ({ role, used }) =>
        used > 0 && role.is === 'measure' && role.metric === metric && role.percent === null,
    );
    const most = Math.max(...open.map(({ range }) => range[1]));
    for (const column of open) {
      (column.role as Measure).percent = most > 1;
      const unit = most > 1 ? 'in per cent' : 'as shares';
      if (most >= 0) column.why += `; ${unit}, as its metric goes up to ${Number(most.toPrecision(6))}`;
    }
  }
}

/** The step of a row: of several columns, the training's own before a tracker's, where all rows of the file have it. */
function stepReader(store: Store): (row: number) => number | null {
  const chosen = new Map([...store.stepRows].map(([file, counts]) => [file, stepColumn(counts)] as const));
  return (row) => {
    const column = chosen.get(store.fileOf(row));
    // A file without numbers may say epochs of steps.
    if (column === undefined) return store.stepOf(row, null);
    return column === null ? null : store.stepOf(row, column);
  };
}

/** @param counts rows that have a step, by column */
function stepColumn(counts: ReadonlyMap<string, number>): string | null {
  const rank = (column: string) => {
    const at = STEP_PREFERENCE.findIndex((pattern) => pattern.test(column));
    return at < 0 ? STEP_PREFERENCE.length : at;
  };
  const [best] = [...counts].sort(([a, one], [b, other]) => other - one || rank(a) - rank(b));
  return best?.[0] ?? null;
}

function configOf(
  name: string,
  { runs, stages, measured }: Pick<BuiltRuns, 'runs' | 'stages' | 'measured'>,
  {
    columns,
    ...source
  }: Omit<ImportedConfig['source'], 'columns'> & { columns: ReadonlyMap<string, ReadColumn> },
): ImportedConfig {
  const seeds2 = [...new Set(runs.flatMap(({ seed_stage2 }) => seed_stage2 ?? []))].sort((a, b) => a - b);
  return importedSchema.parse({
    task: 'imported',
    name,
    seeds: [...new Set(runs.map(({ seed }) => seed))],
    seeds_stage2: seeds2.length > 0 ? seeds2 : null,
    metrics: HEADLINES.filter((metric) => measured.metrics.has(metric)),
    tests: METRIC_TESTS.filter((test) => measured.tests.has(test)),
    tested: TEST_SUBSETS.filter((subset) => measured.subsets.has(subset)),
    stages,
    source: { ...source, columns: [...columns].map(([column, read]) => decisionOn(column, read)) },
  } satisfies ImportedConfig);
}

/** Metrics in the order in which they are headlines. */
const HEADLINES = ['exact_match', 'accuracy', 'f1', 'mse', 'loss'] as const satisfies MetricId[];

function decisionOn(column: string, { role, why, used }: ReadColumn) {
  if (role.is !== 'measure' || used > 0) return { column, becomes: roleText(role), why };
  const nothing = role.subset === null ? 'names no subset, and no column beside it does' : 'holds no number';
  return { column, becomes: 'ignore', why: nothing };
}

/** Names of files and of the experiment may change, and words for reasons: they are no part of what it is. */
function uidOf({ source, seeds, seeds_stage2, stages }: ImportedConfig): string {
  const text = canonicalize({
    files: source.files.map(({ sha256 }) => sha256).sort(),
    columns: source.columns.map(({ column, becomes }) => [column, becomes].join('=')).sort(),
    runs: source.runs.map(({ becomes }) => becomes).sort(),
    stages: stages.map(({ stage, epochs }) => [stage, epochs]),
    seeds,
    seeds_stage2,
  })!;
  return `${IMPORTED_UID}${createHash('sha256').update(text).digest('hex')}`;
}
