/** Which weights of which runs an analysis looks at. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { AnalysisParams } from '#shared/analysis.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import { stageBeforeStage2 } from '#shared/stages.ts';
import { UserError } from '#shared/errors.ts';
import { runLabel } from '#shared/planned-runs.ts';
import { plannedSpans } from '#shared/stats/curves.ts';
import { stageText, type CheckpointRecord, type RunRecord, type StageId } from '#shared/records.ts';
import type { History } from '../history/history.ts';
import type { AnalysisJob } from '../trainer/protocol.ts';

export interface WantedRun {
  run: RunRecord;
  checkpoints: AnalysisJob['checkpoints'];
}

/** Runs with the weights that are asked for, and why others are left out, a line for each. */
export interface Wanted {
  runs: WantedRun[];
  left: string[];
}

/** The stages whose weights an analysis looks at. @throws UserError `analysis.stage` where there is no such stage */
function stagesFor(config: ExperimentConfig, params: AnalysisParams): StageId[] {
  const stages = plannedSpans(config).map(({ stage }) => stage);
  const chosen = 'stage' in params ? params.stage : null;
  if (chosen !== null && !stages.includes(chosen))
    throw new UserError(
      'analysis.stage',
      `stage: the experiment has no ${stageText(chosen)}; it has ${stages.join(', ')}`,
    );
  if (chosen !== null) return [chosen];
  if (params.kind === 'probes') return [stageBeforeStage2(config.training.pipeline)];
  if (params.kind === 'entropy') return stages.slice(-1);
  return params.kind === 'gradients' ? stages.filter((id) => id !== 'stage0') : stages;
}

/**
 * The runs of an experiment that kept what an analysis looks at. Where no stage after the split of stage-2 seeds is
 * looked at, one run of each seed stands for all.
 * @param seeds null for all
 * @throws UserError `analysis.stage`, `analysis.seeds`, `analysis.no-weights`
 */
export function wantedRuns(
  history: History,
  { experiment, config }: { experiment: number; config: ExperimentConfig },
  params: AnalysisParams,
  seeds: readonly number[] | null,
): Wanted {
  const stages = stagesFor(config, params);
  const other = new Set(history.otherDataRuns(experiment).map(({ id }) => id));
  const runs = history.runsOf(experiment).filter(({ id }) => !other.has(id));
  checkSeeds(runs, experiment, seeds);
  // Runs that leave the stage before stage 2 early have not its end.
  const early = stages.every((stage) => stage !== 'stage2');
  const asked = runs.filter(
    ({ seed, stage1_epoch }) => (seeds?.includes(seed) ?? true) && !(early && stage1_epoch !== null),
  );
  const wanted: Wanted = { runs: [], left: [] };
  const seen = new Set<string>();
  for (const run of asked) {
    const found = checkpointsFor(history, config, run, { stages, every: params.kind === 'gradients' });
    if (typeof found === 'string') wanted.left.push(`${runLabel(run)}: ${found}`);
    else if (!seen.has(keyOf(found, run))) {
      seen.add(keyOf(found, run));
      wanted.runs.push({ run, checkpoints: found });
    }
  }
  if (wanted.runs.length > 0) return wanted;
  throw new UserError(
    'analysis.no-weights',
    asked.length === 0
      ? `experiment ${experiment} has no runs yet; train it first`
      : `experiment ${experiment}: there is nothing to look at: ${wanted.left.slice(0, 3).join('; ')}`,
  );
}

const keyOf = (checkpoints: AnalysisJob['checkpoints'], { seed }: RunRecord) =>
  `${seed} ${checkpoints.map((each) => each.path).join(' ')}`;

function checkSeeds(runs: readonly RunRecord[], experiment: number, seeds: readonly number[] | null): void {
  const known = new Set(runs.map(({ seed }) => seed));
  const missing = seeds?.find((seed) => !known.has(seed));
  if (missing === undefined) return;
  throw new UserError(
    'analysis.seeds',
    `seeds: experiment ${experiment} has no run of seed ${missing}; it has ${[...known].join(', ')}`,
  );
}

/**
 * The weights of a run: its own, and of stages that runs of one seed share those of another one.
 * @param wanted.every those of every epoch that was kept, as far as the run is; else those at the end of each stage
 * @returns in the order of training, or why they are not there
 */
function checkpointsFor(
  history: History,
  config: ExperimentConfig,
  run: RunRecord,
  { stages, every }: { stages: readonly StageId[]; every: boolean },
): AnalysisJob['checkpoints'] | string {
  const own = weightsOf(history, run.id);
  const siblings = history
    .runsOf(run.experiment)
    .filter(({ id, seed }) => id !== run.id && seed === run.seed);
  const shared = siblings.flatMap(({ id }) => weightsOf(history, id));
  const taken: AnalysisJob['checkpoints'] = [];
  for (const stage of stages) {
    const end = lastEpoch(config, run, stage);
    const files = (stage === 'stage2' ? own : [...shared, ...own]).filter(
      (file) => file.stage === stage && (every ? file.epoch <= end : file.epoch === end),
    );
    if (files.length === 0 && !every) return missing(run, `the end of ${stageText(stage)}`);
    taken.push(...placed(files, path.dirname(history.path)));
  }
  if (taken.length === 0) return missing(run, stages.map(stageText).join(' or '));
  const gone = taken.find((file) => !existsSync(file.path));
  return gone ? `its weights ${gone.path} are gone; put the file back, or train the run again` : taken;
}

function missing({ state }: RunRecord, where: string): string {
  return `has no weights of ${where}${state === 'done' ? '' : ` (it is ${state})`}`;
}

/** Where a run leaves a stage. */
function lastEpoch({ training }: ExperimentConfig, { stage1_epoch }: RunRecord, stage: StageId): number {
  const shortened = stage === stageBeforeStage2(training.pipeline) ? stage1_epoch : null;
  return shortened ?? training[stage]?.epochs ?? 0;
}

/** Kept weights of a run; what goes on being overwritten is left out. */
function weightsOf(history: History, run: number): CheckpointRecord[] {
  return history.checkpointsOf(run).filter((file) => path.basename(file.path).startsWith(file.stage));
}

/** In the order of training, each epoch once. */
function placed(files: readonly CheckpointRecord[], folder: string): AnalysisJob['checkpoints'] {
  const byEpoch = new Map(files.map((file) => [file.epoch, file]));
  return [...byEpoch.values()]
    .toSorted((a, b) => a.epoch - b.epoch)
    .map(({ stage, epoch, path: file }) => ({ stage, epoch, path: path.resolve(folder, file) }));
}
