/** What a person can do to experiments and runs, from wherever: each says what happened, with undo where it can. */
import { toast } from 'svelte-sonner';
import type { Arguments } from '#shared/contract.ts';
import { isFolder } from '#shared/folders.ts';
import type { NoteRecord } from '#shared/records.ts';
import { call, messageOf } from './api.ts';
import { history } from './history.svelte.ts';
import { queue } from './queue.svelte.ts';
import { route } from './route.svelte.ts';
import { plural } from './format.ts';

/** Runs a task; a failure becomes a message instead of nothing. */
export async function attempt<T>(task: () => Promise<T>): Promise<T | undefined> {
  try {
    return await task();
  } catch (error) {
    toast.error(messageOf(error));
    return undefined;
  }
}

/** Says what was done, with a button that takes it back. */
export function undoable(text: string, undo: () => Promise<unknown>): void {
  toast(text, {
    duration: 8000,
    action: { label: 'Undo', onClick: () => void attempt(undo).then(() => history.refresh()) },
  });
}

function leave(ids: readonly number[]): void {
  if (route.view === 'runs' && ids.includes(route.id ?? 0)) route.go('runs');
}

export async function archive(ids: number[], archived: boolean): Promise<void> {
  await attempt(async () => {
    await call('experiments.archive', { ids, archived });
    if (archived) leave(ids);
    await history.refresh();
    const what = plural(ids.length, 'experiment');
    undoable(archived ? `Archived ${what}` : `Back from the archive: ${what}`, () =>
      call('experiments.archive', { ids, archived: !archived }),
    );
  });
}

export async function remove(ids: number[]): Promise<void> {
  await attempt(async () => {
    await call('experiments.delete', { ids });
    leave(ids);
    await history.refresh();
    undoable(`Deleted ${plural(ids.length, 'experiment')}`, () => call('experiments.restore', { ids }));
  });
}

export async function removeNote({ id, experiment, run, text }: NoteRecord): Promise<void> {
  await attempt(async () => {
    await call('experiments.removeNote', { note: id });
    undoable('Removed a note', () => call('experiments.addNote', { id: experiment, text, run }));
  });
}

/** Puts a label on experiments, or takes it off; one that begins with `/` is a folder, which takes the place of another. */
export async function label(ids: number[], name: string, put: boolean): Promise<void> {
  const before = ids.map((id) => ({ id, labels: history.find(id)?.labels ?? [] }));
  const changed = before.filter(({ labels }) => labels.includes(name) !== put);
  await attempt(async () => {
    await call('experiments.label', { ids, add: put ? [name] : [], remove: put ? [] : [name] });
    await history.refresh();
    if (changed.length === 0) return;
    const what = `${isFolder(name) ? 'folder' : 'label'} ${name}`;
    undoable(
      `${put ? 'Put' : 'Took'} the ${what} ${put ? 'on' : 'off'} ${plural(changed.length, 'experiment')}`,
      () => labelsBack(changed, name, put),
    );
  });
}

/** As it was: what was in a folder goes back to it. */
async function labelsBack(
  changed: readonly { id: number; labels: readonly string[] }[],
  name: string,
  put: boolean,
): Promise<void> {
  const ids = changed.map(({ id }) => id);
  await call('experiments.label', { ids, add: put ? [] : [name], remove: put ? [name] : [] });
  if (!put || !isFolder(name)) return;
  const folders = Map.groupBy(changed, ({ labels }) => labels.find(isFolder));
  for (const [folder, of] of folders)
    if (folder !== undefined)
      await call('experiments.label', { ids: of.map(({ id }) => id), add: [folder], remove: [] });
}

/** Queues an experiment and goes there. @param cluster where it trains; null is this machine */
export async function launch(config: unknown, cluster: string | null = null): Promise<boolean> {
  const created = await attempt(() =>
    call('experiments.create', {
      config: config as Parameters<typeof call<'experiments.create'>>[1]['config'],
      cluster,
    }),
  );
  if (!created) return false;
  await history.refresh();
  route.go('runs', [created.experiment.id]);
  return true;
}

export async function quickStart(): Promise<boolean> {
  const preset = await attempt(() => call('design.preset', { name: 'pocket' }));
  return preset ? launch(preset.raw) : false;
}

/** Runs an experiment's config again under a new name. */
export async function duplicate(id: number): Promise<void> {
  const config = await attempt(() => call('experiments.duplicate', { id }));
  if (config) await launch(config);
}

type RunAction = 'cancel' | 'resume' | 'pause' | 'unpause';

export async function actOnRuns(action: RunAction, ids: number[]): Promise<void> {
  if (ids.length === 0) return;
  await attempt(async () => queue.set(await call(`runs.${action}`, { ids })));
}

/** Queues every failed or interrupted run of an experiment again. */
export async function resumeBroken(experiment: number): Promise<void> {
  const detail = await attempt(() => call('experiments.get', { id: experiment }));
  const broken = detail?.runs.filter(({ state }) => state === 'failed' || state === 'interrupted') ?? [];
  await actOnRuns(
    'resume',
    broken.map(({ id }) => id),
  );
}

export async function reorder(ids: number[]): Promise<void> {
  await attempt(async () => queue.set(await call('runs.reorder', { ids })));
}

export async function setQueue(change: Arguments<'runs.setQueue'>): Promise<void> {
  await attempt(async () => queue.set(await call('runs.setQueue', change)));
}
