/** A look into the history that a command or a service left behind. */
import path from 'node:path';
import { openHistory, type History } from '#main/history/history.ts';

/** Opens the history of a data folder, reads, and closes it again. */
export function inHistory<T>(home: string, read: (history: History) => T): T {
  const history = openHistory(path.join(home, 'history.sqlite'));
  try {
    return read(history);
  } finally {
    history.close();
  }
}
