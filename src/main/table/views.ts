/** Looks at the table that were saved under a name, in the history. */
import { z } from 'zod';
import { viewSchema, type SavedView } from '#shared/api/table.ts';
import type { History } from '../history/history.ts';

const KEY = 'table views';

/** By name; one that another version wrote differently is left out. */
export function readViews(history: History): SavedView[] {
  const kept = z.array(z.unknown()).safeParse(history.readSetting(KEY) ?? []);
  return (kept.data ?? []).flatMap((view) => viewSchema.safeParse(view).data ?? []);
}

/** Saves a view in place of one of the same name. */
export function saveView(history: History, view: SavedView): SavedView[] {
  const others = readViews(history).filter(({ name }) => name !== view.name);
  return write(history, [...others, view]);
}

export function removeView(history: History, name: string): SavedView[] {
  return write(
    history,
    readViews(history).filter((view) => view.name !== name),
  );
}

function write(history: History, views: readonly SavedView[]): SavedView[] {
  const sorted = views.toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
  history.writeSetting(KEY, sorted);
  return sorted;
}
