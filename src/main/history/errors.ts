/** Turns what SQLite and the file system report into one line that a user can act on. */
import { UserError } from '#shared/errors.ts';

type Explain = (path: string) => string;

/** By SQLite primary result code or errno name; the first that the error's code starts with applies. */
const EXPLANATIONS: [prefix: string, code: string, explain: Explain][] = [
  [
    'SQLITE_NOTADB',
    'history.not-a-database',
    (path) =>
      `${path} is not a database: it was left as it is; name another file or set CREDENCE_HOME to another folder`,
  ],
  [
    'SQLITE_CORRUPT',
    'history.damaged',
    (path) =>
      `the database ${path} is damaged: "credence backup" lists the backups there are, and "credence restore FILE" brings one back`,
  ],
  [
    'SQLITE_BUSY',
    'history.locked',
    (path) => `the database ${path} is locked by another program: close it, or try again in a moment`,
  ],
  [
    'SQLITE_LOCKED',
    'history.locked',
    (path) => `the database ${path} is locked by another program: close it, or try again in a moment`,
  ],
  [
    'SQLITE_FULL',
    'history.disk-full',
    (path) => `cannot write ${path}: the disk is full; free some space and resume the run`,
  ],
  [
    'ENOSPC',
    'history.disk-full',
    (path) => `cannot write ${path}: the disk is full; free some space and try again`,
  ],
  [
    'SQLITE_READONLY',
    'history.read-only',
    (path) =>
      `cannot write ${path}: the file or its folder is read-only; change its permissions or set CREDENCE_HOME to another folder`,
  ],
  [
    'SQLITE_CANTOPEN',
    'history.cannot-open',
    (path) =>
      `cannot open or create ${path}: check that its folder can be written, or set CREDENCE_HOME to another folder`,
  ],
  [
    'SQLITE_PERM',
    'history.cannot-open',
    (path) => `cannot open ${path}: access is denied; change its permissions or set CREDENCE_HOME`,
  ],
  [
    'SQLITE_IOERR',
    'history.disk-error',
    (path) => `reading or writing ${path} failed: check the disk and the free space, then resume the run`,
  ],
  [
    'E',
    'history.no-access',
    (path) =>
      `cannot create or open ${path}: give access to it and its folder, or set CREDENCE_HOME to a folder that can be written`,
  ],
];

/**
 * The error to throw for something that was thrown while working on the database `path`.
 * @returns a `UserError` with a `history.` code where the cause lies outside the program, else `error`
 */
function explainHistoryError(error: unknown, path: string): unknown {
  if (error instanceof UserError || !(error instanceof Error) || !('code' in error)) return error;
  const code = String(error.code);
  const found = EXPLANATIONS.find(([prefix]) => code.startsWith(prefix) && !code.startsWith('ERR_'));
  if (!found) return error;
  return new UserError(found[1], `${found[2](path)} (${code})`, { cause: error });
}

/** Runs `work`; what it throws is explained as by `explainHistoryError`. */
export function explained<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explainHistoryError(error, path);
  }
}
