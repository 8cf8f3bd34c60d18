/**
 * The queue of analyses: each run of one in a process of its own, a few at a time, beside the runs that train. What is
 * found for a run is kept at once: after a crash the others go on.
 */
import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { PartProgress, StartedAnalysis } from '#shared/api/analyses.ts';
import { ANALYSES, notOffered, type AnalysisParams, type AnalysisResult } from '#shared/analysis.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import { toWireError, UserError } from '#shared/errors.ts';
import { ourConfig } from '#shared/saved-config.ts';
import { ask } from '../engines/ask.ts';
import { datasetCache } from '../experiments/data-files.ts';
import type { History } from '../history/history.ts';
import type { WorkerLink } from '../runs/worker-link.ts';
import { wantedRuns, type WantedRun } from './wanted-weights.ts';

export interface AnalysisListener {
  /** A part began, got on or ended. */
  changed?(experiment: number, analysis: number): void;
}

export interface AnalysisQueueOptions {
  history: History;
  launch: () => WorkerLink;
  listener?: AnalysisListener;
  /** Runs that are analysed at the same time. */
  slots?: number;
}

interface Part extends WantedRun {
  analysis: number;
  experiment: number;
  config: ExperimentConfig;
  params: AnalysisParams;
}

interface Session {
  part: Part;
  stop: AbortController;
  began: number;
  share: number;
  ended: Promise<void>;
  /** What a stop is to be called. */
  as: 'cancelled' | 'interrupted';
}

const HEARTBEAT_EVERY = 10_000;
/** Milliseconds between two reports of one part. */
const REPORT_EVERY = 200;

export class AnalysisQueue {
  readonly #history: History;
  readonly #launch: () => WorkerLink;
  readonly #listener: AnalysisListener;
  readonly #slots: number;
  #waiting: Part[] = [];
  readonly #sessions = new Set<Session>();
  #idle: (() => void)[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor({ history, launch, listener = {}, slots }: AnalysisQueueOptions) {
    this.#history = history;
    this.#launch = launch;
    this.#listener = listener;
    this.#slots = slots ?? availableParallelism();
  }

  /**
   * Starts an analysis of an experiment, or goes on with the one that asks the same.
   * @param seeds null for all
   * @throws UserError `analysis.*`; as `getExperiment`
   */
  start(experiment: number, params: AnalysisParams, seeds: readonly number[] | null = null): StartedAnalysis {
    const config = ourConfig(this.#history.getExperiment(experiment), 'look inside its models');
    const why = notOffered(config, params.kind);
    if (why)
      throw new UserError(
        'analysis.task',
        `${ANALYSES[params.kind].label}: experiment ${experiment} is of the task ${config.task}: ${why}; choose another analysis`,
      );
    const { runs: found, left } = wantedRuns(this.#history, { experiment, config }, params, seeds);
    const wanted = found.map((each) => ({ run: each.run.id, weights: stampOf(each) }));
    const { id, runs } = this.#history.queueAnalysis(experiment, params, wanted);
    const parts = found.filter(({ run }) => runs.includes(run.id));
    this.#waiting.push(...parts.map((part): Part => ({ ...part, analysis: id, experiment, config, params })));
    this.#listener.changed?.(experiment, id);
    this.#fill();
    return { id, runs, left };
  }

  /** Runs that are still to be looked at, or are now. */
  left(): number {
    return this.#waiting.length + this.#sessions.size;
  }

  progress(): PartProgress[] {
    return [...this.#sessions].map(({ part, share, began }) => {
      const seconds = (performance.now() - began) / 1000;
      const eta_seconds = share > 0.02 ? (seconds / share) * (1 - share) : null;
      return { analysis: part.analysis, run: part.run.id, share, eta_seconds };
    });
  }

  /** Ends what an analysis still has to do; what was found stays. */
  async cancel(analysis: number): Promise<void> {
    await this.#stop((part) => part.analysis === analysis, 'cancelled');
  }

  /** Resolves when nothing waits or is analysed any more. */
  drain(): Promise<void> {
    if (this.#isIdle) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** The program ends. @param as what becomes of what is not done: the user cancelled it, or it can go on */
  close(as: Session['as'] = 'interrupted'): Promise<void> {
    return this.#stop(() => true, as);
  }

  get #isIdle(): boolean {
    return this.#waiting.length === 0 && this.#sessions.size === 0;
  }

  async #stop(isMeant: (part: Part) => boolean, as: Session['as']): Promise<void> {
    const leaving = this.#waiting.filter(isMeant);
    this.#waiting = this.#waiting.filter((part) => !isMeant(part));
    for (const { analysis, run } of leaving) this.#history.markPartStopped(analysis, run.id, as);
    const sessions = [...this.#sessions].filter(({ part }) => isMeant(part));
    for (const session of sessions) {
      session.as = as;
      session.stop.abort();
    }
    await Promise.all(sessions.map(({ ended }) => ended));
    for (const { experiment, analysis } of leaving) this.#listener.changed?.(experiment, analysis);
    this.#fill();
  }

  #fill(): void {
    while (this.#waiting.length > 0 && this.#sessions.size < this.#slotsFor(this.#waiting[0]))
      this.#begin(this.#waiting.shift()!);
    if (this.#isIdle) for (const resolve of this.#idle.splice(0)) resolve();
    this.#watch();
  }

  /** A pre-trained model fills the machine by itself. */
  #slotsFor({ config }: Part): number {
    return isLarge(config) ? 1 : this.#slots;
  }

  #begin(part: Part): void {
    const session: Session = {
      ...{ part, stop: new AbortController(), began: performance.now(), share: 0, as: 'cancelled' },
      ended: Promise.resolve(),
    };
    this.#sessions.add(session);
    session.ended = this.#work(session).finally(() => {
      this.#sessions.delete(session);
      this.#listener.changed?.(part.experiment, part.analysis);
      this.#fill();
    });
  }

  async #work(session: Session): Promise<void> {
    const { part, stop, began } = session;
    const { analysis, run } = part;
    const seconds = () => (performance.now() - began) / 1000;
    try {
      this.#history.markPartRunning(analysis, run.id);
      this.#listener.changed?.(part.experiment, analysis);
      const result = await this.#ask(session);
      this.#history.markPartDone(analysis, run.id, result, seconds());
    } catch (error) {
      if (stop.signal.aborted) this.#history.markPartStopped(analysis, run.id, session.as);
      else this.#history.markPartFailed(analysis, run.id, toWireError(error), seconds());
    }
  }

  async #ask(session: Session): Promise<AnalysisResult> {
    const { part, stop } = session;
    let reported = 0;
    const answer = await ask(
      { type: 'analyse', job: this.#jobOf(part) },
      {
        ...{ launch: this.#launch, timeout: null, signal: stop.signal },
        progress: (share) => {
          session.share = share;
          if (performance.now() - reported < REPORT_EVERY) return;
          reported = performance.now();
          this.#listener.changed?.(part.experiment, part.analysis);
        },
      },
    );
    if (answer.type === 'analysed') return answer.result;
    throw new Error(`an analysis was asked for, and the answer was ${answer.type}`);
  }

  #jobOf({ config, experiment, params, checkpoints, run }: Part) {
    const atOnce = Math.min(isLarge(config) ? 1 : this.#slots, this.#sessions.size + this.#waiting.length);
    return {
      ...{ config, experiment, params, checkpoints, seed: run.seed, seed_stage2: run.seed_stage2 },
      data: this.#history.getExperiment(experiment).dataset_report?.files ?? null,
      threads: Math.max(1, Math.floor(availableParallelism() / Math.max(1, atOnce))),
      dataset_cache: datasetCache(path.dirname(path.resolve(this.#history.path))),
    };
  }

  /** Gives signs of life while there is anything to own. */
  #watch(): void {
    if (this.#isIdle && this.#timer) {
      clearInterval(this.#timer);
      this.#timer = null;
    } else if (!this.#isIdle) {
      this.#timer ??= setInterval(() => this.#heartbeat(), HEARTBEAT_EVERY).unref();
    }
  }

  #heartbeat(): void {
    try {
      this.#history.analysisHeartbeat();
    } catch (error) {
      process.emitWarning(`no sign of life could be saved: ${toWireError(error).message}`);
    }
  }
}

const isLarge = (config: ExperimentConfig) => 'pretrained' in config && config.pretrained !== null;

/** Another text once a file was written anew; the same where the data folder or the experiment moved. */
function stampOf({ checkpoints }: WantedRun): string {
  return checkpoints
    .map(({ path: file }) => {
      const { size, mtimeMs } = statSync(file);
      const [name, run] = [path.basename(file), path.basename(path.dirname(file))];
      return `${run}/${name} ${size} ${Math.floor(mtimeMs)}`;
    })
    .join('\n');
}
