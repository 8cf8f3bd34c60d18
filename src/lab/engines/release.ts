/** Memory that is not left to the garbage collector. */
import type { TensorData } from './engine.ts';

/** An array for a state to hold: the caller's own where it was `taken` over, else a copy. */
export function heldData(data: TensorData, taken: boolean): TensorData {
  return taken ? data : data.slice();
}

/** Gives the memory of an array back at once, if all of it is the array's: nothing may read it any more. */
export function release({ buffer, byteLength }: TensorData): void {
  if (byteLength === buffer.byteLength) (buffer as ArrayBuffer).transfer(0);
}
