/** What share of what this machine can multiply a training reached, from its first start to its last end. */
import { availableParallelism } from 'node:os';
import { ENGINE_IDS, type EngineId } from '#shared/engines.ts';
import type { RunRecord } from '#shared/records.ts';
import { createEngine } from '#lab/engines/index.ts';
import type { Engine } from '#lab/engines/engine.ts';
import { matmulPeak } from '#lab/engines/matmul-peak.ts';

/** Seconds below which start-up counts for so much that a share says little. */
const WORTH_IT = 30;
/** Side of small products, of an eighth of the side of those that are told of: 500 times less to compute. */
const SMALL = 128;
/** Operations a second of small products below which large ones would take half a minute and more: a software GPU. */
const SLOW = 2e9;

/** Counts what runs compute, by their plans. */
export interface Computed {
  ended(run: Pick<RunRecord, 'engine'>, flops: number | null): void;
  /**
   * After all have ended; null where it would say little or would not be true: a short training, one of less than a
   * percent, a part of one, engines that differ; and where products would take minutes: the reference, a software GPU.
   */
  sentence(): Promise<string | null>;
}

/**
 * Starts counting, and the clock.
 * @param peak measures an engine, in floating-point operations a second; null where `peakFor` is
 */
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
      const rate = total / seconds;
      const measured = await peak(engine, rate);
      return measured === null ? null : peakSentence(rate, measured);
    },
  };
}

/**
 * Measures what a rate is a share of. Small products come first, and reach no more than large ones do.
 * @param rate floating-point operations a second
 * @returns null where small products show that the share is less than a percent, or that large ones would take minutes
 */
export async function peakFor(
  rate: number,
  engine: Engine,
  measure: typeof matmulPeak = matmulPeak,
): Promise<number | null> {
  const small = await measure(engine, SMALL);
  return small < SLOW || percent(rate, small) < 1 ? null : measure(engine);
}

/** Null below a percent: so small a model hardly multiplies. @param rate, peak floating-point operations a second */
function peakSentence(rate: number, peak: number): string | null {
  const share = percent(rate, peak);
  if (share < 1) return null;
  return `computed ${giga(rate)} on average, from start to end: ${share} % of the ${giga(peak)} that this machine multiplies matrices of 1024 × 1024 with, measured just now`;
}

const percent = (rate: number, peak: number): number => Math.round((100 * rate) / peak);
const giga = (rate: number): string => `${(rate / 1e9).toPrecision(3)} GFLOP/s`;

async function peakHere(id: EngineId, rate: number): Promise<number | null> {
  const engine = await createEngine(id, { threads: availableParallelism() });
  try {
    return await peakFor(rate, engine);
  } finally {
    engine.dispose();
  }
}
