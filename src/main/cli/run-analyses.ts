/** Analyses from the command line: live progress, and what stops it keeps what was found. */
import { ANALYSES, type AnalysisParams } from '#shared/analysis.ts';
import { plural } from '#shared/counting.ts';
import { visible } from '#shared/plain-text.ts';
import { AnalysisQueue } from '../analysis/queue.ts';
import { dueAnalyses } from '../analysis/wished.ts';
import type { History } from '../history/history.ts';
import { forkTrainer } from '../runs/fork-link.ts';
import { brokenOutput, onStop, stopCause } from '../stopping.ts';
import { EXIT } from './exit.ts';
import { note, red, yellow } from './output.ts';
import { shareLine, statusLine } from './status-line.ts';

export interface Wish {
  experiment: number;
  params: AnalysisParams;
  /** Null for all. */
  seeds: readonly number[] | null;
}

interface RunOptions {
  /** Nothing but remarks. */
  quiet: boolean;
  /** Runs that are looked at at the same time; null for one per core. */
  jobs?: number | null;
}

/** @returns the analyses, in the order of the wishes @throws UserError `analysis.*` */
export async function runAnalyses(
  history: History,
  wishes: readonly Wish[],
  { quiet, jobs = null }: RunOptions,
): Promise<number[]> {
  const view = createView(quiet);
  const queue: AnalysisQueue = new AnalysisQueue({
    ...{ history, launch: forkTrainer, ...(jobs !== null && { slots: jobs }) },
    listener: { changed: () => view.show(queue) },
  });
  const started = wishes.map((wish) => start(history, queue, wish, quiet));
  view.total(queue.left());
  onStop((cause) => {
    note(`credence: stopping (${cause.name}); what was found is kept`);
    void queue.close(cause.name === 'SIGINT' ? 'cancelled' : 'interrupted');
  });
  await queue.drain();
  view.close();
  return started;
}

function start(history: History, queue: AnalysisQueue, wish: Wish, quiet: boolean): number {
  const { experiment, params, seeds } = wish;
  const { name } = history.getExperiment(experiment);
  const { id, runs, left } = queue.start(experiment, params, seeds);
  for (const line of left) note(yellow(`note: left out: ${line}`));
  const total = history.getAnalysis(id).parts.length;
  const others = runs.length < total ? ', the others are done' : '';
  if (!quiet)
    note(
      `${visible(name)}, ${ANALYSES[params.kind].label}: ${runs.length} of ${plural(total, 'run')} to look at${others}`,
    );
  return id;
}

/** What configs ask to be looked at once all runs are done; what cannot be had is said, and the others go on. */
export async function lookInside(
  history: History,
  experiments: readonly number[],
  { json = false, jobs }: { json?: boolean; jobs?: string },
): Promise<void> {
  const wishes = experiments.flatMap((experiment) =>
    dueAnalyses(history, experiment).map((params) => ({ experiment, params, seeds: null })),
  );
  if (wishes.length === 0) return;
  const ids = await runAnalyses(history, wishes, { quiet: json, jobs: jobs ? Number(jobs) : null });
  for (const id of ids) {
    const { experiment, parts } = history.getAnalysis(id);
    for (const { seed, error } of parts)
      if (error) note(red(`experiment ${experiment}, seed ${seed}: ${error.message}`));
  }
}

/** Says how to go on after a stop. @returns the exit code */
export async function endAnalyses(history: History, analyses: readonly number[]): Promise<number> {
  const cause = stopCause();
  if (cause !== null) note(`credence: stopped by ${cause.name}; the same command goes on with what is left`);
  if (cause !== null) return cause.code;
  const parts = analyses.flatMap((id) => history.getAnalysis(id).parts);
  if (parts.some(({ state }) => state !== 'done')) return EXIT.failed;
  return (await brokenOutput())?.code ?? EXIT.ok;
}

function createView(quiet: boolean) {
  const line = statusLine();
  let total = 1;
  return {
    total(runs: number) {
      total = Math.max(1, runs);
    },
    show(queue: AnalysisQueue) {
      if (quiet) return;
      const open = queue.progress().reduce((sum, part) => sum + part.share, 0);
      line.show((seconds) => shareLine('looking', (total - queue.left() + open) / total, seconds));
    },
    close: line.clear,
  };
}
