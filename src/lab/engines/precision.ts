/** Which engines compute in mixed precision. */
import { MIXED_ENGINES, type EngineId } from '#shared/engines.ts';
import type { Program } from './engine.ts';

/** @throws Error where an engine would compute a program of mixed precision in float32 */
export function checkPrecision(id: EngineId, { name, precision }: Program): void {
  if (precision === 'mixed' && !MIXED_ENGINES.includes(id))
    throw new Error(`the program ${name} is of mixed precision; the ${id} engine computes in float32 only`);
}
