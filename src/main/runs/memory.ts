/** How many runs of large models train side by side: as many as fit into the memory that was free before them. */
import { sizeText } from '#shared/counting.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import { memoryToTrain } from '../experiments/pretrained-memory.ts';
import type { History } from '../history/history.ts';
import { machineMemory } from '../machine-memory.ts';

/** What runs need, and what there is, in bytes. */
export interface MemorySource {
  /** 0 for a model that is small. */
  needed(config: ExperimentConfig, experiment: number): number;
  free(): number;
}

/** This machine, and what was reckoned for the experiments of a history. */
export function memoryHere(history: Pick<History, 'memoryOf'>): MemorySource {
  return {
    needed(config, experiment) {
      try {
        return memoryToTrain(history, experiment, config);
      } catch {
        // A model that is gone or broken: the run will say so itself.
        return 0;
      }
    },
    free: () => machineMemory().free,
  };
}

/** Counts by what was free while no run of a large model was there: those that have begun take their share in time. */
export class MemoryBudget {
  readonly #source: MemorySource;
  readonly #needs = new Map<number, number>();
  /** What each run here takes. */
  readonly #taken = new Map<number, number>();
  #total = 0;

  constructor(source: MemorySource) {
    this.#source = source;
  }

  /** Runs of an experiment that fit beside one another, one at least. */
  atOnce(experiment: number, config: ExperimentConfig): number {
    const needed = this.#neededBy(experiment, config);
    return needed === 0 ? Infinity : Math.max(1, Math.floor(this.#measured() / needed));
  }

  /** Why a run has to wait for memory, in words; null where it need not. One alone always has its try. */
  hindrance(experiment: number, config: ExperimentConfig): string | null {
    const needed = this.#neededBy(experiment, config);
    if (needed === 0 || this.#used === 0) return null;
    const left = Math.max(0, this.#measured() - this.#used);
    if (needed <= left) return null;
    return `waits for memory: needs ${sizeText(needed)}, ${sizeText(left)} are left`;
  }

  take(run: number, experiment: number, config: ExperimentConfig): void {
    this.#measured();
    this.#taken.set(run, this.#neededBy(experiment, config));
  }

  giveBack(run: number): void {
    this.#taken.delete(run);
  }

  get #used(): number {
    return [...this.#taken.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Bytes for all runs of large models together. */
  #measured(): number {
    if (this.#used === 0) this.#total = this.#source.free();
    return this.#total;
  }

  #neededBy(experiment: number, config: ExperimentConfig): number {
    const needed = this.#needs.get(experiment) ?? this.#source.needed(config, experiment);
    this.#needs.set(experiment, needed);
    return needed;
  }
}
