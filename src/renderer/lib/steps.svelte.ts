/** Steps that can be taken back and made again. */

const MOST_STEPS = 200;
const JOIN_WITHIN_MS = 1500;

/** How something is looked at, as its buttons need it. */
export interface UndoableLook {
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** Whether anything is not as at first. */
  readonly changed: boolean;
  undo(): void;
  redo(): void;
  /** As it was at first. */
  reset(): void;
}

export class Steps<T> {
  #past = $state.raw<T[]>([]);
  #future = $state.raw<T[]>([]);
  #last = { step: '', at: 0 };

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /**
   * Remembers what there is before it is changed.
   * @param step changes of the same one in quick succession are one; the empty text never joins
   */
  remember(now: T, step = ''): void {
    const at = Date.now();
    const joins = step !== '' && step === this.#last.step && at - this.#last.at < JOIN_WITHIN_MS;
    this.#last = { step, at };
    if (joins) return;
    this.#past = [...this.#past.slice(-MOST_STEPS), now];
    this.#future = [];
  }

  /** What comes next is a step of its own. */
  apart(): void {
    this.#last.step = '';
  }

  /** @returns what there was before the last step; undefined where there was none */
  undo(now: T): T | undefined {
    const before = this.#past.at(-1);
    if (before === undefined) return undefined;
    this.apart();
    this.#past = this.#past.slice(0, -1);
    this.#future = [now, ...this.#future];
    return before;
  }

  /** @returns what the step that was last taken back led to; undefined where there is none */
  redo(now: T): T | undefined {
    const [after, ...rest] = this.#future;
    if (after === undefined) return undefined;
    this.apart();
    this.#past = [...this.#past, now];
    this.#future = rest;
    return after;
  }

  clear(): void {
    this.apart();
    this.#past = [];
    this.#future = [];
  }
}
