/** API: the run queue. */
import { UserError } from '#shared/errors.ts';
import { LIVE_STATES, type RunRecord, type StageRecord } from '#shared/records.ts';
import type { QueueEntry, QueueState, RunDetail, RunReplies, TracePoint } from '#shared/api/runs.ts';
import type { Handlers } from '#shared/contract.ts';
import type { LossPoint, TrainingProgress } from '#shared/progress.ts';
import { plannedSpans, type StageSpan } from '#shared/stats/curves.ts';
import { ourConfig } from '#shared/saved-config.ts';
import { cancelRunsOf } from '../slurm/collect.ts';
import { usageOf } from '../runs/usage.ts';
import { confirmReady, goingOn } from '../experiments/ready.ts';
import type { Context } from './context.ts';
import { dataWorkOf } from './data-work.ts';
import { tellJobs } from './slurm.ts';
import { applySettings } from './system.ts';

export function runHandlers(context: Context): Pick<Handlers, keyof RunReplies> {
  const { queue } = context;
  const then = (act: () => void): QueueState => {
    act();
    return queueState(context);
  };
  return {
    'runs.queue': () => queueState(context),
    'runs.get': ({ id }) => runDetail(context, id),
    'runs.usage': () => usageOf(queue.contents().running.map(({ run }) => context.history.getRun(run))),
    'runs.reorder': ({ ids }) => then(() => queue.reorder(ids)),
    'runs.cancel': async ({ ids }) => {
      await cancelRuns(context, ids);
      return queueState(context);
    },
    'runs.resume': async ({ ids }) => {
      await resume(context, ids);
      return queueState(context);
    },
    'runs.pause': ({ ids }) => then(() => ids.forEach((id) => queue.pause(id))),
    'runs.unpause': ({ ids }) => then(() => ids.forEach((id) => queue.unpause(id))),
    'runs.setQueue': ({ held, ...changes }) =>
      then(() => {
        if (Object.keys(changes).length > 0) applySettings(context, changes);
        if (held !== undefined) queue.hold(held);
      }),
  };
}

/** What has ended meanwhile is left as it is; what another process trains cannot be reached. */
export async function cancelRuns(context: Context, ids: readonly number[]): Promise<void> {
  const { history, queue } = context;
  const { running, waiting } = queue.contents();
  const here = new Set([...running, ...waiting].map(({ run }) => run));
  const live: readonly string[] = LIVE_STATES;
  const others = ids.map(history.getRun).filter(({ id, state }) => live.includes(state) && !here.has(id));
  const elsewhere = others.find(({ job }) => job === null);
  if (elsewhere)
    throw new UserError(
      'queue.elsewhere',
      `run ${elsewhere.id} belongs to another Credence process (pid ${elsewhere.owner_pid}): cancel it there`,
    );
  queue.cancel(ids);
  for (const [job, runs] of Map.groupBy(others, (run) => run.job!))
    tellJobs(context, await cancelRunsOf(history, job, runs));
}

/** Queues runs again, those of one experiment together, where their data are still those it was made with. */
async function resume(context: Context, ids: readonly number[]): Promise<void> {
  const { history, queue, emit } = context;
  const asked = Map.groupBy(ids.map(history.getRun), (run) => run.experiment);
  const all = [...asked].map(([experiment, of]) => goingOn(history, experiment, of));
  await confirmReady(history, all, dataWorkOf(context));
  const runs: RunRecord[] = [];
  try {
    for (const id of ids) runs.push(history.requeueRun(id));
  } finally {
    for (const [experiment, queued] of Map.groupBy(runs, (run) => run.experiment)) {
      for (const run of queued) emit('run', run);
      emit('history', { experiments: [experiment] });
      queue.add(queued, ourConfig(history.getExperiment(experiment), 'train it'));
    }
  }
}

/** What trains and waits here, and what other processes train. */
export function queueState({ history, queue }: Context): QueueState {
  const { slots, together, held, keepAwake, running, waiting } = queue.contents();
  const live = new Map(history.liveRuns().map((run) => [run.id, run]));
  const names = new Map<number, string>();
  const entry = (id: number, progress: TrainingProgress | null, why: string | null = null): QueueEntry[] => {
    const run = live.get(id);
    live.delete(id);
    if (!run) return [];
    if (!names.has(run.experiment)) names.set(run.experiment, history.getExperiment(run.experiment).name);
    return [{ run, experiment_name: names.get(run.experiment)!, progress, why }];
  };
  return {
    slots,
    together,
    held,
    keep_awake: keepAwake,
    running: running.flatMap(({ run, progress }) => entry(run, progress)),
    waiting: waiting.flatMap(({ run, why }) => entry(run, null, why)),
    elsewhere: [...live.values()].filter(({ job }) => job === null),
  };
}

function runDetail({ history, queue }: Context, id: number): RunDetail {
  const run = history.getRun(id);
  const stages = history.stagesOf(id);
  const spans = plannedSpans(history.getExperiment(run.experiment).config);
  return {
    run,
    stages,
    log: history.logOf(id),
    trace: onEpochs(history.traceOf(id), stages, spans),
    progress: queue.contents().running.find((entry) => entry.run === id)?.progress ?? null,
  };
}

/** Places trace points on the axis of epochs. */
function onEpochs(
  points: readonly LossPoint[],
  stages: readonly StageRecord[],
  spans: readonly StageSpan[],
): TracePoint[] {
  let first = 0;
  const stretches = stages.map(({ stage, steps }) => {
    const stretch = { first, steps, span: spans.find((span) => span.stage === stage) };
    first += steps;
    return stretch;
  });
  return points.flatMap((point) => {
    const at = stretches.findLast((stretch) => stretch.first < point.step);
    if (!at?.span) return [];
    const share = (point.step - at.first) / at.steps;
    return [{ ...point, epoch: at.span.from + share * (at.span.to - at.span.from) }];
  });
}
