/** What a training process writes to its error output: the end of it is kept, and a GPU that failed is heard at once. */
import type { WireError } from '#shared/errors.ts';
import type { FromTrainer } from '../trainer/protocol.ts';
import { gpuFault } from '../trainer/machine-faults.ts';

/** Characters that are kept. */
const KEPT = 2000;

/**
 * ONNX Runtime tells some errors of a GPU here and nowhere else, and goes on computing with whatever its buffers held:
 * nothing that the process says after one may be believed.
 */
export class ErrorOutput {
  #text = '';
  #fault: WireError | null = null;
  readonly #onFault: () => void;
  readonly #listeners: ((message: FromTrainer) => void)[] = [];

  /** @param onFault ends the process, called once */
  constructor(onFault: () => void) {
    this.#onFault = onFault;
  }

  /** The end of what was written. */
  get lastWords(): string {
    return this.#text;
  }

  /** Takes in what was written. */
  take(text: string): void {
    this.#text = (this.#text + text).slice(-KEPT);
    if (this.#fault) return;
    this.#fault = gpuFault(this.#text.slice(0, this.#text.lastIndexOf('\n') + 1));
    if (!this.#fault) return;
    for (const listener of this.#listeners) listener({ type: 'failed', error: this.#fault });
    this.#onFault();
  }

  /** A listener for the messages of the process, which hears of the fault as its last word. */
  believed(listener: (message: FromTrainer) => void): (message: FromTrainer) => void {
    this.#listeners.push(listener);
    return (message) => {
      if (!this.#fault) listener(message);
    };
  }
}
