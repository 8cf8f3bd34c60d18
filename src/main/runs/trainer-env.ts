/** How a training process deals with the memory it frees; that its libraries send nothing away it has from this one. */
import '#lab/engines/onnx/no-telemetry.ts';

/**
 * Keeps freed memory for the next step. By default glibc hands each large array back to the system when it is freed,
 * and the next step pays for every page again, which costs a model of 135 million weights a third of its time. Other
 * systems do not read these.
 */
const KEEP_MEMORY = {
  MALLOC_MMAP_MAX_: '0',
  MALLOC_TRIM_THRESHOLD_: String(32 * 1024 ** 3),
  MALLOC_ARENA_MAX: '1',
};

/** The environment of a training process: this one's, whose own settings win. */
export function trainerEnv(): Record<string, string> {
  const own = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { ...KEEP_MEMORY, ...Object.fromEntries(own) };
}
