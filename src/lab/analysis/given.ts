/** What an analysis works on: a run's task, and weights that it kept. */
import type { CheckpointPlace } from '#shared/analysis.ts';
import { floatSpec, type Engine, type EngineState } from '../engines/engine.ts';
import { initialParameters } from '../models/layout.ts';
import { parameterLayout } from '../models/registry.ts';
import type { Inside } from '../tasks/inside.ts';
import type { Task } from '../tasks/task.ts';

/** Weights that a run kept; read when they are asked for. */
export interface Kept {
  at: CheckpointPlace;
  /** The flat vector of what is trained. @throws UserError `weights.*`, `checkpoint.*` */
  read(): Float32Array;
}

export interface Given {
  task: Task;
  engine: Engine;
  /** In the order of training. */
  checkpoints: readonly Kept[];
  /** Told the share that is done, from 0 to 1; waits where there is something to hear. */
  told(share: number): Promise<void>;
}

/** The model with its weights on the engine, while `work` goes on. */
export async function withWeights<T>(
  { task, engine }: Pick<Given, 'task' | 'engine'>,
  data: Float32Array,
  work: (state: EngineState) => Promise<T>,
): Promise<T> {
  const parameters = { spec: floatSpec(data.length), data };
  const state = engine.createState({ parameters, ...task.frozenState?.() });
  try {
    return await work(state);
  } finally {
    state.dispose();
  }
}

/** The flat vector that training began with. */
export function startOf(task: Task): Float32Array {
  return task.startingParameters?.() ?? initialParameters(parameterLayout(task.model), task.seed);
}

/** A part of an inside that the task has. @throws Error where it was asked for all the same */
export function partOf<K extends keyof Inside>(task: Task, name: K): NonNullable<Inside[K]> {
  const part = task.inside()[name];
  if (!part) throw new Error(`a task of ${task.config.task} has no ${name}`);
  return part;
}
