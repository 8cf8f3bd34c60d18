/**
 * The loss over the steps, as it is kept: every step of a short stage, a mean over a few steps of a long one, and
 * the last step of each. Which steps those are follows from the plan alone, so that a resumed run has the same.
 */
import type { LossPoint, TrainingPosition } from '#shared/progress.ts';
import type { StagePlan } from '../tasks/plan.ts';

/** Points of a stage at most; one of fewer steps has them all. */
const POINTS = 200;
/** Milliseconds between two deliveries. */
const SEND_EVERY = 1000;

export interface Tracer {
  /** Called after each optimiser step. */
  step(plan: Pick<StagePlan, 'rows' | 'steps'>, position: TrainingPosition, loss: number): void;
  /** Time since the last step was no training: it does not count towards the rate. */
  restart(): void;
  /** Delivers what is there, steps included that make no point yet: training stops, or a stage is over. */
  flush(): void;
}

/** @param send takes points in the order of their steps */
export function createTracer(send: (points: LossPoint[]) => void, now = () => performance.now()): Tracer {
  let points: LossPoint[] = [];
  let [sent, last] = [now(), now()];
  let open = { step: 0, losses: 0, count: 0, examples: 0, trained: 0 };
  const close = () => {
    const { step, losses, count, examples, trained } = open;
    if (count === 0) return;
    points.push({
      step,
      loss: losses / count,
      examples_per_second: (1000 * examples) / Math.max(trained, 1e-3),
    });
    open = { step: 0, losses: 0, count: 0, examples: 0, trained: 0 };
  };
  const deliver = () => {
    if (points.length > 0) send(points);
    points = [];
    sent = now();
  };
  return {
    restart: () => void (last = now()),
    flush() {
      close();
      deliver();
    },
    step({ rows, steps }, { step, stage_step }, loss) {
      const at = now();
      open.step = step;
      open.losses += loss;
      open.count++;
      open.examples += rows;
      open.trained += at - last;
      last = at;
      if (stage_step % Math.ceil(steps / POINTS) === 0 || stage_step === steps) close();
      if (stage_step === steps || at - sent >= SEND_EVERY) deliver();
    },
  };
}
