/** What share of what this machine can multiply a training reached, from its first start to its last end. */
import { availableParallelism } from 'node:os';
import { ENGINE_IDS, type EngineId } from '#shared/engines.ts';
import type { RunRecord } from '#shared/records.ts';
import { createEngine } from '#lab/engines/index.ts';
import { matmulPeak } from '#lab/engines/matmul-peak.ts';

/** Seconds below which start-up counts for so much that a share says little. */
const WORTH_IT = 30;

/** Counts what runs compute, by their plans. */
export interface Computed {
  ended(run: Pick<RunRecord, 'engine'>, flops: number | null): void;
  /**
   * After all have ended; null where it would say little or would not be true: a short training, one of less than a percent, a part of one, engines
   * that differ, the reference, whose products would take minutes.
   */
  sentence(): Promise<string | null>;
}

/** Starts counting, and the clock. @param peak measures an engine, in floating-point operations a second */
export function countComputed(now = () => performance.now(), peak = peakHere): Computed {
  const started = now();
  let total = 0;
  let last = started;
  const engines = new Set<string | null>();
  return {
    ended({ engine }, flops) {
      total += flops ?? Number.NaN;
      last = now();
      engines.add(engine);
    },
    async sentence() {
      const seconds = (last - started) / 1000;
      const engine = ENGINE_IDS.find((id) => engines.has(id));
      if (!(total > 0) || seconds < WORTH_IT || engines.size !== 1) return null;
      if (!engine || engine === 'reference') return null;
      return peakSentence(total / seconds, await peak(engine));
    },
  };
}

/** Null below a percent: so small a model hardly multiplies. @param rate, peak floating-point operations a second */
function peakSentence(rate: number, peak: number): string | null {
  const share = Math.round((100 * rate) / peak);
  if (share < 1) return null;
  return `computed ${giga(rate)} on average, from start to end: ${share} % of the ${giga(peak)} that this machine multiplies matrices of 1024 × 1024 with, measured just now`;
}

const giga = (rate: number): string => `${(rate / 1e9).toPrecision(3)} GFLOP/s`;

async function peakHere(id: EngineId): Promise<number> {
  const engine = await createEngine(id, { threads: availableParallelism() });
  try {
    return await matmulPeak(engine);
  } finally {
    engine.dispose();
  }
}
