/** One run in one training process: job out, reports in, everything that lasts into the history. */
import path from 'node:path';
import type { LogLine } from '#shared/api/runs.ts';
import { toWireError, type WireError } from '#shared/errors.ts';
import type { TrainingProgress } from '#shared/progress.ts';
import type { RunRecord } from '#shared/records.ts';
import { datasetCache } from '../experiments/data-files.ts';
import type { FromTrainer, TrainingJob } from '../trainer/protocol.ts';
import { createClock, type Clock } from './clock.ts';
import { dataLines, endLine, lineOf, startLine } from './log.ts';
import { keepPace } from './paces.ts';
import { recorder } from './recorder.ts';
import { resumePoints, savedText } from './saved.ts';
import { sharedWeights } from './shared-weights.ts';
import type { SessionOptions } from './session-options.ts';
import { watch, type Watchdog } from './watchdog.ts';
import { settle, type Outcome } from './settle.ts';

export interface Session {
  readonly run: RunRecord;
  /** Training time so far, over all resumptions and without pauses. */
  seconds(): number;
  /** The latest report. */
  progress(): TrainingProgress | null;
  readonly paused: boolean;
  pause(): void;
  unpause(): void;
  /** @param cause what ended the program, which leaves the run interrupted rather than cancelled; null is the user */
  cancel(cause?: string | null): void;
  /** Resolves when the process has ended and the history says how. */
  readonly ended: Promise<void>;
}

/** Milliseconds a process gets to end by itself after its last word. */
const SHUTDOWN_TIMEOUT = 5000;

/** What is known about a session while it lives. */
interface Underway {
  clock: Clock;
  outcome: Outcome | null;
  broken: WireError | null;
  /** What ended the program; null while nothing did. */
  closing: string | null;
  progress: TrainingProgress | null;
  paused: boolean;
  work: { flops: number; steps: number } | null;
}

/** Starts a queued run in a training process. */
export function startSession(options: SessionOptions): Session {
  const { run, history, link, listener } = options;
  const state: Underway = {
    clock: createClock(run.seconds),
    outcome: null,
    broken: null,
    closing: null,
    progress: null,
    paused: false,
    work: null,
  };
  const job = jobOf(options);
  const running = history.markRunning(run.id, { worker_pid: link.pid ?? null });
  listener.started?.(running);
  const log = logger(options);
  if (options.why !== null) log({ level: 'info', text: options.why });
  const from = job.resume_from[0]?.path ?? job.stage2_from;
  log(startLine(link.pid, from && path.basename(from), job.threads, options.companions));
  dataLines(history.getExperiment(run.experiment).dataset_report).forEach(log);
  const watchdog = watch(
    link.pid,
    () => state.paused,
    (cause) => endHung(options, state, cause),
  );
  listen(options, state, log, watchdog);
  const ended = new Promise<void>((resolve) => {
    link.onEnd((end) => {
      watchdog.stop();
      const outcome = state.broken ? ({ type: 'failed', error: state.broken } as const) : state.outcome;
      const final = settle(options, { outcome, end, seconds: state.clock.seconds(), closing: state.closing });
      if (final) {
        log(endLine(final, savedText(history, final)));
        const work = wholeWork(options, state, final);
        // Alone in its process, it tells how fast this machine is.
        if (work && options.companions.length === 0)
          keepPace(options.history, { ...work, seconds: final.seconds });
        listener.ended?.(final, work?.flops ?? null);
      }
      resolve();
    });
  });
  link.send({ type: 'start', job });
  return sessionOf(options, state, ended);
}

function sessionOf({ run, link }: SessionOptions, state: Underway, ended: Promise<void>): Session {
  return {
    run,
    ended,
    seconds: () => state.clock.seconds(),
    progress: () => state.progress,
    get paused() {
      return state.paused;
    },
    pause: () => link.send({ type: 'pause' }),
    unpause: () => link.send({ type: 'resume' }),
    cancel(cause = null) {
      state.closing ??= cause;
      link.send({ type: 'cancel' });
    },
  };
}

/** A process that hangs is ended, and its run fails with the cause; it goes on from its last checkpoint. */
function endHung({ link }: SessionOptions, state: Underway, cause: string): void {
  const message = `the training process ${cause}; it was ended`;
  state.broken ??= { name: 'UserError', code: 'trainer.hung', message };
  link.shutdown(0);
}

/** Takes in what the process says until its last word. */
function listen(
  options: SessionOptions,
  state: Underway,
  log: (line: Omit<LogLine, 'at'>) => void,
  watchdog: Watchdog,
): void {
  const { link } = options;
  const record = recorder(options);
  link.onMessage((message) => {
    watchdog.heard();
    if (message.type === 'done' || message.type === 'cancelled' || message.type === 'failed') {
      state.outcome = message;
      link.shutdown(SHUTDOWN_TIMEOUT);
      return;
    }
    follow(state, message);
    try {
      record(message);
      const line = lineOf(message);
      if (line) log(line);
    } catch (error) {
      // What cannot be saved must not go on as if it were: the run stops and says why.
      state.broken ??= toWireError(error);
      link.shutdown(0);
    }
  });
}

/** The work of a run that one process did from start to end. */
function wholeWork({ run }: SessionOptions, { work }: Underway, final: RunRecord): Underway['work'] {
  return final.state === 'done' && run.seconds === 0 ? work : null;
}

function follow(state: Underway, message: FromTrainer): void {
  if (message.type === 'progress') state.progress = message.progress;
  if (message.type === 'ready') state.work = { flops: message.flops, steps: message.steps };
  if (message.type === 'paused' || message.type === 'resumed') {
    state.paused = message.type === 'paused';
    state.clock.run(!state.paused);
  }
}

/** Characters of a line that are kept, whatever a library wrote. */
const LINE_LENGTH = 4000;

/** Keeps a line in the history and passes it on; a log that cannot be written stops nothing. */
function logger({ run, history, listener }: SessionOptions) {
  return ({ level, text }: Omit<LogLine, 'at'>): void => {
    const line = { at: new Date().toISOString(), level, text: text.slice(0, LINE_LENGTH) };
    try {
      history.addLogLine(run.id, line);
    } catch (error) {
      process.emitWarning(`run ${run.id}: a log line could not be saved: ${toWireError(error).message}`);
    }
    listener.log?.(run, line);
  };
}

function jobOf({ run, config, history, threads, folder }: SessionOptions): TrainingJob {
  const { seed, seed_stage2, stage1_epoch } = run;
  const resume_from = resumePoints(history, run).map(({ path, step }) => ({ path, step }));
  const stage2_from = resume_from.length === 0 ? sharedWeights(history, config, run) : null;
  const dataset_cache = datasetCache();
  const whose = { seed, seed_stage2, stage1_epoch };
  const data = history.getExperiment(run.experiment).dataset_report?.files ?? null;
  return {
    config,
    experiment: run.experiment,
    data,
    ...whose,
    threads,
    dataset_cache,
    folder,
    resume_from,
    stage2_from,
  };
}
