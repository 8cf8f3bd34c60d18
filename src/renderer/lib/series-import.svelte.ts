/** Runs of another program on their way into the history: their files, what was chosen about them, how they would be read. */
import { toast } from 'svelte-sonner';
import type { ImportPreview } from '#shared/api/imports.ts';
import { MAX_BUNDLE_BYTES } from '#shared/bundles.ts';
import { sizeText } from '#shared/counting.ts';
import { kindInFolder } from '#shared/series-kinds.ts';
import type { Arguments } from '#shared/contract.ts';
import { call, messageOf } from './api.ts';
import { route } from './route.svelte.ts';
import { readBase64 } from './upload.ts';

type Asked = Arguments<'imports.preview'>;
type Columns = NonNullable<Asked['columns']>;
type Runs = NonNullable<Asked['runs']>;

class SeriesImport {
  open = $state(false);
  name = $state('');
  columns = $state<Columns>([]);
  runs = $state<Runs>([]);
  stage = $state<Asked['stage']>(null);
  preview = $state<ImportPreview | null>(null);
  error = $state<string | null>(null);
  busy = $state(false);
  #files: Asked['files'] = [];
  #latest = 0;

  /** Takes files that were chosen, and shows how they would be read. */
  async take(files: readonly File[]): Promise<void> {
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    if (bytes > MAX_BUNDLE_BYTES) {
      toast.error(
        `These files have ${sizeText(bytes)}, more than the ${sizeText(MAX_BUNDLE_BYTES)} that a window takes: run credence import with their path`,
        { duration: 12_000 },
      );
      return;
    }
    try {
      this.#files = await Promise.all(
        files.map(async (file) => ({ name: nameOf(file), base64: await readBase64(file) })),
      );
    } catch (error) {
      toast.error(messageOf(error));
      return;
    }
    Object.assign(this, { columns: [], runs: [], stage: null, preview: null, error: null });
    this.name = '';
    this.open = true;
    await this.look();
  }

  /** Reads the files anew, as is chosen now. */
  async look(): Promise<void> {
    const turn = ++this.#latest;
    this.busy = true;
    try {
      const preview = await call('imports.preview', this.#asked());
      if (turn !== this.#latest) return;
      Object.assign(this, { preview, error: null });
      this.name = this.name.trim() || preview.config.name;
    } catch (error) {
      if (turn === this.#latest) this.error = messageOf(error);
    } finally {
      if (turn === this.#latest) this.busy = false;
    }
  }

  /** Someone's word on a column; an empty role takes it back. */
  choose(column: string, becomes: string): Promise<void> {
    const others = this.columns.filter((each) => each.column !== column);
    this.columns = becomes.trim() === '' ? others : [...others, { column, becomes: becomes.trim() }];
    return this.look();
  }

  /** Someone's word on the seed of a run. */
  seed(run: string, seed: number): Promise<void> {
    this.runs = [...this.runs.filter((each) => each.run !== run), { run, seed }];
    return this.look();
  }

  async save(): Promise<void> {
    this.busy = true;
    try {
      const { experiment, fresh } = await call('imports.save', this.#asked());
      this.open = false;
      this.#files = [];
      toast.success(
        fresh
          ? `Imported as experiment ${experiment}`
          : `It is here already, as experiment ${experiment}: nothing was changed`,
      );
      route.go('runs', [experiment]);
    } catch (error) {
      this.error = messageOf(error);
    } finally {
      this.busy = false;
    }
  }

  #asked(): Asked {
    const { name, columns, runs, stage } = this;
    return { files: this.#files, name: name.trim() || null, columns, runs, stage };
  }
}

export const seriesImport = new SeriesImport();

/** With the folder it was chosen in. */
const nameOf = (file: File) => file.webkitRelativePath || file.name;

/** Asks for a folder, and takes what it holds of series. */
export function chooseRunsFolder(): void {
  chooseFiles({ folder: true }, (files) => {
    const series = files.filter((file) => kindInFolder(nameOf(file)) !== null);
    if (series.length > 0) void seriesImport.take(series);
    else
      toast.error(
        'The folder holds no evaluation series: CSV, JSON Lines, TensorBoard event files or trainer_state.json',
        { duration: 12_000 },
      );
  });
}

/** Asks for files, or for all of a folder. */
export function chooseFiles({ folder = false }: { folder?: boolean }, use: (files: File[]) => void): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.webkitdirectory = folder;
  input.hidden = true;
  input.addEventListener('change', () => use([...(input.files ?? [])]));
  for (const end of ['change', 'cancel']) input.addEventListener(end, () => input.remove());
  // Out of the page it could be gone before a file is chosen.
  document.body.append(input);
  input.click();
}
