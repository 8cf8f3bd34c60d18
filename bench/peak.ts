/** How much of what the machine can multiply a training step uses. */
import { createEngine } from '#lab/engines/index.ts';
import { matmulPeak } from '#lab/engines/matmul-peak.ts';
import { traceProgram } from '#lab/engines/onnx/trace.ts';
import type { Work } from './work.ts';

/** @returns what `matmulPeak` measures of ONNX Runtime over so many threads */
export async function peakOf(threads: number): Promise<number> {
  const engine = await createEngine('onnx', { threads });
  try {
    return await matmulPeak(engine);
  } finally {
    engine.dispose();
  }
}

/** Multiplications and additions of the matrix products of a step as Credence traces it, mean over batches. */
export function productFlops(work: Work): number {
  const known = new Map<string, number>();
  const flops = work.batches.map((_, index) => {
    const { key, program } = work.ready(index);
    const traced = known.get(key) ?? traceProgram(program()).productFlops;
    known.set(key, traced);
    return traced;
  });
  return flops.reduce((sum, each) => sum + each, 0) / flops.length;
}
