/**
 * What a traced program leaves to the processor: a step of AdamW, in place. As ONNX operators it takes 13 passes
 * over the weights and copies the new state out of the session; as one pass of WebAssembly a quarter of the time.
 * The numbers are the same, bit for bit.
 */
import type { Tensor } from 'onnxruntime-node';

/** Names of what the graph computes for a step. */
export interface StepOperands {
  /** (N) */
  gradient: string;
  /** () what the gradient is multiplied with. */
  scale: string;
  /** () */
  eps: string;
  /** () or (R, 1), each for N / R weights in a row: step size. */
  rates: string;
  /** () or (R, 1): what the weights are multiplied with (weight decay). */
  kept: string;
}

/** A step of AdamW on entries of the state, after the graph has run. */
export interface InPlaceStep {
  /** State entries (N): the weights, and the moments as optimizers/adamw.ts keeps them. */
  state: { parameters: string; first: string; second: string };
  operands: StepOperands;
  beta1: number;
  beta2: number;
}

/** Above this many weights a step stays in the graph: WebAssembly addresses 4 GiB, a weight takes 16 bytes. */
export const MOST_WEIGHTS = 2 ** 27;

/** Weights in a row with the same step size and the same decay. */
export interface Stretch {
  begin: number;
  end: number;
  rate: number;
  kept: number;
}

/** Neighbours with equal factors are one stretch. */
export function stretches(size: number, rates: Float32Array, kept: Float32Array): Stretch[] {
  const rows = Math.max(rates.length, kept.length);
  const width = size / rows;
  const found: Stretch[] = [];
  for (let row = 0; row < rows; row++) {
    const [rate, keeps] = [rates[rates.length === 1 ? 0 : row], kept[kept.length === 1 ? 0 : row]];
    const last = found.at(-1);
    if (last?.rate === rate && last.kept === keeps) last.end = (row + 1) * width;
    else found.push({ begin: row * width, end: (row + 1) * width, rate, kept: keeps });
  }
  return found;
}

/** What a session computed for a step. */
export function operandsOf(
  { operands }: InPlaceStep,
  results: Readonly<Record<string, Tensor>>,
): Record<keyof StepOperands, Float32Array> {
  const data = (name: keyof StepOperands) => results[operands[name]].data as Float32Array;
  return {
    gradient: data('gradient'),
    scale: data('scale'),
    eps: data('eps'),
    rates: data('rates'),
    kept: data('kept'),
  };
}
