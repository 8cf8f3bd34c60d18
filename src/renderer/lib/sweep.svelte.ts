/** One sweep in view: its combinations, trends and runs, kept up to date while it trains. */
import type { SweepDetail } from '#shared/api/sweeps.ts';
import { overallProgress } from '#shared/run-progress.ts';
import { call, on } from './api.ts';
import { connection } from './connection.svelte.ts';
import { Query } from './query.svelte.ts';
import { queue } from './queue.svelte.ts';

export class SweepModel {
  readonly id: number;
  detail: Query<SweepDetail>;
  /** How far it is, from the progress that streams in. */
  overall = $derived.by(() => {
    const runs = this.detail.data?.runs ?? [];
    return overallProgress(runs, (run) => queue.progressOf(run), queue.state?.slots ?? 1);
  });
  #ends: (() => void)[];

  constructor(id: number) {
    this.id = id;
    this.detail = new Query(() => call('sweeps.get', { id }), 300);
    const mine = (experiment: number) =>
      this.detail.data?.cells.some((cell) => cell.experiment === experiment) ?? true;
    this.#ends = [
      on('run', ({ experiment }) => mine(experiment) && this.detail.soon()),
      on(
        'history',
        ({ experiments }) => (experiments === null || experiments.some(mine)) && this.detail.soon(),
      ),
      connection.onReturn(() => this.detail.soon()),
    ];
    void this.detail.refresh();
  }

  end(): void {
    for (const end of this.#ends) end();
    this.detail.end();
  }
}
