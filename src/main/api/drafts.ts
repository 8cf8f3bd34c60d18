/** API: the design under way, kept so that a reload, another tab or a restart goes on with it. */
import { z } from 'zod';
import type { DesignReplies } from '#shared/api/design.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import type { Handlers } from '#shared/contract.ts';
import { judgeConfig } from '#shared/resolve-config.ts';
import { splitSweep, type RawSweep } from '#shared/sweep.ts';
import { credenceVersion } from '../resources.ts';
import type { Context } from './context.ts';

const KEY = 'draft';
const keptSchema = z.object({ version: z.string(), config: z.record(z.string(), z.json()) });

type DraftMethod = Extract<keyof DesignReplies, 'design.draft' | 'design.saveDraft'>;

export function draftHandlers({ history }: Context): Pick<Handlers, DraftMethod> {
  const version = credenceVersion();
  return {
    'design.draft': () => {
      const kept = keptSchema.safeParse(history.readSetting(KEY));
      if (!kept.success) return null;
      const { fields, sweep } = splitSweep(kept.data.config);
      const { config } = judgeConfig(fields);
      // Half-edited values are kept as they are, but another version may lack fields that views count on.
      if (!config && kept.data.version !== version) return null;
      const design = config ?? (fields as ExperimentConfig);
      return { config: sweep === undefined ? design : { ...design, sweep: sweep as RawSweep } };
    },
    'design.saveDraft': ({ config }) =>
      history.writeSetting(KEY, config === null ? null : { version, config }),
  };
}
