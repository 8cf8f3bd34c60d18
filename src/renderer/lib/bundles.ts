/** Experiments as one file to take away, and those of such a file. */
import { toast } from 'svelte-sonner';
import { MAX_BUNDLE_BYTES, type MovedExperiment } from '#shared/bundles.ts';
import { sizeText } from '#shared/counting.ts';
import { kindByName } from '#shared/series-kinds.ts';
import { call, messageOf } from './api.ts';
import { plural } from './format.ts';
import { chooseFiles, seriesImport } from './series-import.svelte.ts';
import { readBase64 } from './upload.ts';

/** Writes it into the folder of exports, and says where. */
export async function exportBundle(experiments: readonly number[], weights: boolean): Promise<void> {
  const shown = toast.loading('Writing the experiments…', { duration: Infinity });
  try {
    const { path, bytes } = await call('bundles.write', { experiments: [...experiments], weights });
    toast.success(`Wrote ${plural(experiments.length, 'experiment')}, ${sizeText(bytes)}: ${path}`, {
      id: shown,
      duration: 12_000,
      action: { label: 'Copy path', onClick: () => void navigator.clipboard.writeText(path) },
    });
  } catch (error) {
    toast.error(messageOf(error), { id: shown, duration: 8000 });
  }
}

/** Asks for files: experiments of another history, or runs of another program. */
export function chooseBundle(): void {
  chooseFiles({}, (files) => {
    const [file, ...more] = files;
    if (more.length > 0 || (file && holdsSeries(file))) void seriesImport.take(files);
    else void importBundle(file);
  });
}

const holdsSeries = ({ name }: File) => kindByName(name) !== null || name.endsWith('.json');

async function importBundle(file: File | undefined): Promise<void> {
  if (!file) return;
  if (file.size > MAX_BUNDLE_BYTES) {
    toast.error(
      `“${file.name}” has ${sizeText(file.size)}, more than the ${sizeText(MAX_BUNDLE_BYTES)} that a window takes: run credence import with its path`,
      { duration: 12_000 },
    );
    return;
  }
  await takeOver(file.name, async () =>
    call('bundles.read', { name: file.name.slice(0, 200), base64: await readBase64(file) }),
  );
}

/** Takes over a file that the system asks the app to open. */
export async function openBundle(path: string): Promise<void> {
  await takeOver(path, () => call('bundles.open', { path }));
}

async function takeOver(name: string, read: () => Promise<MovedExperiment[]>): Promise<void> {
  const shown = toast.loading(`Reading ${name}…`, { duration: Infinity });
  try {
    toast.success(takenText(await read()), { id: shown, duration: 12_000 });
  } catch (error) {
    toast.error(messageOf(error), { id: shown, duration: 12_000 });
  }
}

/** `2 experiments are new; 1 is here already, nothing came. Left out: seed 3, which is running here`. */
function takenText(taken: readonly MovedExperiment[]): string {
  const words = { new: 'new', more: 'here already, runs came to it', known: 'here already, nothing came' };
  const counts = (['new', 'more', 'known'] as const).flatMap((outcome) => {
    const count = taken.filter((each) => each.outcome === outcome).length;
    return count > 0 ? [`${plural(count, 'experiment')} ${words[outcome]}`] : [];
  });
  const left = taken.flatMap((each) => each.left);
  return `${counts.join('; ')}${left.length > 0 ? `. Left out: ${left.join('; ')}` : ''}`;
}
