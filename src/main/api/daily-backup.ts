/** While the app is open, its history is copied once a day; a copy that fails is told to whoever looks. */
import { toWireError } from '#shared/errors.ts';
import { backupDue } from '../history/backups.ts';
import type { Context } from './context.ts';

/** Milliseconds: what opens the app has its turn first. */
const FIRST_LOOK = 60_000;
const LOOK_EVERY = 3_600_000;

/** @returns ends it */
export function startDailyBackup({
  history: { path: database },
  workbench,
  warn,
}: Pick<Context, 'history' | 'workbench' | 'warn'>): () => void {
  const look = async () => {
    try {
      if (backupDue(database)) await workbench.run('backUpDaily', { database });
    } catch (error) {
      const { code, message } = toWireError(error);
      if (code !== 'task.cancelled') warn(`The daily backup of the history failed. ${message}`);
    }
  };
  const first = setTimeout(() => void look(), FIRST_LOOK).unref();
  const again = setInterval(() => void look(), LOOK_EVERY).unref();
  return () => {
    clearTimeout(first);
    clearInterval(again);
  };
}
