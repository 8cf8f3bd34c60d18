/** A task of a job, on its node: trains its runs, tells how far it is, saves when it must end. */
import { execFile } from 'node:child_process';
import { hostname } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { runLabel } from '#shared/planned-runs.ts';
import type { RunRecord } from '#shared/records.ts';
import type { TrainingProgress } from '#shared/progress.ts';
import { toWireError } from '#shared/errors.ts';
import { ourConfig } from '#shared/saved-config.ts';
import { readBundle, writeBundle } from '../bundle/bundle.ts';
import { writeWhole } from '../files.ts';
import { openHistory, type History } from '../history/history.ts';
import { forkTrainer } from '../runs/fork-link.ts';
import { RunQueue } from '../runs/queue.ts';
import { onStop, stopCause } from '../stopping.ts';
import { FILES, placedConfig, readJobFile, readReport, type JobFile, type TaskReport } from './job-folder.ts';
import { LIMIT_SIGNAL, taskFolder } from './script.ts';

/** Milliseconds between two reports, and between two looks at whether results are worth writing again. */
const REPORT_EVERY = 5000;
const RESULTS_EVERY = 60_000;

/** What a task has at hand. */
interface Working {
  folder: string;
  index: number;
  job: JobFile;
  history: History;
  experiment: number;
  report: TaskReport;
  progress: Map<number, TrainingProgress>;
}

/**
 * Trains what a task has left, from its checkpoints where it was started before. A signal makes it save; where its time
 * ends, it asks Slurm to queue it again, as long as `restarts` allows.
 * @returns the exit code: 0 where nothing is left, or where it is queued again
 * @throws UserError `slurm.folder`, `bundle.*`, `history.*`
 */
export async function runTask(folder: string, index: number): Promise<number> {
  const job = readJobFile(folder);
  const own = taskFolder(folder, index);
  const history = openHistory(path.join(own, FILES.history));
  try {
    const experiment = await experimentOf(history, own);
    history.interruptEarlier();
    const report = begin(folder, index);
    return await work({ folder, index, job, history, experiment, report, progress: new Map() });
  } finally {
    history.close();
  }
}

/** The experiment of a task; taken over when it starts for the first time. */
async function experimentOf(history: History, own: string): Promise<number> {
  const [known] = history.listExperiments();
  if (known) return known.id;
  const [taken] = await readBundle(history, path.join(own, FILES.design));
  return taken.id;
}

function begin(folder: string, index: number): TaskReport {
  const before = readReport(folder, index);
  return {
    attempt: (before?.attempt ?? 0) + 1,
    at: new Date().toISOString(),
    host: hostname(),
    phase: 'works',
    why: null,
    results: before?.results ?? 0,
    runs: [],
  };
}

async function work(task: Working): Promise<number> {
  const { history, experiment, job, folder } = task;
  const config = ourConfig(history.getExperiment(experiment), 'train it');
  const left = history.runsOf(experiment).filter(({ state }) => state !== 'done');
  const { cpus, jobs } = job.options;
  const slots = Math.max(1, Math.min(jobs ?? cpus, left.length));
  const queue = new RunQueue({
    history,
    slots,
    threads: Math.max(1, Math.floor(cpus / slots)),
    launch: forkTrainer,
    listener: {
      progress: (run, progress) => void task.progress.set(run.id, progress),
      ended: (run) => {
        print(`${runLabel(run)}: ${run.state}${run.error ? `: ${run.error.message}` : ''}`);
        writer.changed();
      },
      remark: (run, text) => print(`${runLabel(run)}: ${text}`),
    },
  });
  const writer = resultsWriter(task);
  const stopping = stopOnSignals(queue);
  print(
    `attempt ${task.report.attempt} on ${task.report.host}: ${left.length} run(s) to train, ${slots} at a time`,
  );
  writeReport(task);
  queue.add(
    left.map((run) => history.requeueRun(run.id)),
    placedConfig(config, folder, job),
  );
  await queue.drain();
  const why = await stopping.ended();
  await writer.end();
  return finish(task, why);
}

/** Writes results after each run, and now and then what is known of those that train. */
function resultsWriter(task: Working) {
  let writing = Promise.resolve();
  let last = 0;
  const write = () => {
    last = Date.now();
    writing = writing.then(() => writeResults(task));
  };
  const timer = setInterval(() => {
    if (Date.now() - last > RESULTS_EVERY) write();
    else writeReport(task);
  }, REPORT_EVERY);
  return {
    changed: write,
    async end(): Promise<void> {
      clearInterval(timer);
      write();
      await writing;
    },
  };
}

async function writeResults(task: Working): Promise<void> {
  const { folder, index, history, experiment, job, report } = task;
  const file = path.join(taskFolder(folder, index), FILES.results);
  try {
    await writeBundle(history, [experiment], file, { weights: job.options.weights });
    report.results++;
    writeReport(task);
  } catch (error) {
    // What it found is in its history all the same; the next writing brings it.
    print(`results could not be written: ${toWireError(error).message}`);
  }
}

function writeReport({ folder, index, history, experiment, report, progress }: Working): void {
  report.at = new Date().toISOString();
  report.runs = history.runsOf(experiment).map((run) => ({
    label: runLabel(run),
    state: run.state,
    seconds: run.seconds,
    fraction: run.state === 'done' ? 1 : (progress.get(run.id)?.fraction ?? null),
    error: run.error,
  }));
  try {
    writeWhole(path.join(taskFolder(folder, index), FILES.report), `${JSON.stringify(report)}\n`);
  } catch (error) {
    print(`the report could not be written: ${toWireError(error).message}`);
  }
}

/** What a signal means to a task. */
function stopOnSignals(queue: RunQueue) {
  let why: string | null = null;
  let closing: Promise<RunRecord[]> = Promise.resolve([]);
  const stop = (cause: string) => {
    if (why !== null) return;
    why = cause;
    print(`${cause}: saving`);
    closing = queue.close(cause);
  };
  process.on(LIMIT_SIGNAL, () => stop(TIME_LIMIT));
  onStop(({ name }) => stop(name));
  return {
    /** @returns why it stopped; null where it came to its end */
    async ended(): Promise<string | null> {
      await closing;
      return why;
    },
  };
}

const TIME_LIMIT = 'the time limit is near';

async function finish(task: Working, why: string | null): Promise<number> {
  const { history, experiment, report, job } = task;
  const left = history.runsOf(experiment).filter(({ state }) => state !== 'done');
  report.phase = left.length > 0 && why !== null ? 'stopped' : 'ended';
  report.why = why;
  writeReport(task);
  if (left.length === 0) return 0;
  if (why !== TIME_LIMIT) return stopCause()?.code ?? 1;
  if (report.attempt > job.options.restarts) {
    print(`it was started ${report.attempt} times already; it is not queued again`);
    return 1;
  }
  return requeue();
}

/** Asks Slurm to start this task again. */
async function requeue(): Promise<number> {
  const { SLURM_ARRAY_JOB_ID: array, SLURM_ARRAY_TASK_ID: task } = process.env;
  try {
    await promisify(execFile)('scontrol', ['requeue', `${array}_${task}`]);
    return 0;
  } catch (error) {
    print(`it could not be queued again: ${toWireError(error).message}`);
    return 1;
  }
}

const print = (text: string) => void process.stdout.write(`${new Date().toISOString()} ${text}\n`);
