/** Runs as the history keeps them, out of the points of stages. */
import { max } from 'd3-array';
import { METRICS, type MetricId } from '#shared/metrics.ts';
import { plural } from '#shared/counting.ts';
import type { PlannedRun } from '#shared/planned-runs.ts';
import { STAGE_IDS, type EvaluationRecord, type MetricRecord, type StageId } from '#shared/records.ts';
import { stageEpochs, type StageEpochs } from './epochs.ts';
import type { ReadColumn } from './observations.ts';
import type { Point, StagePoints } from './points.ts';
import { seriesError } from './rows.ts';

export interface ImportedRun extends PlannedRun {
  /** In the order of training. */
  evaluations: Omit<EvaluationRecord, 'run'>[];
}

/** Where nothing says how many questions were asked: the history keeps a number. */
const COUNT_NOT_SAID = 1;

type Stage = { points: StagePoints; epochs: StageEpochs };

/** What made runs of the stages, beside them. */
export interface BuiltRuns {
  runs: ImportedRun[];
  stages: { stage: StageId; epochs: number; why: string }[];
  remarks: string[];
}

/**
 * @param columns in which numbers stand, for their unit
 * @throws UserError `series.range`, `series.place`
 */
export function buildRuns(
  stages: readonly StagePoints[],
  columns: ReadonlyMap<string, ReadColumn>,
): BuiltRuns {
  const byStage = STAGE_IDS.flatMap((stage) => {
    const points = stages.filter(({ place }) => place.stage === stage);
    return points.length > 0 ? [{ stage, points, epochs: stageEpochs(points) }] : [];
  });
  const whole = new Map(
    byStage.flatMap(({ points, epochs }) => points.map((each) => [each, epochs] as const)),
  );
  const wordings = wordingsOf(stages);
  const left = { partial: 0 };
  const runs = runPlaces(stages).map(({ run, own }) => {
    const parts = own.map((points): Stage => ({ points, epochs: whole.get(points)! }));
    return { ...run, evaluations: evaluationsOf(parts, { columns, wordings, left }) };
  });
  const epochs = (stage: StageId) =>
    max(runs, ({ evaluations }) => max(evaluations, (each) => (each.stage === stage ? each.epoch : 0))) ?? 0;
  return {
    runs,
    stages: byStage.map(({ stage, epochs: { why } }) => ({ stage, epochs: epochs(stage), why })),
    remarks: [
      ...startRemarks(stages),
      ...(left.partial > 0
        ? [
            `${plural(left.partial, 'number')} left out: there are several wordings of the test, and not all of them were asked then`,
          ]
        : []),
    ],
  };
}

/**
 * Runs with the stages that each went through: those that begin with the weights of an earlier one have what it
 * measured until then, as runs of ours that share a stage.
 */
function runPlaces(stages: readonly StagePoints[]): { run: PlannedRun; own: StagePoints[] }[] {
  const seeds2 = new Set(stages.flatMap(({ place }) => place.seed_stage2 ?? []));
  const last = Math.max(...stages.map(({ place }) => place.from_epoch ?? -1));
  const keys = new Map<string, StagePoints[]>();
  for (const stage of stages) {
    const { seed, seed_stage2, from_epoch } = stage.place;
    const key = [seed, seed_stage2, from_epoch].join(' ');
    keys.set(key, [...(keys.get(key) ?? []), stage]);
  }
  return [...keys.values()]
    .flatMap((own) => {
      const { seed, seed_stage2, from_epoch } = own[0].place;
      const base = seed_stage2 === null && from_epoch === null;
      const others = stages.filter(({ place }) => place.seed === seed);
      // The stage that several runs begin with is none by itself.
      if (base && others.length > own.length) return [];
      const shared = base
        ? []
        : others.filter(
            ({ place }) =>
              place.seed_stage2 === null &&
              place.from_epoch === null &&
              !own.some((each) => each.place.stage === place.stage),
          );
      const run = {
        seed,
        seed_stage2: seeds2.size > 1 ? seed_stage2 : null,
        stage1_epoch: from_epoch === last ? null : from_epoch,
      };
      return [{ run, own: [...shared, ...own] }];
    })
    .sort((a, b) => compare(a.run, b.run));
}

function compare(a: PlannedRun, b: PlannedRun): number {
  const order = (run: PlannedRun) => [run.seed, run.seed_stage2 ?? -1, run.stage1_epoch ?? Infinity];
  const [one, other] = [order(a), order(b)];
  const at = one.findIndex((value, i) => value !== other[i]);
  return at < 0 ? 0 : one[at] - other[at];
}

function startRemarks(stages: readonly StagePoints[]): string[] {
  const seeds2 = new Set(stages.flatMap(({ place }) => place.seed_stage2 ?? []));
  const starts = new Set(stages.flatMap(({ place }) => place.from_epoch ?? []));
  return [
    ...(seeds2.size === 1
      ? [`there is one stage-2 seed, ${[...seeds2][0]}: runs are told apart by their seed alone`]
      : []),
    ...(starts.size > 0
      ? [
          `epoch ${Math.max(...starts)} of the stage before is the last that stage 2 begins with, and is taken for its end`,
        ]
      : []),
  ];
}

/** Wordings of each test of each subset and metric; a test that is asked in one way has none. */
function wordingsOf(stages: readonly StagePoints[]): Map<string, Set<string>> {
  const wordings = new Map<string, Set<string>>();
  for (const { points } of stages)
    for (const { found } of points.values())
      for (const { subset, test, metric, wording } of found.values()) {
        const key = `${subset} ${test} ${metric}`;
        wordings.set(key, (wordings.get(key) ?? new Set()).add(wording ?? ''));
      }
  return wordings;
}

interface Reading {
  columns: ReadonlyMap<string, ReadColumn>;
  wordings: ReadonlyMap<string, ReadonlySet<string>>;
  left: { partial: number };
}

/** Evaluations of the stages of a run, on one count of steps. */
function evaluationsOf(stages: readonly Stage[], reading: Reading): ImportedRun['evaluations'] {
  // Steps go on from stage to stage within a file; of other files each begins anew.
  let [before, last] = [0, undefined as string | undefined];
  const ordered = stages.toSorted(
    (a, b) => STAGE_IDS.indexOf(a.points.place.stage) - STAGE_IDS.indexOf(b.points.place.stage),
  );
  return ordered.flatMap(({ points, epochs }) => {
    const own = [...points.points.values()]
      .map((point) => ({ point, epoch: epochs.epochOf(points, point) }))
      .sort((a, b) => a.epoch - b.epoch)
      .map(({ point, epoch }) => ({ epoch, step: point.step ?? epoch, metrics: metricsOf(point, reading) }));
    const unit = points.points.values().next().value?.row.file.unit.name;
    const [first] = own;
    const goesOn = unit === last && (first.step > before || (first.step === before && first.epoch === 0));
    const shift = goesOn ? 0 : before;
    last = unit;
    const evaluations = own
      .filter(({ metrics }) => metrics.length > 0)
      .map((each) => ({ stage: points.place.stage, ...each, step: each.step + shift }));
    before = Math.max(before, max(evaluations, ({ step }) => step) ?? 0);
    return evaluations;
  });
}

function metricsOf(point: Point, { columns, wordings, left }: Reading): MetricRecord[] {
  const byTest = Map.groupBy(point.found.values(), ({ subset, test }) => `${subset} ${test}`);
  return [...byTest.values()].flatMap((found): MetricRecord[] => {
    const [{ subset, test }] = found;
    const byMetric = [...Map.groupBy(found, ({ metric }) => metric)];
    const values = byMetric.flatMap(([metric, parts]): [MetricId, number | null][] => {
      if (parts.length < wordings.get(`${subset} ${test} ${metric}`)!.size) {
        left.partial += parts.length;
        return [];
      }
      return [[metric, mean(parts.map((part) => inUnit(part, columns)))]];
    });
    if (values.length === 0) return [];
    const counts = found.flatMap(({ count }) => count ?? []);
    const count = counts.length > 0 ? Math.max(...counts) : COUNT_NOT_SAID;
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
  found: Point['found'] extends Map<string, infer F> ? F : never,
  columns: ReadonlyMap<string, ReadColumn>,
): number {
  const { metric, column, value, row } = found;
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
    { file: row.file.name, at: row.at, value },
    `in ${JSON.stringify(column)} is no ${METRICS[metric].label.toLowerCase()}: that is ${bounds}; mend it, or say with --column what the column is`,
  );
}
