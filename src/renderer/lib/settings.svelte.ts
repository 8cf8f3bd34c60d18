/** The settings of the host, as they are in every window; asked for when somebody first needs them. */
import type { Settings } from '#shared/api/system.ts';
import { attempt } from './actions.ts';
import { call, on } from './api.ts';
import { Query } from './query.svelte.ts';

class SettingsModel {
  readonly query = new Query(() => call('settings.get', {}));

  constructor() {
    on('settings', (settings) => (this.query.data = settings));
  }

  /** Null until they are here. */
  get data(): Settings | null {
    return this.query.data;
  }

  load(): void {
    if (this.query.data === null && !this.query.loading) void this.query.refresh();
  }

  async set(changes: Partial<Pick<Settings, 'tour_seen' | 'check_updates'>>): Promise<void> {
    await attempt(() => call('settings.set', changes));
  }
}

export const settings = new SettingsModel();
