/** Random step functions of a whole number x, in several dimensions, each scaled to run from −1 to 1. */

export interface StepFunction {
  /** Values of the steps, dimension by dimension. */
  steps: readonly Float64Array[];
  maxX: number;
}

/**
 * Zero-order interpolation of anchors that lie evenly over `[0, maxX − 1]`, the first and the last at its ends.
 * @param anchors values of each dimension, at least two and at most `maxX`
 */
export function stepFunction(anchors: readonly (readonly number[])[], maxX: number): StepFunction {
  return { steps: anchors.map(scaled), maxX };
}

/** The value at `x`, a whole number from 0 to below `maxX`. */
export function valueAt({ steps, maxX }: StepFunction, x: number, dim: number): number {
  return steps[dim][stepAt(x, steps[dim].length, maxX)];
}

/** Where each step begins, in x; the last one is a single point. */
export function stepStarts({ steps: [{ length }], maxX }: StepFunction): number[] {
  return Array.from({ length }, (_, step) => Math.ceil((step * (maxX - 1)) / (length - 1)));
}

/** Whole numbers throughout, so that no step begins a little early or late. */
function stepAt(x: number, nAnchors: number, maxX: number): number {
  return Math.floor((x * (nAnchors - 1)) / (maxX - 1));
}

function scaled(values: readonly number[]): Float64Array {
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  return Float64Array.from(values, (value) => ((value - low) / (high - low)) * 2 - 1);
}
