/** Where Credence keeps its data. */
import { isAbsolute, join, resolve } from 'node:path';
import './home-folder.ts';
import envPaths from 'env-paths';
import { showValue, UserError } from '#shared/errors.ts';

/**
 * The data folder: `CREDENCE_HOME` (a relative one from the current folder), else the platform's folder for
 * application data.
 * @throws UserError `home.unknown` where the environment names no such folder: whatever is kept would lie in
 *   whichever folder the program was started from
 */
export function defaultHome(): string {
  const home = process.env['CREDENCE_HOME'];
  if (home) return resolve(home);
  const { data } = envPaths('credence', { suffix: '' });
  if (isAbsolute(data)) return data;
  const name = process.env['XDG_DATA_HOME'] ? 'XDG_DATA_HOME' : 'HOME';
  throw new UserError(
    'home.unknown',
    `${name}: ${showValue(process.env[name] ?? '')} is not an absolute path; set it to one, or set CREDENCE_HOME to the folder for Credence's data`,
  );
}

/** The run history inside the data folder. */
export function defaultDatabasePath(): string {
  return join(defaultHome(), 'history.sqlite');
}
