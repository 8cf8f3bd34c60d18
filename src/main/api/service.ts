/**
 * The API in this process: handlers over the history and the run queue. Every transport is a small adapter
 * over `Service`; tests use it as it is.
 */
import path from 'node:path';
import {
  ApiError,
  ARGUMENTS,
  isMethod,
  type Api,
  type Arguments,
  type EventName,
  type Events,
  type Handlers,
  type Method,
  type Push,
  type Reply,
} from '#shared/contract.ts';
import { toFieldError, UserError } from '#shared/errors.ts';
import { runLabel } from '#shared/planned-runs.ts';
import type { History } from '../history/history.ts';
import { RunQueue } from '../runs/queue.ts';
import { stoppedLines } from '../runs/saved.ts';
import type { WorkerLink } from '../runs/worker-link.ts';
import { queueSettings, readSettings } from '../settings.ts';
import type { KeepAwake } from '../keep-awake.ts';
import { createTable } from '../table/table.ts';
import { createWorkbench } from '../work/workbench.ts';
import { AnalysisQueue } from '../analysis/queue.ts';
import { dueAnalyses } from '../analysis/wished.ts';
import { analysesHandlers } from './analyses.ts';
import { createAnalysis } from './analysis.ts';
import { describeIssue } from './arguments.ts';
import { answerHandlers } from './answers.ts';
import { analysisHandlers } from './comparisons.ts';
import { comparedRowHandlers } from './compared-rows.ts';
import type { Context } from './context.ts';
import { datasetHandlers } from './datasets.ts';
import { bundleHandlers } from './bundles.ts';
import { importHandlers } from './imports.ts';
import { exampleHandlers } from './examples.ts';
import { designHandlers } from './design.ts';
import { experimentHandlers, purgeDeleted } from './experiments.ts';
import { createHeadlines } from './headlines.ts';
import { createKept } from './kept.ts';
import { watchHistory } from './history-watch.ts';
import { modelHandlers } from './models.ts';
import { registrationHandlers } from './registrations.ts';
import { releaseHandlers, watchReleases } from './releases.ts';
import { queueEvents } from './queue-events.ts';
import { queueState, runHandlers } from './runs.ts';
import { watchJobs } from './job-watch.ts';
import { slurmHandlers } from './slurm.ts';
import { sweepHandlers } from './sweeps.ts';
import { figureHandlers } from './figures.ts';
import { systemHandlers } from './system.ts';
import { tableHandlers } from './table.ts';
import { startDailyBackup } from './daily-backup.ts';
import { createWarmUp } from './warm-up.ts';

export interface ServiceOptions {
  /** Open; the service closes it. */
  history: History;
  /** Makes one training process. */
  launch: () => WorkerLink;
  host: Context['host'];
  /** How this machine is kept awake while something trains; not at all unless said. */
  awake?: KeepAwake;
}

export interface Service extends Api {
  /** Answers whatever a transport received: method and arguments are checked first. @throws ApiError */
  answer(method: string, args: unknown): Promise<unknown>;
  /** What a client that connects is told first. */
  greeting(): Push;
  /** Runs that train or wait here. */
  unfinished(): number;
  /**
   * Saves what runs, so that it can be resumed, and closes the history.
   * @param cause what ends the program, for example `SIGTERM`
   * @returns what became of each run that was not finished, in words
   */
  close(cause?: string): Promise<string[]>;
}

/** Opens the API over a history; once per process. */
export function createService({ history, launch, host, awake }: ServiceOptions): Service {
  const listeners = new Set<(push: Push) => void>();
  const emit = <E extends EventName>(event: E, payload: Events[E]) => {
    for (const listener of listeners) listener({ event, payload } as Push);
  };
  const kept = createKept(history);
  const analysis = createAnalysis(history, kept);
  const ready = (experiments: number[]) => emit('history', { experiments });
  const table = createTable(history, (list) => headlines.of(list));
  const workbench = createWorkbench((task, share) => emit('task', { task, share }));
  const warmUp = createWarmUp(analysisHandlers({ history, analysis, table, workbench }));
  const headlines = createHeadlines({ history, analysis, kept, warmUp, ready });
  const events = queueEvents(emit, () => queueState(context));
  const queue: RunQueue = new RunQueue({
    history,
    launch,
    ...queueSettings(readSettings(history)),
    awake,
    listener: {
      ...events,
      ended(run, flops) {
        events.ended?.(run, flops);
        for (const params of dueAnalyses(history, run.experiment)) analyses.start(run.experiment, params);
      },
    },
  });
  const analyses = new AnalysisQueue({
    ...{ history, launch },
    listener: { changed: (experiment, analysis) => emit('analysis', { experiment, analysis }) },
  });
  const warnings: string[] = [];
  const context: Context = {
    history,
    queue,
    analyses,
    launch,
    analysis,
    headlines,
    table,
    workbench,
    emit,
    warnings,
    warn(message) {
      if (warnings.includes(message)) return;
      warnings.push(message);
      emit('warning', { message });
    },
    lookForRelease: () => releases.look(),
    home: path.dirname(path.resolve(history.path)),
    host,
  };
  purgeDeleted(context);
  const handlers = handlersOf(context);
  const watch = watchHistory(context);
  const jobs = watchJobs(context);
  const endBackups = startDailyBackup(context);
  const releases = watchReleases(context);
  return {
    answer: (method, args) => answer(handlers, method, args),
    call: <M extends Method>(method: M, args: Arguments<M>) =>
      answer(handlers, method, args) as Promise<Reply<M>>,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    greeting: () => ({ event: 'queue', payload: queueState(context) }),
    unfinished: () => queue.contents().running.length + queue.contents().waiting.length,
    async close(cause) {
      watch.stop();
      endBackups();
      releases.end();
      headlines.close();
      const [left] = await Promise.all([
        queue.close(cause),
        workbench.close(),
        analyses.close(),
        jobs.stop(),
      ]);
      const lines = stoppedLines(history, left, (run) => `experiment ${run.experiment}, ${runLabel(run)}`);
      kept.close();
      history.close();
      return lines;
    },
  };
}

function handlersOf(context: Context): Handlers {
  return {
    ...experimentHandlers(context),
    ...sweepHandlers(context),
    ...runHandlers(context),
    ...analysisHandlers(context),
    ...analysesHandlers(context),
    ...answerHandlers(context),
    ...bundleHandlers(context),
    ...exampleHandlers(context),
    ...importHandlers(context),
    ...designHandlers(context),
    ...datasetHandlers(context),
    ...modelHandlers(context),
    ...registrationHandlers(context),
    ...releaseHandlers(context),
    ...slurmHandlers(context),
    ...systemHandlers(context),
    ...figureHandlers(context),
    ...tableHandlers(context),
    ...comparedRowHandlers(context),
  };
}

async function answer(handlers: Handlers, method: string, args: unknown): Promise<unknown> {
  try {
    if (!isMethod(method)) throw new UserError('api.method', `method: "${method.slice(0, 60)}" is unknown`);
    const parsed = ARGUMENTS[method].safeParse(args ?? {});
    if (!parsed.success) throw new UserError('api.arguments', describeIssue(method, parsed.error.issues[0]));
    // Method and arguments were matched by the schema of that very method.
    const handler = handlers[method] as (args: unknown) => unknown;
    return await handler(parsed.data);
  } catch (error) {
    if (!(error instanceof UserError)) process.emitWarning(error instanceof Error ? error : String(error));
    throw new ApiError(toFieldError(error));
  }
}
