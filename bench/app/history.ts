/** A history as large as a year of work: real tables written through the history layer, the same every time. */
import path from 'node:path';
import { openHistory, type History } from '#main/history/history.ts';
import { randomStream, type Random } from '#shared/random.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import type { EvaluationRecord, StageId } from '#shared/records.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import type { TestSubset } from '#shared/subsets.ts';

export interface HistorySize {
  experiments: number;
  /** Runs of each experiment. */
  seeds: number;
  /** Evaluations of each run, over stage 1 and stage 2. */
  evaluations: number;
}

/** What a run of the default subsets is tested on. */
const TESTED: readonly TestSubset[] = [
  'qd1consis',
  'qd2incons',
  'q',
  'q_no_replacement_baseline',
  'd1consis',
  'd2consis',
  'd3consis',
  'no_qd_baseline',
  'd2incons',
];

/** Questions asked of each subset. */
const COUNT = 480;

/** Rises of exact match over a whole run; the first of a pair that an effect is made of is the larger one. */
const RISE: Partial<Record<TestSubset, number>> = { qd1consis: 0.5, qd2incons: 0.35, d1consis: 0.2 };

/** Writes a history into a data folder; every run has finished. */
export function writeHistory(home: string, size: HistorySize): void {
  const history = openHistory(path.join(home, 'history.sqlite'));
  try {
    for (let i = 0; i < size.experiments; i++) writeExperiment(history, i, size);
  } finally {
    history.close();
  }
}

function writeExperiment(history: History, index: number, size: HistorySize): void {
  const config = configOf(index, size);
  const { runs } = history.createExperiment({ config, version: '0.0.0' });
  for (const run of runs) {
    const random = randomStream(run.seed, 'bench', 'history', index);
    history.markRunning(run.id, { engine: 'onnx', device: 'cpu' });
    history.recordEvaluation(...evaluationsOf(run.id, config, random));
    history.markDone(run.id, 60 + random.int(60));
  }
}

/** Experiments differ in a few fields, so that a comparison has something to show. */
function configOf(index: number, { seeds, evaluations }: HistorySize): ExperimentConfig {
  const stage2 = Math.max(1, Math.floor(evaluations / 3));
  return resolveConfig({
    name: `sweep ${index + 1}`,
    tags: { correlation: [1, 0.9, 0.75, 0.5][index % 4] },
    training: {
      optimizer: { weight_decay: (index % 5) / 10 },
      stage1: { epochs: Math.max(1, evaluations - stage2) },
      stage2: { epochs: stage2 },
    },
    evaluation: { tests: ['questions'] },
    seeds,
  });
}

function evaluationsOf(run: number, config: ExperimentConfig, random: Random): EvaluationRecord[] {
  const { stage1, stage2 } = config.training;
  const total = stage1.epochs + (stage2?.epochs ?? 0);
  return Array.from({ length: total }, (_, at) => {
    const stage: StageId = at < stage1.epochs ? 'stage1' : 'stage2';
    const epoch = at < stage1.epochs ? at + 1 : at + 1 - stage1.epochs;
    return { run, stage, epoch, step: (at + 1) * 10, metrics: metricsAt((at + 1) / total, random) };
  });
}

function metricsAt(share: number, random: Random): EvaluationRecord['metrics'] {
  return TESTED.map((subset) => {
    const right = 0.12 + (RISE[subset] ?? 0.15) * share + 0.06 * random.float();
    const exact_match = Math.round(right * COUNT) / COUNT;
    return {
      subset,
      test: 'questions',
      exact_match,
      f1: exact_match,
      loss: 2.5 - share + 0.2 * random.float(),
      count: COUNT,
    };
  });
}
