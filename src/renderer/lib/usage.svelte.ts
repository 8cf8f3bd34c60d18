/** What training takes of the machine, asked for while somebody looks. */
import type { RunUsage, Usage } from '#shared/api/runs.ts';
import { call } from './api.ts';
import { sizeText } from './format.ts';
import { Query } from './query.svelte.ts';

/** Milliseconds between two looks. */
const EVERY = 2000;

/** Looks until `end`. */
export class UsageWatch {
  readonly query = new Query<Usage>(() => call('runs.usage', {}));
  readonly #timer = setInterval(() => void this.query.refresh(), EVERY);

  constructor() {
    void this.query.refresh();
  }

  end(): void {
    clearInterval(this.#timer);
    this.query.end();
  }
}

/** `Memory 312 MB · 98 % of a core`, of one training process. */
export function processText({ runs, memory, processor }: RunUsage): string {
  const shared = runs.length > 1 ? `, shared by ${runs.length} runs` : '';
  return `${sizeText(memory)} of memory${shared} · ${coresText(processor)}`;
}

/** `98 % of a core`, `3.2 cores`. */
function coresText(cores: number): string {
  return cores < 1.05 ? `${Math.round(100 * cores)} % of a core` : `${cores.toFixed(1)} cores`;
}

/** `21 GB of 24 GB free`, and what each GPU does. */
export function machineText({ memory, gpus }: Usage): string {
  const cards = gpus.map(({ name, load, memory: used, total }) => {
    const filled = used === null || total === null ? '' : `, ${sizeText(used)} of ${sizeText(total)}`;
    return `${name}: ${Math.round(100 * load)} %${filled}`;
  });
  return [`${sizeText(memory.free)} of ${sizeText(memory.total)} free`, ...cards].join(' · ');
}
