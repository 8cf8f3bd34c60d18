/** Writing files that are there whole or not at all. */
import { sync as writeFileAtomicSync } from 'write-file-atomic';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { showValue, UserError } from '#shared/errors.ts';

/** What to say where a file cannot be written. */
interface Failure {
  code: string;
  /** @param reason the system's, for example `EACCES` */
  message: (reason: string) => string;
}

/**
 * Writes a file through a temporary one, fsynced and renamed; its folder is created.
 * @throws UserError `file.write`, or as `failure` says
 */
export function writeWhole(file: string, content: string | Buffer, failure = cannotWrite(file)): void {
  try {
    mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
    writeFileAtomicSync(file, content);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UserError(failure.code, failure.message(reason), { cause: error });
  }
}

function cannotWrite(file: string): Failure {
  return {
    code: 'file.write',
    message: (reason) =>
      `cannot write ${showValue(file)} (${reason}); choose another place or change its permissions`,
  };
}
