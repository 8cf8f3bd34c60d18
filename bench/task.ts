/** The work of a shape as files, so that processes in any language train on the same numbers. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Batch } from '#lab/corpus/batch.ts';
import { parameterLayout } from '#lab/models/layout.ts';
import { initialState } from '#lab/training/programs.ts';
import type { Work } from './shapes.ts';

/** Steps whose losses must agree between all who train on a task. */
export const COMPARED_STEPS = 5;

/** Writes `task.json` and arrays of little-endian int32 and float32 into a folder; bench/peers/steps.py reads them. */
export function writeTask(folder: string, { model, optimizer, shape, batches, lr }: Work): void {
  const { parameters } = initialState(model, optimizer, 0);
  const task = {
    model,
    optimizer,
    shape,
    lr,
    layout: parameterLayout(model),
    batches: batches.length,
    compared_steps: COMPARED_STEPS,
  };
  writeFileSync(path.join(folder, 'task.json'), JSON.stringify(task));
  const write = (name: string, arrays: ArrayBufferView[]) =>
    writeFileSync(path.join(folder, `${name}.bin`), Buffer.concat(arrays.map(bytes)));
  write('parameters', [parameters.data]);
  for (const name of ['tokens', 'positions', 'labels', 'weights'] satisfies (keyof Batch)[])
    write(
      name,
      batches.map((batch) => batch[name]),
    );
}

function bytes({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
