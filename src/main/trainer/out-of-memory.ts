/** Memory that ran out, as the engine, V8 and the C++ library report it. */

const SIGNS =
  /bad_alloc|out of memory|want of memory|failed to allocate memory|allocation failed|cannot allocate memory|ENOMEM|ERR_WORKER_OUT_OF_MEMORY/i;

/** What helps, as the end of a sentence. */
export const MEMORY_REMEDY =
  'close other programs, train fewer runs at a time (--jobs 1, or fewer slots), lower batch_size, evaluation.batch_size or pretrained.micro_batch, or take a smaller model';

/** Whether a text tells of it. */
export function isOutOfMemory(text: string): boolean {
  return SIGNS.test(text);
}
