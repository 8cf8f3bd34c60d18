/** Where Credence keeps its data. */
import { join, resolve } from 'node:path';
import envPaths from 'env-paths';

/** The data folder: `CREDENCE_HOME`, else the platform's folder for application data. */
export function defaultHome(): string {
  const home = process.env['CREDENCE_HOME'];
  return home ? resolve(home) : envPaths('credence', { suffix: '' }).data;
}

/** The run history inside the data folder. */
export function defaultDatabasePath(): string {
  return join(defaultHome(), 'history.sqlite');
}
