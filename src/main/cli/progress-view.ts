/**
 * Live progress of an experiment on standard error: bars on a terminal, a line now and then elsewhere. How each run
 * ended is part of the result: it goes to standard output, where a closed pipe (`| head`) is noticed by it.
 */
import { duration } from '#shared/duration.ts';
import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import type { TrainingProgress } from '#shared/progress.ts';
import { stageText, type RunRecord } from '#shared/records.ts';
import { note, print } from './output.ts';

export interface ProgressView {
  started(run: RunRecord): void;
  progress(run: RunRecord, progress: TrainingProgress): void;
  ended(run: RunRecord, outcome: string): void;
  /** A remark among the bars. */
  remark(text: string): void;
  close(): void;
}

/** Seconds between two lines about one run where there is no terminal. */
const LINE_EVERY = 15;

/** Bars on a terminal, lines otherwise; nothing but remarks when `quiet`. */
export function createProgressView(
  total: number,
  quiet: boolean,
  labelOf: (run: RunRecord) => string,
): ProgressView {
  if (quiet) return silentView();
  return process.stderr.isTTY ? barView(total, labelOf) : lineView(total, labelOf);
}

function silentView(): ProgressView {
  return { started() {}, progress() {}, ended() {}, remark: note, close() {} };
}

function lineView(total: number, labelOf: (run: RunRecord) => string): ProgressView {
  const lastLine = new Map<number, number>();
  let ended = 0;
  return {
    started: (run) => note(`${labelOf(run)}: started`),
    progress(run, progress) {
      const now = performance.now();
      if (now - (lastLine.get(run.id) ?? now - 1e9) < LINE_EVERY * 1000) return;
      lastLine.set(run.id, now);
      note(`${labelOf(run)}: ${Math.floor(100 * progress.fraction)}%  ${describe(progress)}`);
    },
    ended(run, outcome) {
      ended++;
      print(`${labelOf(run)}: ${outcome} (${ended} of ${total})`);
    },
    remark: note,
    close() {},
  };
}

function barView(total: number, labelOf: (run: RunRecord) => string): ProgressView {
  const bars = new MultiBar(
    {
      format: '{name} {bar} {percentage}%  {detail}',
      clearOnComplete: false,
      hideCursor: true,
      autopadding: true,
      stream: process.stderr,
      barsize: 24,
      fps: 10,
      // Ctrl-C is the queue's to handle: it saves what was reached first.
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  const overall = bars.create(total, 0, { name: 'all runs', detail: '' });
  const started = performance.now();
  const open = new Map<number, { bar: SingleBar; fraction: number }>();
  let ended = 0;
  const showOverall = () => {
    const done = ended + [...open.values()].reduce((sum, { fraction }) => sum + fraction, 0);
    const left = ((performance.now() - started) / 1000) * (total / done - 1);
    overall.update(done, { detail: `${ended} of ${total} done  ${timeLeft(done > 0.1 ? left : null)}` });
  };
  return {
    started(run) {
      const bar = bars.create(1, 0, { name: labelOf(run).padEnd(9), detail: 'starting' });
      open.set(run.id, { bar, fraction: 0 });
    },
    progress({ id }, progress) {
      const shown = open.get(id);
      if (!shown) return;
      shown.fraction = progress.fraction;
      shown.bar.update(progress.fraction, { detail: describe(progress) });
      showOverall();
    },
    ended(run, outcome) {
      const shown = open.get(run.id);
      if (shown) bars.remove(shown.bar);
      open.delete(run.id);
      ended++;
      showOverall();
      bars.log(`${labelOf(run)}: ${outcome}\n`);
      if (!process.stdout.isTTY) print(`${labelOf(run)}: ${outcome} (${ended} of ${total})`);
    },
    remark: (text) => bars.log(`${text}\n`),
    close: () => bars.stop(),
  };
}

function timeLeft(seconds: number | null): string {
  return seconds === null ? 'estimating' : `${duration(seconds)} left`;
}

function describe(progress: TrainingProgress): string {
  return [
    `${stageText(progress.stage)}, epoch ${progress.epoch}/${progress.epochs}`,
    `step ${progress.step}/${progress.steps}`,
    `loss ${progress.loss.toFixed(3)}`,
    `${Math.round(progress.examples_per_second)} examples/s`,
    timeLeft(progress.eta_seconds),
  ].join('  ');
}
