/** Writing files that are there whole or not at all. */
import { sync as writeFileAtomicSync } from 'write-file-atomic';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { showValue, UserError } from '#shared/errors.ts';

/**
 * Writes a file through a temporary one, fsynced and renamed; its folder is created.
 * @throws UserError `file.write`
 */
export function writeWhole(file: string, content: string | Buffer): void {
  try {
    mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
    writeFileAtomicSync(file, content);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UserError(
      'file.write',
      `cannot write ${showValue(file)} (${reason}); choose another place or change its permissions`,
      { cause: error },
    );
  }
}
