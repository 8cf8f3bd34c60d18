/** Training steps of a shape on one of Credence's engines, batch after batch. */
import type { CompiledProgram, Engine } from '#lab/engines/engine.ts';
import type { Precision } from '#shared/engines.ts';
import { createEngine } from '#lab/engines/index.ts';
import { initialState } from '#lab/steps/training-program.ts';
import { GPU_SHAPES, SHAPES } from './shapes.ts';
import type { Work } from './work.ts';

/**
 * @returns a function that trains one step and gives its loss
 * @throws Error if there is no such shape
 */
export async function stepper(
  name: string,
  id: Engine['id'],
  threads: number,
  precision: Precision = 'float32',
): Promise<() => Promise<number>> {
  const shape = [...SHAPES, ...GPU_SHAPES].find((shape) => shape.name === name);
  if (!shape) throw new Error(`no shape ${name}`);
  const engine = await createEngine(id, { threads, precision, training: true });
  return stepsOn(engine, await shape.work(), precision).step;
}

/** Trains one step after another, with a program for each size of batch. */
export function stepsOn(engine: Engine, work: Work, precision: Precision = 'float32') {
  const state = engine.createState(initialState(work.layout, work.optimizer, 0, precision));
  const compiled = new Map<string, CompiledProgram>();
  const lr = Float32Array.of(work.lr);
  let at = 0;
  const step = async () => {
    const { key, program, inputs } = work.ready(at++ % work.batches.length);
    const known = compiled.get(key) ?? (await engine.compile(program(precision)));
    compiled.set(key, known);
    const { loss } = await known.run(state, { ...inputs, lr });
    return loss[0];
  };
  const dispose = () => compiled.forEach((program) => program.dispose());
  return { step, dispose };
}
