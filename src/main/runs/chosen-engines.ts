/** The engine of each experiment in the queue: settled once, where need be by measuring, which the queue waits for. */
import type { ExperimentConfig } from '#shared/config.ts';
import { toWireError } from '#shared/errors.ts';
import type { RunRecord } from '#shared/records.ts';
import { chooseEngine, type EngineChoice } from '../engines/choice.ts';
import type { History } from '../history/history.ts';
import type { QueueListener } from './listener.ts';
import type { WorkerLink } from './worker-link.ts';

interface Chooser {
  history: History;
  launch: () => WorkerLink;
  listener: QueueListener;
  /** Told when an engine is settled that was waited for, unless it closed in the meantime. */
  settled: () => void;
}

export class ChosenEngines {
  readonly #chooser: Chooser;
  /** By experiment; null while engines are measured. */
  readonly #measured = new Map<number, EngineChoice | null>();
  readonly #closing = new AbortController();

  constructor(chooser: Chooser) {
    this.#chooser = chooser;
  }

  /**
   * The engine for a run.
   * @param processes how many will train at the same time, asked where engines are measured
   * @returns null where engines must be measured first
   */
  of(run: RunRecord, config: ExperimentConfig, processes: () => number): EngineChoice | null {
    const known = this.#measured.get(run.experiment);
    if (known !== undefined) return known;
    const { history, launch, listener } = this.#chooser;
    const choice = chooseEngine({
      ...{ history, launch, run, config, processes: processes() },
      signal: this.#closing.signal,
      measuring: (engines) => listener.measuring?.(run, engines),
    });
    if (!(choice instanceof Promise)) return choice;
    this.#measured.set(run.experiment, null);
    void this.#settle(run.experiment, choice);
    return null;
  }

  async #settle(experiment: number, choice: Promise<EngineChoice>): Promise<void> {
    const chosen = await choice.catch((error: unknown) => ({
      engine: 'onnx' as const,
      why: toWireError(error).message,
    }));
    this.#measured.set(experiment, chosen);
    if (!this.#closing.signal.aborted) this.#chooser.settled();
  }

  /** Whether engines are being measured for an experiment. */
  isMeasuring(experiment: number): boolean {
    return this.#measured.get(experiment) === null;
  }

  /** Ends what is being measured. */
  close(): void {
    this.#closing.abort();
  }
}
