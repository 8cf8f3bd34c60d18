/** A run in training: its task and engine, its stages, and what is told while it trains. */
import type { Engine } from '../engines/engine.ts';
import { alone, type Steps } from '../steps/steps.ts';
import type { StagePlan } from '../tasks/plan.ts';
import type { Evaluator, Task } from '../tasks/task.ts';
import type { TrainingListener } from './listener.ts';
import { trackPace, type Pace } from './pace.ts';
import { createReporter, type Reporter } from './reporter.ts';
import { createTracer, type Tracer } from './trace.ts';

export interface TrainingSetup {
  task: Task;
  engine: Engine;
  /** Where steps are computed; by the engine for this run alone unless said. */
  steps?: Steps;
  /** Epochs of the stage before stage 2 to train; null trains all. */
  stage1Epoch?: number | null;
}

export interface Run extends TrainingSetup {
  steps: Steps;
  stages: StagePlan[];
  evaluator: Evaluator;
  listener: TrainingListener;
  pace: Pace;
  reporter: Reporter;
  tracer: Tracer;
}

/** Plans a run, and tells its listener how long it is. */
export function prepare(setup: TrainingSetup, listener: TrainingListener): Run {
  const { task } = setup;
  const { stages, flops, evaluationWork, steps: count } = task.plan(setup.stage1Epoch);
  const steps = setup.steps ?? alone(setup.engine);
  const evaluator = task.evaluator(steps);
  const pace = trackPace(stages, evaluationWork);
  const reporter = createReporter(pace, count, (progress) => listener.progress(progress));
  const tracer = createTracer((points) => listener.trace?.(points));
  listener.planned({ steps: count, flops });
  return { ...setup, steps, stages, evaluator, listener, pace, reporter, tracer };
}
