/** What a person can do to a sweep: run, stop, resume, put away with undo, take away as a file. */
import { toast } from 'svelte-sonner';
import type { Design } from '#shared/api/design.ts';
import { attempt, undoable } from './actions.ts';
import { call } from './api.ts';
import { saveText } from './download.ts';
import { draft, type RawConfig } from './draft.svelte.ts';
import { plural } from './format.ts';
import { history } from './history.svelte.ts';
import { route } from './route.svelte.ts';
import { sweeps } from './sweeps.svelte.ts';

export function isSwept(config: unknown): boolean {
  return typeof config === 'object' && config !== null && 'sweep' in config && Boolean(config.sweep);
}

/** Checks and queues every combination, and goes there. @param cluster where it trains; null is this machine */
export async function launchSweep(config: unknown, cluster: string | null = null): Promise<boolean> {
  const created = await attempt(() =>
    call('sweeps.create', { config: config as RawConfig, task: 'sweep', cluster }),
  );
  if (!created) return false;
  await refresh();
  route.goSweep(created.sweep.id);
  return true;
}

export async function stopSweep(id: number): Promise<void> {
  await attempt(() => call('sweeps.stop', { id }));
}

export async function resumeSweep(id: number): Promise<void> {
  await attempt(async () => {
    const { runs } = await call('sweeps.resume', { id });
    toast(`${plural(runs, 'run')} queued again`);
  });
}

export async function renameSweep(id: number, name: string): Promise<void> {
  await attempt(async () => {
    await call('sweeps.rename', { id, name });
    await refresh();
  });
}

export async function archiveSweep(id: number, archived: boolean): Promise<void> {
  const { name } = sweeps.find(id) ?? { name: `s${id}` };
  await attempt(async () => {
    const ids = await call('sweeps.archive', { id, archived });
    if (archived) leave(id);
    await refresh();
    undoable(archived ? `Archived the sweep “${name}”` : `Back from the archive: the sweep “${name}”`, () =>
      call('experiments.archive', { ids, archived: !archived }),
    );
  });
}

export async function removeSweep(id: number): Promise<void> {
  const { name } = sweeps.find(id) ?? { name: `s${id}` };
  await attempt(async () => {
    const ids = await call('sweeps.delete', { id });
    leave(id);
    await refresh();
    undoable(`Deleted the sweep “${name}”`, () => call('experiments.restore', { ids }));
  });
}

/** The sweep as a design, to be changed and run anew. */
export async function designSweep(id: number): Promise<void> {
  await attempt(async () => {
    // Saved by this program: a whole config with its `sweep` part.
    draft.open((await call('sweeps.design', { id })) as Design);
    route.go('design');
  });
}

export async function exportSweep(id: number, method: 'export.sweepCsv' | 'export.sweepYaml'): Promise<void> {
  await attempt(async () => {
    const { file_name, mime, text } = await call(method, { sweep: id });
    saveText(file_name, mime, text);
  });
}

function leave(id: number): void {
  if (route.sweep === id) route.go('runs');
}

async function refresh(): Promise<void> {
  await Promise.all([history.refresh(), sweeps.refresh()]);
}
