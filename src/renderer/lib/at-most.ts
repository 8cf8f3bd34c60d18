/** Waiting that has an end. */
import { pause } from './pause.ts';

/** @returns fulfilled with the promise, or after so many milliseconds without it */
export function atMost(milliseconds: number, promise: Promise<unknown>): Promise<unknown> {
  return Promise.race([promise, pause(milliseconds)]);
}
