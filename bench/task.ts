/** The work of a shape as files, so that processes in any language train on the same numbers. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { initialState } from '#lab/steps/training-program.ts';
import type { Work } from './work.ts';

/** Steps whose losses must agree between all who train on a task. */
export const COMPARED_STEPS = 5;

/** Writes `task.json` and arrays of little-endian int32 and float32 into a folder; bench/peers/steps.py reads them. */
export function writeTask(folder: string, { model, layout, optimizer, inputs, batches, lr }: Work): void {
  const { parameters } = initialState(layout, optimizer, 0);
  const task = {
    model,
    optimizer,
    inputs,
    lr,
    layout,
    batches: batches.length,
    compared_steps: COMPARED_STEPS,
  };
  writeFileSync(path.join(folder, 'task.json'), JSON.stringify(task));
  const write = (name: string, arrays: ArrayBufferView[]) =>
    writeFileSync(path.join(folder, `${name}.bin`), Buffer.concat(arrays.map(bytes)));
  write('parameters', [parameters.data]);
  for (const name of Object.keys(inputs))
    write(
      name,
      batches.map((batch) => batch[name]),
    );
}

function bytes({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
