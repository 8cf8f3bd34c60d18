/** How this Credence is started, for tasks that run where this machine's files are. */
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** In a window of its own it is no command: then the one that is installed. */
export function ownCommand(): string[] {
  const [, script = ''] = process.argv;
  const isOurs = path.basename(script).startsWith('credence') && existsSync(script);
  return isOurs ? [process.execPath, realpathSync(script)] : ['credence'];
}
