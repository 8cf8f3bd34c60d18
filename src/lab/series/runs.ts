/** Runs as the history keeps them, out of the points of stages. */
import { METRIC_IDS, METRICS, type MetricId } from '#shared/metrics.ts';
import type { PlannedRun } from '#shared/planned-runs.ts';
import {
  STAGE_IDS,
  type EvaluationRecord,
  type MetricRecord,
  type MetricTest,
  type StageId,
} from '#shared/records.ts';
import { stageEpochs, type StageEpochs } from './epochs.ts';
import type { ReadColumn } from './observations.ts';
import type { Settled, StagePoints } from './points.ts';
import { seriesError } from './rows.ts';
import { emptyRemark, partialRemark, startRemarks, unfinishedRemark } from './run-remarks.ts';
import { compareRuns, runPlaces, withoutNumbers } from './run-stages.ts';
import type { NamedRun } from './source-runs.ts';
import type { Ended } from './states.ts';
import type { Found, Store } from './store.ts';

type ImportedEvaluation = Omit<EvaluationRecord, 'run'>;

export interface ImportedRun extends PlannedRun, Ended {
  /** In the order of training; made as they are asked for, as there may be millions. */
  evaluations(): Iterable<ImportedEvaluation>;
}

/** What made runs of the stages, beside them. */
export interface BuiltRuns {
  runs: ImportedRun[];
  /** Evaluations of all runs. */
  evaluations: number;
  stages: { stage: StageId; epochs: number; why: string }[];
  measured: { metrics: Set<MetricId>; tests: Set<MetricTest>; subsets: Set<string> };
  settled: Settled;
  remarks: string[];
}

/** A stage of a run with what is known of it once all was looked at. */
interface Stage {
  points: StagePoints;
  epochs: StageEpochs;
  evaluations: number;
  lastEpoch: number;
}

/**
 * Looks at every number once: after it, nothing is wrong with them.
 * @param columns in which numbers stand, for their unit
 * @param named runs that the source names, whether they measured anything or not
 * @throws UserError `series.range`, `series.place`, `series.twice`
 */
export function buildRuns(
  points: readonly StagePoints[],
  columns: ReadonlyMap<string, ReadColumn>,
  named: readonly NamedRun[],
): BuiltRuns {
  const reading: Reading = {
    columns,
    wordings: wordingsOf(points),
    left: 0,
    settled: { repeated: 0, fromState: 0 },
  };
  const measured: BuiltRuns['measured'] = { metrics: new Set(), tests: new Set(), subsets: new Set() };
  const stages = new Map<StagePoints, Stage>();
  for (const own of Map.groupBy(points, ({ place }) => place.stage).values()) {
    const epochs = stageEpochs(own);
    for (const each of own) stages.set(each, lookedAt(each, epochs, { reading, measured }));
  }
  const measuredRuns = runPlaces(points);
  const empty = withoutNumbers(named, measuredRuns);
  const runs = [...measuredRuns, ...empty]
    .sort((a, b) => compareRuns(a.run, b.run))
    .map(({ run, ended, own }) => ({
      run: { ...run, ...ended },
      own: own
        .map((each) => stages.get(each)!)
        .sort((a, b) => STAGE_IDS.indexOf(a.points.place.stage) - STAGE_IDS.indexOf(b.points.place.stage)),
    }));
  return {
    runs: runs.map(({ run, own }) => ({ ...run, evaluations: () => evaluationsOf(own, reading) })),
    evaluations: runs.reduce((sum, { own }) => sum + own.reduce((all, each) => all + each.evaluations, 0), 0),
    stages: stageSpans([...stages.values()]),
    measured,
    settled: { ...reading.settled },
    remarks: [
      ...startRemarks(points),
      ...partialRemark(reading.left),
      ...unfinishedRemark(measuredRuns),
      ...emptyRemark(empty),
    ],
  };
}

function lookedAt(
  points: StagePoints,
  epochs: StageEpochs,
  { reading, measured }: { reading: Reading; measured: BuiltRuns['measured'] },
): Stage {
  const stage: Stage = { points, epochs, evaluations: 0, lastEpoch: 0 };
  for (let i = 0; i < points.length; i++) {
    const metrics = metricsOf(points.found(i, reading.settled), points.store, reading);
    if (metrics.length === 0) continue;
    stage.evaluations++;
    stage.lastEpoch = Math.max(stage.lastEpoch, epochs.epochOf(points, points.moment(i)));
    for (const found of metrics) {
      measured.subsets.add(found.subset);
      measured.tests.add(found.test);
      for (const metric of METRIC_IDS.filter((id) => id in found)) measured.metrics.add(metric);
    }
  }
  return stage;
}

function stageSpans(stages: readonly Stage[]): BuiltRuns['stages'] {
  return STAGE_IDS.flatMap((stage) => {
    const own = stages.filter(({ points }) => points.place.stage === stage);
    if (own.length === 0) return [];
    return [{ stage, epochs: Math.max(...own.map(({ lastEpoch }) => lastEpoch)), why: own[0].epochs.why }];
  });
}

/** Wordings of each test of each subset and metric; a test that is asked in one way has none. */
function wordingsOf(points: readonly StagePoints[]): Map<string, Set<string>> {
  const wordings = new Map<string, Set<string>>();
  for (const store of new Set(points.map((each) => each.store)))
    for (const { subset, test, metric, wording } of store.measured) {
      const key = `${subset} ${test} ${metric}`;
      wordings.set(key, (wordings.get(key) ?? new Set()).add(wording ?? ''));
    }
  return wordings;
}

interface Reading {
  columns: ReadonlyMap<string, ReadColumn>;
  wordings: ReadonlyMap<string, ReadonlySet<string>>;
  /** Numbers left out, as not all wordings were asked then. */
  left: number;
  settled: Settled;
}

/** Evaluations of the stages of a run, on one count of steps. */
function* evaluationsOf(stages: readonly Stage[], reading: Reading): Generator<ImportedEvaluation> {
  // Steps go on from stage to stage within a file; of other files each begins anew.
  let [before, last] = [0, undefined as string | undefined];
  for (const { points, epochs } of stages) {
    const order = epochOrder(points, epochs);
    const moment = points.moment(order[0]);
    const first = {
      step: moment.step ?? epochs.epochOf(points, moment),
      epoch: epochs.epochOf(points, moment),
    };
    const goesOn =
      points.unit === last && (first.step > before || (first.step === before && first.epoch === 0));
    const shift = goesOn ? 0 : before;
    last = points.unit;
    for (const index of order) {
      const metrics = metricsOf(points.found(index, reading.settled), points.store, reading);
      if (metrics.length === 0) continue;
      const { step, ...at } = points.moment(index);
      const epoch = epochs.epochOf(points, { step, ...at });
      const evaluation = { stage: points.place.stage, epoch, step: (step ?? epoch) + shift, metrics };
      before = Math.max(before, evaluation.step);
      yield evaluation;
    }
  }
}

/** Moments by their epochs, which are nearly always in the order of their steps. */
function epochOrder(points: StagePoints, epochs: StageEpochs): Uint32Array {
  const all = Uint32Array.from({ length: points.length }, (_, i) => i);
  const ofMoment = Float64Array.from(all, (i) => epochs.epochOf(points, points.moment(i)));
  return all.some((i) => i > 0 && ofMoment[i] < ofMoment[i - 1])
    ? all.sort((a, b) => ofMoment[a] - ofMoment[b] || a - b)
    : all;
}

function metricsOf(all: readonly Found[], store: Store, reading: Reading): MetricRecord[] {
  const byTest = Map.groupBy(all, ({ subset, test }) => `${subset} ${test}`);
  return [...byTest.values()].flatMap((found): MetricRecord[] => {
    const [{ subset, test }] = found;
    const byMetric = [...Map.groupBy(found, ({ metric }) => metric)];
    const values = byMetric.flatMap(([metric, parts]): [MetricId, number | null][] => {
      if (parts.length < reading.wordings.get(`${subset} ${test} ${metric}`)!.size) {
        reading.left += parts.length;
        return [];
      }
      return [[metric, mean(parts.map((part) => inUnit(part, store, reading.columns)))]];
    });
    if (values.length === 0) return [];
    const counts = found.flatMap(({ count }) => count ?? []);
    const count = counts.length > 0 ? Math.max(...counts) : null;
    return [{ subset, test, ...Object.fromEntries(values), count }];
  });
}

/** Null where one of them is not finite, as the history keeps it. */
function mean(values: readonly number[]): number | null {
  const sum = values.reduce((total, value) => total + value, 0);
  return Number.isFinite(sum) ? sum / values.length : null;
}

/** @throws UserError `series.range` */
function inUnit(
  { metric, column, value, row }: Found,
  store: Store,
  columns: ReadonlyMap<string, ReadColumn>,
): number {
  const role = columns.get(column)?.role;
  const percent = role?.is === 'measure' && role.percent === true;
  const [least, most] = METRICS[metric].limits;
  const scaled = percent ? value / 100 : value;
  if (!Number.isFinite(value) || (scaled >= least && scaled <= most)) return scaled;
  const bounds = percent
    ? '0 to 100 per cent'
    : most === Infinity
      ? 'a number from 0'
      : `${least} to ${most}`;
  throw seriesError(
    'range',
    { ...store.where(row), value },
    `in ${JSON.stringify(column)} is no ${METRICS[metric].label.toLowerCase()}: that is ${bounds}; mend it, or say with --column what the column is`,
  );
}
