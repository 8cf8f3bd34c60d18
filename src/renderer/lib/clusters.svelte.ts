/** Clusters with Slurm as the settings describe them, the jobs that were sent there, and where the next run goes. */
import { toast } from 'svelte-sonner';
import type { ClusterHints, ClusterSettings, JobView } from '#shared/api/slurm.ts';
import { attempt, undoable } from './actions.ts';
import { call, on } from './api.ts';
import { connection } from './connection.svelte.ts';
import { plural } from './format.ts';
import { Query } from './query.svelte.ts';
import { settings } from './settings.svelte.ts';

class Clusters {
  readonly jobs = new Query(() => call('slurm.jobs', {}));
  readonly hints = new Query<ClusterHints>(() => call('slurm.hints', {}));
  /** The cluster that the next run goes to; null is this machine. */
  #where = $state<string | null>(null);
  /** Jobs that are asked, cancelled or sent again just now. */
  busy = $state.raw<ReadonlySet<number>>(new Set());

  constructor() {
    on('jobs', (jobs) => (this.jobs.data = jobs));
    connection.onReturn(() => void this.jobs.refresh());
  }

  load(): void {
    settings.load();
    for (const query of [this.jobs, this.hints])
      if (query.data === null && !query.loading) void query.refresh();
  }

  get all(): readonly ClusterSettings[] {
    return settings.data?.clusters ?? [];
  }

  /** One that was removed is this machine again. */
  get where(): string | null {
    return this.all.some(({ name }) => name === this.#where) ? this.#where : null;
  }

  set where(name: string | null) {
    this.#where = name;
  }

  /** @param before the name it had; null for a new one */
  async save(cluster: ClusterSettings, before: string | null): Promise<boolean> {
    const others = this.all.filter(({ name }) => name !== before && name !== cluster.name);
    const clusters = [...others, cluster].toSorted((a, b) => a.name.localeCompare(b.name));
    return (await attempt(() => call('settings.set', { clusters }))) !== undefined;
  }

  async remove(name: string): Promise<void> {
    const before = [...this.all];
    await attempt(async () => {
      await call('settings.set', { clusters: before.filter((each) => each.name !== name) });
      undoable(`Removed the cluster “${name}”`, () => call('settings.set', { clusters: before }));
    });
  }

  collect = (job: number) => this.#act(job, () => call('slurm.collect', { job }));

  async cancel(job: number): Promise<void> {
    const now = await this.#act(job, () => call('slurm.cancel', { job }));
    if (now) toast(`Job ${job} was cancelled; ${plural(now.done, 'run')} of ${now.runs} had ended`);
  }

  async resume(job: number): Promise<void> {
    const now = await this.#act(job, () => call('slurm.resume', { job }));
    if (now) toast(`Job ${job} was sent again`);
  }

  async #act(job: number, work: () => Promise<JobView>): Promise<JobView | undefined> {
    this.busy = new Set([...this.busy, job]);
    try {
      return await attempt(work);
    } finally {
      this.busy = new Set([...this.busy].filter((each) => each !== job));
    }
  }
}

export const clusters = new Clusters();
