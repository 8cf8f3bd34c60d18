/** Training time without pauses. */
export interface Clock {
  seconds(): number;
  /** Starts or stops it; it begins running. */
  run(on: boolean): void;
}

/** @param before seconds of earlier processes */
export function createClock(before: number, now = () => performance.now()): Clock {
  let done = before;
  let since: number | null = now();
  return {
    seconds: () => done + (since === null ? 0 : (now() - since) / 1000),
    run(on) {
      if (on === (since !== null)) return;
      if (since !== null) done += (now() - since) / 1000;
      since = on ? now() : null;
    },
  };
}
