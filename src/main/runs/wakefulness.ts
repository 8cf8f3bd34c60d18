/** Keeps the machine awake while something trains, where that is wished. */
import type { KeepAwake } from '../keep-awake.ts';

export class Wakefulness {
  readonly #begin: KeepAwake;
  #wished: boolean;
  #training = false;
  #end: (() => void) | null = null;

  constructor(begin: KeepAwake, wished: boolean) {
    this.#begin = begin;
    this.#wished = wished;
  }

  get wished(): boolean {
    return this.#wished;
  }

  wish(wished: boolean): void {
    this.#wished = wished;
    this.#settle();
  }

  /** @param training whether anything trains just now; what waits or is paused needs no machine */
  update(training: boolean): void {
    this.#training = training;
    this.#settle();
  }

  #settle(): void {
    if (this.#training && this.#wished) this.#end ??= this.#begin();
    else {
      this.#end?.();
      this.#end = null;
    }
  }
}
