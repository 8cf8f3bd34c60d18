/** Pausing and cancelling: messages set a wish, the training loop asks for it between steps. */
import type { ToTrainer } from './protocol.ts';

export interface TrainerControl {
  /** Aborted when the run is cancelled. */
  readonly signal: AbortSignal;
  receive(message: ToTrainer): void;
  /**
   * Lets waiting messages in, waits while paused, and says whether to go on.
   * @param onChange called each time a pause begins, and each time it ends without a cancellation
   */
  checkpoint(onChange: (now: 'paused' | 'resumed') => void): Promise<'go' | 'cancel'>;
}

/** What a run asks between steps. */
export type RunControl = Pick<TrainerControl, 'signal' | 'checkpoint'>;

/** Milliseconds of training between two looks at the messages. */
const LOOK_EVERY = 50;

export function createControl(): TrainerControl {
  const abort = new AbortController();
  let cancelled = false;
  let paused = false;
  let wake: (() => void) | null = null;
  let lastLook = 0;
  return {
    signal: abort.signal,
    receive(message) {
      if (message.type === 'cancel') {
        cancelled = true;
        abort.abort();
      }
      if (message.type === 'pause') paused = true;
      if (message.type === 'resume' || message.type === 'cancel') {
        paused = false;
        wake?.();
      }
    },
    async checkpoint(onChange) {
      if (performance.now() - lastLook < LOOK_EVERY) return 'go';
      // Engine calls block the thread: without this turn of the event loop no message would arrive.
      await new Promise((resolve) => setImmediate(resolve));
      if (paused && !cancelled) {
        onChange('paused');
        await new Promise<void>((resolve) => (wake = resolve));
        wake = null;
        // `receive` may have changed it meanwhile, which the compiler cannot see.
        if (!(cancelled as boolean)) onChange('resumed');
      }
      lastLook = performance.now();
      return cancelled ? 'cancel' : 'go';
    },
  };
}

/** Pausing and cancelling runs that train together. */
export interface GroupControl {
  /** That of each run. */
  runs: RunControl[];
  /** A pause, and its end, hold for all runs, which wait for each other; a cancellation for one. */
  receive(member: number, message: ToTrainer): void;
}

export function createGroupControl(size: number): GroupControl {
  const all = createControl();
  const cancelled = Array.from({ length: size }, () => new AbortController());
  const listeners = new Map<number, (now: 'paused' | 'resumed') => void>();
  // The runs go in step: each asks once per step, and the first one's question is that of all.
  let round: { step: number; answer: Promise<unknown> } = { step: 0, answer: Promise.resolve() };
  const runs = cancelled.map(({ signal }, member): RunControl => {
    const stopped = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    let step = 0;
    return {
      signal,
      async checkpoint(onChange) {
        listeners.set(member, onChange);
        if (++step > round.step)
          round = { step, answer: all.checkpoint((now) => listeners.forEach((tell) => tell(now))) };
        if (!signal.aborted) await Promise.race([round.answer, stopped]);
        if (!signal.aborted) return 'go';
        listeners.delete(member);
        return 'cancel';
      },
    };
  });
  return {
    runs,
    receive(member, message) {
      if (message.type === 'cancel') cancelled[member].abort();
      else all.receive(message);
    },
  };
}
