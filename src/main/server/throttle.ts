/**
 * How often strangers may knock before they are told to wait, and the user that they knock. What keeps them out is the
 * length of the token: one that is right passes at any time.
 */

export interface Throttle {
  /** Somebody came without the token. @returns seconds until it is worth asking again; null where it is now */
  knock(): number | null;
}

/** Refusals in a minute before strangers have to wait; a tab that outlived its server asks less often. */
const MOST = 120;
const WINDOW = 60_000;

/**
 * Whoever has the token is never held up by it.
 * @param flood told when a wait begins
 * @param now milliseconds
 */
export function createThrottle(flood: () => void, now = () => performance.now()): Throttle {
  let began = -Infinity;
  let knocks = 0;
  return {
    knock() {
      if (now() - began >= WINDOW) {
        began = now();
        knocks = 0;
      }
      knocks++;
      if (knocks <= MOST) return null;
      if (knocks === MOST + 1) flood();
      return Math.max(1, Math.ceil((began + WINDOW - now()) / 1000));
    },
  };
}
