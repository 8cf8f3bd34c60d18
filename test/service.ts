/** The API in this process, on a data folder of its own. */
import path from 'node:path';
import { parse } from 'yaml';
import { createService, type Service } from '#main/api/service.ts';
import { openHistory } from '#main/history/history.ts';
import { forkTrainer } from '#main/runs/fork-link.ts';
import type { WorkerLink } from '#main/runs/worker-link.ts';
import type { ApiError, EventName, Events, Push } from '#shared/contract.ts';
import { temporaryFolder, TINY, until } from './credence.ts';
import { trainHere } from './train-here.ts';

export interface Opened {
  home: string;
  api: Service;
  pushes: Push[];
  /** Payloads of one event so far. */
  of<E extends EventName>(event: E): Events[E][];
  /** Waits until no run waits or trains. */
  idle(): Promise<void>;
}

/**
 * Opens the service on a fresh or given data folder.
 * @param launch real training processes; with `trainHere` runs train in this one
 */
export function openService(home = temporaryFolder(), launch: () => WorkerLink = forkTrainer): Opened {
  const history = openHistory(path.join(home, 'history.sqlite'));
  const api = createService({ history, launch, host: 'in-process' });
  const pushes: Push[] = [];
  api.subscribe((push) => pushes.push(push));
  return {
    home,
    api,
    pushes,
    of: <E extends EventName>(event: E) =>
      pushes.filter((push) => push.event === event).map((push) => push.payload as Events[E]),
    idle: () => until(() => api.unfinished() === 0, 'the queue to be empty', 120),
  };
}

/** The tiny experiment as a raw config, with top-level fields replaced. */
export function tiny(changes: Record<string, unknown> = {}) {
  return { ...(parse(TINY) as Record<string, never>), ...changes } as Record<string, never>;
}

/** Tiny, but long enough to be caught in the middle. */
export function long(changes: Record<string, unknown> = {}) {
  const raw = parse(
    TINY.replace('stage1: { epochs: 3,', 'stage1: { epochs: 2000, evaluate_every: 20,'),
  ) as Record<string, never>;
  return { ...raw, ...changes } as Record<string, never>;
}

/** How a call failed; code `none` where it did not. */
export async function failure(
  action: Promise<unknown>,
): Promise<Pick<ApiError, 'code' | 'message' | 'field'>> {
  try {
    return { code: 'none', message: JSON.stringify(await action), field: null };
  } catch (error) {
    const { code, message, field } = error as ApiError;
    return { code, message, field };
  }
}

/**
 * Trains experiments into a data folder, in this process: a history to look at, which an app that is open there
 * notices as it does another command's.
 * @returns their ids
 * @throws Error where a run is not done
 */
export async function trainInto(home: string, ...configs: object[]): Promise<number[]> {
  const { api, idle } = openService(home, trainHere);
  const ids: number[] = [];
  for (const config of configs)
    ids.push((await api.call('experiments.create', { config: config as never })).experiment.id);
  await idle();
  for (const id of ids)
    for (const { seed, state, error } of (await api.call('experiments.get', { id })).runs)
      if (state !== 'done')
        throw new Error(`seed ${seed} of experiment ${id} is ${state}: ${error?.message}`);
  await api.close();
  return ids;
}
