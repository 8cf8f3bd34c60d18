/** Training queued runs from the command line: live progress, and what stops it saves what was reached. */
import { duration } from '#shared/duration.ts';
import { toWireError } from '#shared/errors.ts';
import { trainsTogether } from '#shared/config.ts';
import { runLabel } from '#shared/planned-runs.ts';
import type { RunRecord } from '#shared/records.ts';
import { createQueue, slotsFor, togetherFor, type QueuedRun } from '../experiments/experiment.ts';
import { memoryToTrain, runsThatFit } from '../experiments/pretrained-memory.ts';
import { backupDue, backUpDaily } from '../history/backups.ts';
import type { History } from '../history/history.ts';
import type { QueueListener } from '../runs/listener.ts';
import { stoppedLines } from '../runs/saved.ts';
import { brokenOutput, onStop, stopCause, stoppingText, type StopCause } from '../stopping.ts';
import { EXIT } from './exit.ts';
import { dim, note, red, yellow } from './output.ts';
import { countComputed, type Computed } from './peak-share.ts';
import { createProgressView } from './progress-view.ts';

export interface TrainOptions {
  jobs?: string;
  together?: string;
  out?: string;
  db?: string;
  json?: boolean;
}

/** Trains with live progress. @returns what stopped it before all runs had their turn; null where nothing did */
export async function trainRuns(
  history: History,
  queued: readonly QueuedRun[],
  options: TrainOptions,
  labelOf: (run: RunRecord) => string = runLabel,
): Promise<StopCause | null> {
  const view = createProgressView(queued.length, options.json === true, labelOf);
  const asked = togetherFor(options.together);
  const together = queued.every(({ config }) => trainsTogether(config)) ? asked : 1;
  if (together < asked)
    view.remark('--together: a pre-trained model fills a step by itself; its seeds are trained one by one');
  const configs = new Map(queued.map(({ run, config }) => [run.experiment, config]));
  const fitting = runsThatFit([...configs].map(([id, config]) => memoryToTrain(history, id, config)));
  const slots = slotsFor(Math.ceil(queued.length / together), options.jobs, fitting);
  const listener: QueueListener = {
    measuring: (_run, engines) =>
      view.remark(`measuring ${engines.join(', ')} on these steps: a few seconds, once`),
    started: (run) => view.started(run),
    progress: (run, progress) => view.progress(run, progress),
    remark: (run, text) => view.remark(yellow(`${labelOf(run)}: ${text}`)),
    ended(run, flops) {
      computed.ended(run, flops);
      if (run.state === 'cancelled' || run.state === 'interrupted') return;
      view.ended(run, run.state === 'done' ? `done in ${duration(run.seconds)}` : run.state);
      if (run.error) view.remark(red(`${labelOf(run)}: ${run.error.message}`));
    },
  };
  const queue = createQueue(history, slots, listener, together);
  const computed = countComputed();
  let closing = Promise.resolve<RunRecord[]>([]);
  onStop((cause) => {
    view.remark(stoppingText(cause));
    closing = queue.close(cause.name === 'SIGINT' ? null : cause.name);
  });
  for (const group of Map.groupBy(queued, ({ config }) => config).values())
    queue.add(
      group.map(({ run }) => run),
      group[0].config,
    );
  await queue.drain();
  const left = await closing;
  await sayShare(computed, (text) => view.remark(text));
  view.close();
  if (left.length === 0) backUpNow(history.path);
  for (const line of stoppedLines(history, left, labelOf)) note(line);
  return left.length > 0 ? stopCause() : null;
}

/** What was trained is there whether this can be measured or not: a device may be gone. */
async function sayShare(computed: Computed, say: (text: string) => void): Promise<void> {
  try {
    const share = await computed.sentence();
    if (share) say(dim(share));
  } catch (error) {
    say(yellow(`what this machine can multiply could not be measured: ${toWireError(error).message}`));
  }
}

/** Once a day, after training, which has taken longer; what fails is said. */
function backUpNow(database: string): void {
  try {
    if (backupDue(database)) backUpDaily(database);
  } catch (error) {
    note(red(`the daily backup of the history failed: ${toWireError(error).message}`));
  }
}

/**
 * Says how to go on after a stop.
 * @param done whether every run is done
 * @returns the exit code
 */
export async function endTraining(stopped: StopCause | null, done: boolean, resume: string): Promise<number> {
  if (stopped) note(`credence: stopped by ${stopped.name}; go on with: ${resume}`);
  if (stopped) return stopped.code;
  if (!done) return EXIT.failed;
  return (await brokenOutput())?.code ?? EXIT.ok;
}
