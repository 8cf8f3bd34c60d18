/** How a training process deals with the memory it frees, and that its libraries send nothing away. */

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

/** Has to be there before the process begins, so that its threads see it too (src/lab/engines/onnx/no-telemetry.ts). */
const SEND_NOTHING = { ORT_DISABLE_TELEMETRY: '1' };

/** The environment of a training process: this one's, whose own settings of memory win. */
export function trainerEnv(): Record<string, string> {
  const own = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { ...KEEP_MEMORY, ...Object.fromEntries(own), ...SEND_NOTHING };
}
