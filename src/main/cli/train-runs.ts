/** Training queued runs from the command line: live progress, and Ctrl-C saves what was reached. */
import { duration } from '#shared/duration.ts';
import { runLabel } from '#shared/planned-runs.ts';
import type { RunRecord } from '#shared/records.ts';
import { createQueue, slotsFor, togetherFor, type QueuedRun } from '../experiments/experiment.ts';
import type { History } from '../history/history.ts';
import { EXIT } from './exit.ts';
import { red } from './output.ts';
import type { QueueListener } from '../runs/listener.ts';
import { createProgressView } from './progress-view.ts';

export interface TrainOptions {
  jobs?: string;
  together?: string;
  out?: string;
  db?: string;
  json?: boolean;
}

/** Trains with live progress; true if Ctrl-C (or a termination signal) ended it. */
export async function trainRuns(
  history: History,
  queued: readonly QueuedRun[],
  options: TrainOptions,
  labelOf: (run: RunRecord) => string = runLabel,
): Promise<boolean> {
  const view = createProgressView(queued.length, options.json === true, labelOf);
  const together = togetherFor(options.together);
  const slots = slotsFor(Math.ceil(queued.length / together), options.jobs);
  const listener: QueueListener = {
    measuring: (_run, engines) =>
      view.remark(`measuring ${engines.join(', ')} on these steps: a few seconds, once`),
    started: (run) => view.started(run),
    progress: (run, progress) => view.progress(run, progress),
    ended: (run) => {
      view.ended(run, run.state === 'done' ? `done in ${duration(run.seconds)}` : run.state);
      if (run.error) view.remark(red(`${labelOf(run)}: ${run.error.message}`));
    },
  };
  const queue = createQueue(history, slots, listener, together);
  let stopped = false;
  const stop = () => {
    if (stopped) process.exit(EXIT.interrupted);
    stopped = true;
    view.remark('stopping: saving what was reached (press Ctrl-C again to leave at once)');
    queue.cancelAll();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    for (const group of Map.groupBy(queued, ({ config }) => config).values())
      queue.add(
        group.map(({ run }) => run),
        group[0].config,
      );
    await queue.drain();
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    view.close();
  }
  return stopped;
}
