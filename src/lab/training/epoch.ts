/** One epoch of a stage: its steps, asked for one by one, and where they end. */
import type { EngineState } from '../engines/engine.ts';
import { SMALLEST_LOSS_SCALE } from '../optimizers/loss-scale.ts';
import { learningRate } from '../optimizers/schedule.ts';
import type { Step } from '../steps/steps.ts';
import type { StagePlan } from '../tasks/plan.ts';
import { UserError } from '#shared/errors.ts';
import type { TrainingPosition } from '#shared/progress.ts';
import type { TrainingSnapshot } from './listener.ts';
import type { Run } from './training-run.ts';

/** Milliseconds without an answer that count as a pause. */
const PAUSE = 100;

/** A stage in progress. */
interface Underway {
  step: Step<unknown>;
  state: EngineState;
  position: TrainingPosition;
  read: () => Promise<TrainingSnapshot>;
}

/**
 * The rest of an epoch; its mean loss, null if nothing was left of it. Batches that a resumed run has
 * already seen are passed over. Advances `position`'s steps.
 * @throws UserError `training.diverged`
 */
export async function trainEpoch(
  run: Run,
  plan: StagePlan,
  at: Underway,
): Promise<number | null | 'cancelled'> {
  const { position, read } = at;
  const done = position.stage_step - position.epoch * plan.stepsPerEpoch;
  let [sum, count, index] = [0, 0, 0];
  for (const batch of run.task.batches(plan, position.epoch)) {
    if (index++ < done) continue;
    if ((await permission(run)) === 'cancel') {
      await run.listener.savePoint('stop', read);
      return 'cancelled';
    }
    sum += await trainStep(run, plan, at, batch);
    count++;
    await run.listener.savePoint('step', read);
  }
  return count > 0 ? sum / count : null;
}

/** Asks whether to go on; a pause counts neither to the pace nor to the rate. */
async function permission({ listener, pace, reporter, tracer }: Run): Promise<'go' | 'cancel'> {
  const asked = performance.now();
  const answer = await listener.next();
  const waited = performance.now() - asked;
  if (waited > PAUSE) {
    pace.waited(waited);
    reporter.restart();
    tracer.restart();
  }
  return answer;
}

/** One optimiser step; its loss. */
async function trainStep(run: Run, plan: StagePlan, at: Underway, batch: unknown): Promise<number> {
  const { step, state, position } = at;
  const lr = Float32Array.of(learningRate(plan.config, position.stage_step, plan.scheduledSteps));
  const { loss, loss_scale } = await step.run(state, batch, { lr });
  if (!Number.isFinite(loss[0])) throw diverged(run, plan, position, `the loss ${loss[0]}`);
  if (loss_scale && loss_scale[0] < SMALLEST_LOSS_SCALE)
    throw diverged(run, plan, position, 'gradients too large for float16');
  position.stage_step++;
  position.step++;
  run.pace.trained(plan.workPerStep);
  run.reporter.step(plan, position, loss[0]);
  run.tracer.step(plan, position, loss[0]);
  return loss[0];
}

function diverged(run: Run, { id, config }: StagePlan, position: TrainingPosition, made: string): UserError {
  const precise = run.task.config.precision === 'mixed' ? ', or set precision: float32' : '';
  return new UserError(
    'training.diverged',
    `training.${id}.lr: ${config.lr} made ${made} at step ${position.stage_step + 1} of ${id}; lower it or raise training.${id}.warmup_steps${precise}`,
  );
}
