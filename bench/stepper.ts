/** Training steps of a shape on one of Credence's engines, batch after batch. */
import type { Engine } from '#lab/engines/engine.ts';
import { createEngine } from '#lab/engines/index.ts';
import { packedProgram } from '#lab/training/packed.ts';
import { initialState } from '#lab/training/programs.ts';
import { SHAPES } from './shapes.ts';

/**
 * @returns a function that trains one step and gives its loss
 * @throws Error if there is no such shape
 */
export async function stepper(
  name: string,
  id: Engine['id'],
  threads: number,
): Promise<() => Promise<number>> {
  const shape = SHAPES.find((shape) => shape.name === name);
  if (!shape) throw new Error(`no shape ${name}`);
  const work = await shape.work();
  const engine = await createEngine(id, { threads });
  const { model, optimizer, shape: sizes } = work;
  const program = packedProgram(engine, { model, optimizer, shape: sizes });
  const state = engine.createState(initialState(model, optimizer, 0));
  const lr = Float32Array.of(work.lr);
  let at = 0;
  return async () => {
    const batch = work.batches[at++ % work.batches.length];
    const { loss } = await program.run(state, batch, { lr });
    return loss[0];
  };
}
