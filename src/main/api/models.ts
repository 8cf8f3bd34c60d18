/** API: pre-trained models. The work is done in threads, the Hub asked by them alone. */
import type { ModelReplies } from '#shared/api/models.ts';
import type { Handlers } from '#shared/contract.ts';
import type { Context } from './context.ts';

export function modelHandlers({ workbench }: Context): Pick<Handlers, keyof ModelReplies> {
  /** Fetches under way: who asks for the same model joins, whatever window asked first. */
  const fetches = new Map<string, Promise<ModelReplies['models.fetch']>>();
  const keyOf = (name: string, revision: string) => `${name} ${revision}`;
  return {
    'models.list': ({ folders }) => workbench.run('machineModels', { folders }),
    'models.plan': async ({ name, task }) => {
      const plan = await workbench.run('lookUp', { name }, task);
      return { ...plan, fetching: fetches.has(keyOf(name, plan.revision)) };
    },
    'models.fetch': ({ name, revision, task }) => {
      const key = keyOf(name, revision);
      const fetching =
        fetches.get(key) ??
        workbench.run('fetchShown', { name, revision }, task).finally(() => fetches.delete(key));
      fetches.set(key, fetching);
      return fetching;
    },
  };
}
