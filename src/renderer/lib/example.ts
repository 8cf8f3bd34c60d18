/** The finished experiment that ships. */
import { attempt } from './actions.ts';
import { call } from './api.ts';
import { history } from './history.svelte.ts';
import { route } from './route.svelte.ts';

/** Takes it over, or brings it back. @returns its number here; undefined where that failed, which was said */
export async function takeExample(): Promise<number | undefined> {
  const taken = await attempt(() => call('examples.open', {}));
  if (!taken) return undefined;
  if (history.archived) history.showArchived(false);
  else await history.refresh();
  return taken.id;
}

/** Takes it over, and goes there. */
export async function openExample(): Promise<void> {
  const id = await takeExample();
  if (id !== undefined) route.go('runs', [id]);
}
