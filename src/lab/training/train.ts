/**
 * The training loop: stages in order, each with a fresh optimiser on the weights of the one before
 * (paper section 2), evaluated at the cadence the config sets.
 */
import type { EngineState, StateValues } from '../engines/engine.ts';
import { parameterLayout } from '../models/registry.ts';
import { stageOptimizer } from '../optimizers/index.ts';
import { scratchOf, type StepSpec } from '../steps/steps.ts';
import { initialOptimizerState, initialState } from '../steps/training-program.ts';
import { evaluatesAfter, type StagePlan } from '../tasks/plan.ts';
import type { TrainingPosition } from '#shared/progress.ts';
import type { StageRecord } from '#shared/records.ts';
import { trainEpoch } from './epoch.ts';
import type { TakenOver, TrainingListener, TrainingSnapshot } from './listener.ts';
import { prepare, type Run, type TrainingSetup } from './training-run.ts';

/**
 * Trains one seed to its end, or until told to stop.
 * @param from where to go on, or weights to take over, whose arrays are used up; null starts afresh
 * @throws UserError `training.diverged` when the loss is no longer a number
 */
export async function train(
  setup: TrainingSetup,
  listener: TrainingListener,
  from: TrainingSnapshot | TakenOver | null = null,
): Promise<'done' | 'cancelled'> {
  const run = prepare(setup, listener);
  let snapshot = from && 'taken' in from ? await takeOver(run, from.taken) : from;
  for (const [index, stage] of run.stages.entries()) {
    if (snapshot && isPast(run.stages, index, snapshot.position)) {
      run.pace.skipped(stage.steps * stage.workPerStep, stage.evaluations);
      continue;
    }
    const begin = startOfStage(run, index, snapshot);
    snapshot = await trainStage(run, index, begin);
    if (snapshot === null) return 'cancelled';
  }
  run.evaluator.dispose();
  return 'done';
}

/** Whether a stage lies wholly before a position. */
function isPast(stages: readonly StagePlan[], index: number, position: TrainingPosition): boolean {
  const at = stages.findIndex(({ id }) => id === position.stage);
  return index < at || (index === at && position.epoch >= stages[index].epochs);
}

/** Evaluates weights that another run trained, so that this one has its own results before stage 2. */
async function takeOver(run: Run, taken: TrainingSnapshot): Promise<TrainingSnapshot> {
  const state = run.steps.createState({ ...taken.state, ...run.task.frozenState?.() });
  try {
    for (const [index, stage] of run.stages.entries())
      if (isPast(run.stages, index, taken.position)) run.listener.stage(takenStage(stage, index));
    await evaluate(run, state, taken.position);
  } finally {
    state.dispose();
  }
  return taken;
}

function takenStage({ id, epochs, steps }: StagePlan, position: number): Omit<StageRecord, 'run'> {
  return { stage: id, position, epochs, steps, seconds: 0, train_loss: null, finished: true };
}

/** The state a stage begins with: resumed, carried over with a fresh optimiser, or initial. */
function startOfStage(run: Run, index: number, snapshot: TrainingSnapshot | null): TrainingSnapshot {
  const { config, model, seed } = run.task;
  const stage = run.stages[index];
  const { precision } = config;
  const { optimizer } = config.training;
  const layout = parameterLayout(model);
  if (snapshot?.position.stage === stage.id) return snapshot;
  const step = snapshot?.position.step ?? 0;
  const position = { stage: stage.id, epoch: 0, stage_step: 0, step };
  if (snapshot === null) {
    const given = run.task.startingParameters?.() ?? undefined;
    return { position, state: initialState(layout, optimizer, seed, precision, given) };
  }
  return {
    position,
    state: {
      ...initialOptimizerState(layout, optimizer, precision),
      parameters: snapshot.state.parameters,
    },
  };
}

/** Trains the epochs of a stage that are left; null if cancelled. */
async function trainStage(
  run: Run,
  index: number,
  begin: TrainingSnapshot,
): Promise<TrainingSnapshot | null> {
  const { task, steps, listener } = run;
  const plan = run.stages[index];
  const spec = task.step(plan, stageOptimizer(task.config.training.optimizer, plan.config));
  const step = steps.step(spec);
  const state = stateOf(run, spec, begin);
  const position = { ...begin.position };
  const read = () => readSnapshot(state, begin.state, position);
  const record = stageRecorder(run, index);
  try {
    skipTrained(run, plan, position);
    listener.stage(record(null, false));
    while (position.epoch < plan.epochs) {
      const loss = await trainEpoch(run, plan, { step, state, position, read });
      if (loss === 'cancelled') return null;
      position.epoch++;
      if (evaluatesAfter(cadenceOf(plan), position.epoch)) await evaluate(run, state, position);
      if (keepsAfter(plan, position.epoch)) await listener.savePoint('epoch', read);
      if (position.epoch === plan.epochs) listener.stage(record(loss, true));
    }
    await listener.savePoint('stage', read);
    return await read();
  } finally {
    run.tracer.flush();
    state.dispose();
    step.dispose();
  }
}

/**
 * What a stage begins with, on its engine, which takes the arrays over: beside a large model's weights there is no room
 * for a copy of them, and what waits for the end of a stage would keep one.
 */
function stateOf({ steps, task }: Run, spec: StepSpec<unknown>, begin: TrainingSnapshot): EngineState {
  const values = { ...begin.state, ...scratchOf(spec), ...task.frozenState?.() };
  return steps.createState(values, true);
}

function cadenceOf({ config, epochs }: StagePlan) {
  return { ...config, epochs };
}

/** Whether weights are kept after an epoch; at the end of the stage they are in any case. */
function keepsAfter({ config: { save_every }, epochs }: StagePlan, epoch: number): boolean {
  return save_every > 0 && epoch % save_every === 0 && epoch < epochs;
}

function stageRecorder({ stages }: Run, index: number) {
  const { id, epochs, steps } = stages[index];
  const started = performance.now();
  return (train_loss: number | null, finished: boolean): Omit<StageRecord, 'run'> => ({
    stage: id,
    position: index,
    epochs,
    steps,
    seconds: (performance.now() - started) / 1000,
    train_loss,
    finished,
  });
}

function skipTrained({ pace }: Run, plan: StagePlan, { epoch, stage_step }: TrainingPosition): void {
  const done = Array.from({ length: epoch }, (_, i) => i + 1);
  const evaluations = done.filter((ended) => evaluatesAfter(cadenceOf(plan), ended)).length;
  pace.skipped(stage_step * plan.workPerStep, evaluations);
}

async function evaluate(run: Run, state: EngineState, position: TrainingPosition): Promise<void> {
  const metrics = await run.evaluator.evaluate(state);
  const { stage, epoch, step } = position;
  run.pace.evaluated();
  run.reporter.restart();
  run.tracer.restart();
  const answers = keepsAnswers(run, position) ? run.evaluator.answers() : null;
  run.listener.evaluation({ stage, epoch, step, metrics }, answers);
}

function keepsAnswers({ task, stages }: Run, { stage, epoch }: TrainingPosition): boolean {
  const keep = task.config.evaluation.keep_answers;
  return (
    keep === 'every' || (keep === 'end-of-stage' && epoch === stages.find(({ id }) => id === stage)?.epochs)
  );
}

async function readSnapshot(
  state: EngineState,
  like: StateValues,
  position: TrainingPosition,
): Promise<TrainingSnapshot> {
  const entries = Object.entries(like).map(async ([name, { spec }]) => [
    name,
    { spec, data: await state.read(name) },
  ]);
  return { position: { ...position }, state: Object.fromEntries(await Promise.all(entries)) as StateValues };
}
