/** Memory that is not left to the garbage collector. */
import type { TensorData } from './engine.ts';

/** Gives the memory of an array back at once, if all of it is the array's: nothing may read it any more. */
export function release({ buffer, byteLength }: TensorData): void {
  if (byteLength === buffer.byteLength) (buffer as ArrayBuffer).transfer(0);
}
