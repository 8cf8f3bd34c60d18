/** Which engines compute in mixed precision. */
import { MIXED_ENGINES, type EngineId } from '#shared/engines.ts';
import type { Program } from './engine.ts';

/** @throws Error where an engine would compute a program of mixed precision in float32 */
export function checkPrecision(id: EngineId, { name, precision }: Program): void {
  if (precision === 'mixed' && !MIXED_ENGINES.includes(id))
    throw new Error(`the program ${name} is of mixed precision; the ${id} engine computes in float32 only`);
}

/** Of a product of matrices; `terms` are added up for each element. */
export interface ProductSize {
  rows: number;
  columns: number;
  terms: number;
}

/**
 * Longer sums than this stay float32. ONNX Runtime's WebGPU kernels add up float16 products in float16, whose 11
 * bits let a sum of 2^11 equal terms stand still.
 */
const LONGEST_HALF_SUM = 1024;

/**
 * Sums along an axis, weighted in so many ways at most, stay float32: reading what is summed takes all the time, and
 * it may be more than float16 can hold (squared gradients).
 */
const WEIGHTED_SUMS = 2;

/** Which products a program of mixed precision computes in float16. */
export function isHalfProduct({ rows, columns, terms }: ProductSize): boolean {
  return Math.min(rows, columns) > WEIGHTED_SUMS && terms <= LONGEST_HALF_SUM;
}
