/** API: sweeps, from design to figure; what the command line starts or resumes is the same history. */
import type {
  CreatedSweep,
  SweepCellDetail,
  SweepDetail,
  SweepEstimate,
  SweepListItem,
  SweepReplies,
} from '#shared/api/sweeps.ts';
import type { TextFile } from '#shared/api/system.ts';
import type { Handlers } from '#shared/contract.ts';
import { UserError } from '#shared/errors.ts';
import {
  LIVE_STATES,
  RUN_STATES,
  type ExperimentSummary,
  type RunState,
  type SweepRecord,
} from '#shared/records.ts';
import { overallProgress } from '#shared/run-progress.ts';
import type { Effects } from '#shared/stats/effects.ts';
import { cellPValues, sweepTrends, type SweepPoint } from '#shared/stats/sweep.ts';
import { ourConfig } from '#shared/saved-config.ts';
import { datasetCache } from '../experiments/data-files.ts';
import { unfinishedRuns } from '../experiments/experiment.ts';
import { confirmReady, goingOn } from '../experiments/ready.ts';
import { interleaved, saveSweep, sweepDesign } from '../experiments/sweeps.ts';
import { portableYaml } from '../experiments/portable-yaml.ts';
import { sweepCsv } from '../report/sweep-files.ts';
import { estimateSeconds } from '../runs/paces.ts';
import type { Context } from './context.ts';
import { dataWorkOf } from './data-work.ts';
import { fileNameOf } from './file-names.ts';
import { cancelRuns } from './runs.ts';
import { clusterNamed, trainOn } from './slurm.ts';
import { planSweep } from './sweep-configs.ts';

/** Combinations whose corpus is built for an estimate. */
const MOST_PLANNED = 12;

type EffectsOf = (experiment: ExperimentSummary) => Effects;

export function sweepHandlers(context: Context): Pick<Handlers, keyof SweepReplies> {
  const { history } = context;
  const effectsOf = rememberingEffects(context);
  const changed = (experiments: number[]) => context.emit('history', { experiments });
  const changedAll = (id: number) => changed(idsOf(history.getSweep(id)));
  return {
    'sweeps.list': () => listSweeps(context),
    'sweeps.get': ({ id }) => sweepDetail(context, id, effectsOf),
    'sweeps.create': (args) => createSweep(context, args),
    'sweeps.estimate': (args) => estimateSweep(context, args),
    'sweeps.stop': async ({ id }) => {
      const runs = idsOf(history.getSweep(id)).flatMap(history.runsOf);
      const live: readonly RunState[] = LIVE_STATES;
      await cancelRuns(
        context,
        runs.filter(({ state }) => live.includes(state)).map((run) => run.id),
      );
    },
    'sweeps.resume': ({ id }) => resumeSweep(context, id),
    'sweeps.rename': ({ id, name }) => {
      history.renameSweep(id, name);
      changedAll(id);
    },
    'sweeps.archive': ({ id, archived }) => {
      const experiments = history.archiveSweep(id, archived);
      changed(experiments);
      return experiments;
    },
    'sweeps.delete': ({ id }) => {
      const experiments = history.trashSweep(id);
      changed(experiments);
      return experiments;
    },
    'sweeps.design': ({ id }) => designOf(context, id),
    ...exportHandlers(context, effectsOf),
  };
}

type ExportMethod = Extract<keyof SweepReplies, `export.${string}`>;

function exportHandlers(context: Context, effectsOf: EffectsOf): Pick<Handlers, ExportMethod> {
  const { history } = context;
  const file = ({ name }: SweepRecord, suffix: string, extension: string, mime: string, text: string) =>
    ({ file_name: fileNameOf(name + suffix, extension), mime, text }) satisfies TextFile;
  return {
    'export.sweepCsv': ({ sweep: id }) => {
      const sweep = history.getSweep(id);
      return file(sweep, '', 'csv', 'text/csv', sweepCsv(sweep, pointsOf(context, sweep, effectsOf)));
    },
    'export.sweepYaml': ({ sweep: id }) => {
      const sweep = history.getSweep(id);
      const config = { ...firstConfig(context, sweep), name: sweep.name };
      return file(sweep, '', 'yaml', 'application/yaml', portableYaml(config, context.home, sweep.spec));
    },
  };
}

function idsOf({ experiments }: SweepRecord): number[] {
  return experiments.map(({ id }) => id);
}

function firstConfig({ history }: Pick<Context, 'history'>, { experiments }: SweepRecord) {
  return ourConfig(history.getExperiment(experiments[0].id), 'sweep over it');
}

function designOf({ history }: Context, id: number) {
  const sweep = history.getSweep(id);
  return sweepDesign(sweep, firstConfig({ history }, sweep));
}

/** Effects change only when a run ends: while others train, the many that did not change are not worked out anew. */
function rememberingEffects({ analysis }: Context): EffectsOf {
  const known = new Map<number, { stamp: string; effects: Effects }>();
  return ({ id, states, finished_at }) => {
    const stamp = `${states.done} ${finished_at}`;
    const kept = known.get(id);
    if (kept?.stamp === stamp) return kept.effects;
    const { effects } = analysis.effects({ experiment: id, test: 'questions' });
    known.set(id, { stamp, effects });
    return effects;
  };
}

function pointsOf({ history }: Context, sweep: SweepRecord, effectsOf: EffectsOf): SweepPoint[] {
  return sweep.experiments.map(({ id, cell }) => ({
    experiment: id,
    cell,
    effects: effectsOf(history.summaryOf(id)),
  }));
}

function listSweeps({ history }: Context): SweepListItem[] {
  const sweeps = history.listSweeps();
  if (sweeps.length === 0) return [];
  const summaries = new Map(history.listExperiments({ archived: true }).map((each) => [each.id, each]));
  return sweeps.map((sweep) => {
    const experiments = idsOf(sweep);
    return { ...sweep, experiments, ...tallyOf(experiments.flatMap((id) => summaries.get(id) ?? [])) };
  });
}

function tallyOf(experiments: readonly ExperimentSummary[]) {
  const states = Object.fromEntries(
    RUN_STATES.map((state) => [state, experiments.reduce((sum, each) => sum + each.states[state], 0)]),
  ) as Record<RunState, number>;
  const seconds = experiments.reduce((sum, each) => sum + each.seconds, 0);
  return { states, seconds, archived: experiments.every(({ archived }) => archived) };
}

function sweepDetail(context: Context, id: number, effectsOf: EffectsOf): SweepDetail {
  const { history, queue } = context;
  const sweep = history.getSweep(id);
  const summaries = idsOf(sweep).map(history.summaryOf);
  const points = pointsOf(context, sweep, effectsOf);
  const runs = idsOf(sweep)
    .flatMap(history.runsOf)
    .map(({ id: run, experiment, seed, state, error }) => ({ id: run, experiment, seed, state, error }));
  const pValues = cellPValues(points);
  const { running, slots } = queue.contents();
  const progress = new Map(running.map((entry) => [entry.run, entry.progress]));
  return {
    sweep,
    ...tallyOf(summaries),
    cells: summaries.map((summary, i) => cellDetail(summary, points[i], pValues[i])),
    trends: sweepTrends(sweep.spec, points),
    runs,
    progress: overallProgress(runs, (run) => progress.get(run) ?? null, slots),
  };
}

function cellDetail(
  { id, name, states }: ExperimentSummary,
  { cell, effects }: SweepPoint,
  corrected: SweepCellDetail['corrected'],
): SweepCellDetail {
  return { experiment: id, name, cell, states, n: effects.n, effects: effects.effects, corrected };
}

async function createSweep(
  context: Context,
  { config, task, cluster: name }: Parameters<Handlers['sweeps.create']>[0],
): Promise<CreatedSweep> {
  const { history, workbench, emit } = context;
  const plan = planSweep(context, config);
  const cluster = await clusterNamed(context, name);
  const cache = datasetCache(context.home);
  const checked = await workbench.run('checkCells', { cells: plan.cells, cache }, task);
  const { sweep, experiments } = saveSweep(history, plan, checked);
  emit('history', { experiments: idsOf(sweep) });
  const queued = interleaved(experiments);
  await trainOn(context, queued, sweep.name, cluster);
  return { sweep, runs: queued.length };
}

/** Queues what did not finish, the first seed of every combination before the second. */
async function resumeSweep(context: Context, id: number): Promise<{ runs: number }> {
  const { history, queue, emit } = context;
  const sweep = history.getSweep(id);
  const left = interleaved(
    idsOf(sweep).map((experiment) => ({
      experiment: history.getExperiment(experiment),
      runs: unfinishedRuns(history, experiment),
    })),
  );
  if (left.length === 0)
    throw new UserError(
      'resume.nothing',
      `sweep s${id} has no run that failed, was cancelled or interrupted; what waits or trains goes on by itself`,
    );
  const of = Map.groupBy(left, ({ run }) => run.experiment);
  const all = [...of].map(([experiment, queued]) =>
    goingOn(
      history,
      experiment,
      queued.map(({ run }) => run),
    ),
  );
  await confirmReady(history, all, dataWorkOf(context));
  for (const { run, config } of left) {
    const queued = history.requeueRun(run.id);
    emit('run', queued);
    queue.add([queued], config);
  }
  emit('history', { experiments: idsOf(sweep) });
  return { runs: left.length };
}

async function estimateSweep(
  context: Context,
  { config, task }: Parameters<Handlers['sweeps.estimate']>[0],
): Promise<SweepEstimate> {
  const { history, queue, workbench } = context;
  const configs = planSweep(context, config).cells.map((cell) => cell.config);
  const chosen = spread(configs, MOST_PLANNED);
  const plans = await workbench.run('plan', { configs: chosen, cache: datasetCache(context.home) }, task);
  const costs = plans.map((plan) => estimateSeconds(history, plan));
  const perSeed = costs.reduce((sum, { seconds }) => sum + seconds, 0) / costs.length;
  const seeds = configs.reduce((sum, each) => sum + each.seeds.length, 0);
  return {
    seconds_per_seed: perSeed,
    seconds: Math.max(perSeed, (perSeed * seeds) / queue.contents().slots),
    basis: costs.every(({ basis }) => basis === 'measured') ? 'measured' : 'assumed',
    planned: chosen.length,
  };
}

/** At most so many, the first and the last among them, evenly apart. */
function spread<T>(list: readonly T[], most: number): T[] {
  if (list.length <= most) return [...list];
  const at = (i: number) => Math.round((i * (list.length - 1)) / (most - 1));
  return Array.from({ length: most }, (_, i) => list[at(i)]);
}
