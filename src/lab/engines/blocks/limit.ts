/** Where the limit of buffers comes from. */
import { UserError } from '#shared/errors.ts';

const VARIABLE = 'CREDENCE_BUFFER_LIMIT';

/**
 * Bytes above which state vectors are kept in blocks.
 * @param sure what every device of an engine has; null where only memory limits a buffer
 * @returns what the environment sets in its place, if it does
 * @throws UserError `engine.buffer-limit` where that is no number of bytes
 */
export function bufferLimit(sure: number | null, set = process.env[VARIABLE]): number | null {
  if (!set) return sure;
  const bytes = Number(set);
  if (Number.isInteger(bytes) && bytes > 0) return bytes;
  throw new UserError(
    'engine.buffer-limit',
    `${VARIABLE}: ${set} is no number of bytes; give one such as 134217728, or leave it unset`,
  );
}
