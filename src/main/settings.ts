/** The settings as the history keeps them. */
import { availableParallelism } from 'node:os';
import { settingsSchema, type Settings } from '#shared/api/system.ts';
import type { History } from './history/history.ts';

const SETTINGS = 'settings';

/** What an older or newer version wrote differently takes its default. */
export function readSettings(history: History): Settings {
  const kept = settingsSchema.safeParse(history.readSetting(SETTINGS) ?? {});
  return kept.success ? kept.data : settingsSchema.parse({});
}

/** Only what is given changes. */
export function changeSettings(history: History, changes: Partial<Settings>): Settings {
  const settings = settingsSchema.parse({ ...readSettings(history), ...changes });
  history.writeSetting(SETTINGS, settings);
  return settings;
}

/** How the queue is to train. */
export function queueSettings({ slots, together, keep_awake }: Settings): {
  slots: number;
  together: number;
  keepAwake: boolean;
} {
  return {
    slots: slots ?? availableParallelism(),
    together: together ?? 1,
    keepAwake: keep_awake ?? true,
  };
}
