/** API: pre-trained models: those of this machine, and those of the Hub, which is asked only by these methods. */
import { z } from 'zod';
import type { HubPlan, MachineModels } from '../pretrained-models.ts';
import { taskName } from './experiments.ts';

/** What the Hub has of a model. */
export interface LookedUp extends HubPlan {
  /** A fetch of it is under way in this process: `models.fetch` joins it. */
  fetching: boolean;
}

/** What a person calls a model of the Hub: `ORG/NAME`, perhaps with `@` and a branch, tag or commit. */
const hubName = z.string().trim().min(1).max(300);
const folder = z.string().min(1).max(4000);

export const modelArguments = {
  /** The models of the Hub cache and of `folders`, each a model or a folder of models. */
  'models.list': z.strictObject({ folders: z.array(folder).max(20).default([]) }),
  /** Asks the Hub what fetching a model would bring; nothing is fetched. */
  'models.plan': z.strictObject({ name: hubName, task: taskName.optional() }),
  /**
   * Fetches a model into the Hub cache, or joins the fetch of it that is under way. One that was cancelled, or broke
   * off, is gone on with by the next. `revision` is the commit that was shown: where the branch has moved since,
   * nothing is fetched.
   */
  'models.fetch': z.strictObject({
    name: hubName,
    revision: z.string().regex(/^[0-9a-f]{40}$/, 'must be a commit, as models.plan gives it'),
    task: taskName.optional(),
  }),
} satisfies Record<keyof ModelReplies, z.ZodType>;

export interface ModelReplies {
  'models.list': MachineModels;
  'models.plan': LookedUp;
  'models.fetch': { name: string; path: string };
}
