/** Writing the data of a design as files, with a message that says how it goes and can stop it. */
import { toast } from 'svelte-sonner';
import { call, messageOf } from './api.ts';
import type { RawConfig } from './draft.svelte.ts';
import { plural } from './format.ts';

/** Under this name the newest export runs; one that is still at work is replaced by it. */
const TASK = 'export-data';

export async function exportData(config: RawConfig): Promise<void> {
  const shown = toast.loading('Writing the data…', {
    duration: Infinity,
    action: { label: 'Cancel', onClick: () => void call('tasks.cancel', { task: TASK }) },
  });
  try {
    const { folder, files } = await call('design.exportData', { config, task: TASK });
    toast.success(`Wrote ${plural(files.length, 'file')} into ${folder}`, {
      id: shown,
      duration: 12_000,
      action: { label: 'Copy path', onClick: () => void navigator.clipboard.writeText(folder) },
    });
  } catch (error) {
    toast.error(messageOf(error), { id: shown, duration: 8000, action: undefined });
  }
}
