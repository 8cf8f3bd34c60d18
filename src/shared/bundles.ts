/** Experiments on their way from one history to another. */

/** What a file of experiments is named like. */
export const BUNDLE_ENDING = '.credence';

/** The largest file that a window hands over; larger ones go by the command line. */
export const MAX_BUNDLE_BYTES = 64 * 1024 * 1024;

/** A file that was written. */
export interface WrittenBundle {
  path: string;
  bytes: number;
  experiments: number;
  /** Of the weights in it, before they were packed. */
  weights: number;
}

/** What became of one experiment that came. */
export interface MovedExperiment {
  /** Its number here. */
  id: number;
  name: string;
  /** `new`; `more`: it was here, and runs came to it; `known`: nothing came. */
  outcome: 'new' | 'more' | 'known';
  runs: number;
  /** What was left out, in words. */
  left: string[];
}
