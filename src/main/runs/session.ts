/** One run in one training process: job out, reports in, everything that lasts into the history. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ExperimentConfig } from '#shared/config.ts';
import { toWireError, type WireError } from '#shared/errors.ts';
import type { RunRecord } from '#shared/records.ts';
import type { History } from '../history/history.ts';
import type { CheckpointMessage, FromTrainer } from '../trainer/protocol.ts';
import type { QueueListener } from './listener.ts';
import type { WorkerEnd, WorkerLink } from './worker-link.ts';

export interface SessionOptions {
  run: RunRecord;
  config: ExperimentConfig;
  history: History;
  threads: number;
  /** Folder for the run's weights. */
  folder: string;
  link: WorkerLink;
  listener: QueueListener;
}

export interface Session {
  readonly run: RunRecord;
  /** Training time so far, over all resumptions. */
  seconds(): number;
  cancel(): void;
  /** Resolves when the process has ended and the history says how. */
  readonly ended: Promise<void>;
}

/** Milliseconds a process gets to end by itself after its last word. */
const SHUTDOWN_TIMEOUT = 5000;

/** The message with which a run's process says how it ended. */
type Outcome = Extract<FromTrainer, { type: 'done' | 'cancelled' | 'failed' }>;

/** Starts a queued run in a training process. */
export function startSession(options: SessionOptions): Session {
  const { run, history, link, listener } = options;
  const started = performance.now();
  const seconds = () => run.seconds + (performance.now() - started) / 1000;
  let outcome: Outcome | null = null;
  let broken: WireError | null = null;
  history.markRunning(run.id, { worker_pid: link.pid ?? null });
  link.onMessage((message) => {
    if (message.type === 'done' || message.type === 'cancelled' || message.type === 'failed') {
      outcome = message;
      link.shutdown(SHUTDOWN_TIMEOUT);
      return;
    }
    try {
      record(options, message);
    } catch (error) {
      // What cannot be saved must not go on as if it were: the run stops and says why.
      broken ??= toWireError(error);
      link.shutdown(0);
    }
  });
  const ended = new Promise<void>((resolve) => {
    link.onEnd((end) => {
      const final = settle(options, broken ? { type: 'failed', error: broken } : outcome, end, seconds());
      if (final) listener.ended?.(final);
      resolve();
    });
  });
  listener.started?.(run);
  link.send({ type: 'start', job: jobOf(options) });
  return { run, seconds, cancel: () => link.send({ type: 'cancel' }), ended };
}

function jobOf({ run, config, history, threads, folder }: SessionOptions) {
  const files = history
    .checkpointsOf(run.id)
    .map(({ path: file }) => path.resolve(path.dirname(history.path), file));
  // A crash may fall between deleting a rolling checkpoint and saying so: the newest that is there counts.
  const resume_from = files.find((file) => existsSync(file)) ?? null;
  return { config, seed: run.seed, threads, folder, resume_from };
}

/** Saves what a message says and passes it on. */
function record(options: SessionOptions, message: FromTrainer): void {
  const { run, history, listener } = options;
  switch (message.type) {
    case 'ready': {
      const { engine, device, corpus_hash } = message;
      return history.updateRunStart(run.id, { engine, device, corpus_hash });
    }
    case 'stage':
      return history.recordStage({ run: run.id, ...message.stage });
    case 'progress':
      return listener.progress?.(run, message.progress);
    case 'evaluation':
      history.recordEvaluation({ run: run.id, ...message.evaluation });
      return listener.evaluation?.(run, message.evaluation);
    case 'checkpoint':
      return recordCheckpoint(options, message);
    case 'paused':
      return void history.markPaused(run.id);
  }
}

/** A stage checkpoint replaces the rolling one, whose file is gone by then. */
function recordCheckpoint({ run, history }: SessionOptions, message: CheckpointMessage): void {
  const relative = (file: string) => path.relative(path.dirname(history.path), file);
  const { stage, epoch, step } = message.position;
  if (message.kind === 'stage') {
    const old = history
      .checkpointsOf(run.id)
      .filter(({ path: file }) => path.basename(file) === 'last.safetensors');
    for (const { id } of old) history.forgetCheckpoint(id);
  }
  history.recordCheckpoint({
    run: run.id,
    stage,
    epoch,
    step,
    path: relative(message.path),
    bytes: message.bytes,
  });
}

/** Writes the final state; null where even that failed (the next start finds the run as an orphan). */
function settle(
  { run, history }: SessionOptions,
  outcome: Outcome | null,
  end: WorkerEnd,
  seconds: number,
): RunRecord | null {
  try {
    if (outcome?.type === 'done') return history.markDone(run.id, seconds);
    if (outcome?.type === 'cancelled') return history.markCancelled(run.id, seconds);
    if (outcome?.type === 'failed') return history.markFailed(run.id, outcome.error, seconds);
    const message = `the training process ${end.cause}; the other runs are unharmed, "credence resume ${run.experiment}" goes on from the last checkpoint`;
    return history.markFailed(run.id, { code: 'trainer.crashed', message }, seconds);
  } catch (error) {
    process.emitWarning(`run ${run.id}: its end could not be saved: ${toWireError(error).message}`);
    return null;
  }
}
