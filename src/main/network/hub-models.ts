/** Looking a model up on the Hub and fetching it, by the name that a person gives; asked for by command or button. */
import { hubCache, parseHubName } from '#lab/weights/hub-cache.ts';
import { UserError } from '#shared/errors.ts';
import type { HubPlan } from '#shared/pretrained-models.ts';
import { fetchModel, planFetch, type FetchOptions, type FetchPlan } from './fetch-model.ts';
import { createHubClient, type HubClient } from './hub-client.ts';

/** What a fetch would bring, and who would fetch it. */
export interface OpenPlan {
  client: HubClient;
  plan: FetchPlan;
}

/**
 * Asks the Hub what a model consists of.
 * @param text `ORG/NAME`, perhaps with `@` and a branch, tag or commit
 * @throws UserError `model.name`; as `planFetch`
 */
export async function openPlan(text: string, env = process.env): Promise<OpenPlan> {
  const wanted = parseHubName(text);
  const client = createHubClient({ env });
  return { client, plan: await planFetch(client, hubCache(env), wanted) };
}

/** As {@link openPlan}, as it is shown. */
export async function lookUp(text: string): Promise<HubPlan> {
  const { client, plan } = await openPlan(text);
  const { model, repository, files, bytes, missing } = plan;
  return {
    ...{ name: model.name, revision: model.revision, host: client.host, folder: repository, bytes, missing },
    files: files.map(({ path, size }) => ({ path, size })),
  };
}

/**
 * Fetches what a person was shown.
 * @param revision the commit that was shown
 * @returns the folder of the model
 * @throws UserError `hub.moved` where the name stands for another commit by now; as `fetchModel`
 */
export async function fetchShown(
  text: string,
  revision: string,
  progress?: FetchOptions['progress'],
): Promise<{ name: string; path: string }> {
  const { client, plan } = await openPlan(text);
  const { name, revision: now } = plan.model;
  if (now !== revision)
    throw new UserError(
      'hub.moved',
      `${text} was commit ${revision.slice(0, 7)} when it was looked up and is ${now.slice(0, 7)} by now; look it up again`,
    );
  return { name, path: await fetchModel(client, plan, { progress }) };
}
