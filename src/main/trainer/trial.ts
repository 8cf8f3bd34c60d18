/** Measures how fast an engine trains a config: real training of its first stage, broken off after a moment. */
import { createEngine } from '#lab/engines/index.ts';
import { loadTask } from '#lab/tasks/index.ts';
import type { TrainingListener } from '#lab/training/listener.ts';
import { train } from '#lab/training/train.ts';
import type { TrialJob } from './protocol.ts';

/** Steps that are not counted: memory is allocated, shaders are compiled. */
const WARM_UP = 3;
/** Milliseconds that are measured, and the fewest steps. */
const MEASURED = 1500;
const MIN_STEPS = 3;

/** A listener that ends training when enough steps were measured. */
function stopwatch(): { listener: TrainingListener; stepsPerSecond: () => number } {
  let asked = 0;
  let since = 0;
  const steps = () => asked - 1 - WARM_UP;
  const elapsed = () => performance.now() - since;
  let rate = 0;
  const ignore = () => {};
  return {
    stepsPerSecond: () => rate,
    listener: {
      planned: ignore,
      stage: ignore,
      progress: ignore,
      evaluation: ignore,
      savePoint: () => Promise.resolve(),
      next() {
        asked++;
        if (steps() === 0) since = performance.now();
        if (steps() > 0) rate = (1000 * steps()) / elapsed();
        const enough = steps() >= MIN_STEPS && elapsed() >= MEASURED;
        return Promise.resolve(enough ? 'cancel' : 'go');
      },
    },
  };
}

/** Training steps per second. A run shorter than the trial is measured as far as it goes. */
export async function measureEngine({ config, seed, engine: id, threads }: TrialJob): Promise<number> {
  const task = await loadTask(config, seed);
  const engine = await createEngine(id, { threads, precision: config.precision, training: true });
  const { listener, stepsPerSecond } = stopwatch();
  await train({ task, engine }, listener);
  return stepsPerSecond();
}
