/** The experiments laid side by side: their comparison and their curves, kept up to date. */
import type { CurvesReply } from '#shared/api/analysis.ts';
import type { MetricId } from '#shared/metrics.ts';
import type { MetricTest } from '#shared/records.ts';
import { curvesOf } from '#shared/stats/curve-table.ts';
import { call, on } from './api.ts';
import { connection } from './connection.svelte.ts';
import { history } from './history.svelte.ts';
import { Query } from './query.svelte.ts';

export class Comparison {
  readonly ids: number[];
  test = $state<MetricTest>('questions');
  /** Null is the headline of each. */
  metric = $state<MetricId | null>(null);
  /** What is too small to matter, in the metric's unit. */
  margin = $state<number | null>(null);
  result: Query<Awaited<ReturnType<typeof this.loadResult>>>;
  curves: Query<Awaited<ReturnType<typeof this.loadCurves>>>;
  #ends: (() => void)[];

  constructor(ids: readonly number[]) {
    this.ids = [...ids];
    this.result = new Query(() => this.loadResult(), 500);
    this.curves = new Query(() => this.loadCurves(), 500);
    const mine = (experiment: number) => this.ids.includes(experiment) && this.soon();
    this.#ends = [
      on('evaluation', ({ experiment }) => mine(experiment)),
      on('run', ({ experiment }) => mine(experiment)),
      on('history', () => this.soon()),
      connection.onReturn(() => this.soon()),
    ];
    this.refresh();
  }

  loadResult = () =>
    call('analysis.compare', { experiments: this.ids, test: this.test, margin: this.margin });
  loadCurves = async (): Promise<CurvesReply[]> => {
    const { ids: experiments, test } = this;
    const metric = this.metric ?? undefined;
    const replies = await call('analysis.comparedCurves', { experiments, test, metric });
    return replies.map(({ table, ...reply }) => ({ ...reply, curves: curvesOf(table), traces: [] }));
  };

  /** Also of one that the list leaves out, because it is in the archive. */
  nameOf(id: number): string {
    const compared = this.result.data?.experiments.find(({ experiment }) => experiment === id);
    return compared?.name ?? history.find(id)?.name ?? `#${id}`;
  }

  look(change: { test?: MetricTest; metric?: MetricId | null }): void {
    Object.assign(this, change);
    this.refresh();
  }

  /** Asks whether effects are smaller than this. */
  judgeBy(margin: number | null): void {
    this.margin = margin;
    void this.result.refresh();
  }

  refresh(): void {
    // The figures take longest to draw: the host works out the rest meanwhile.
    void this.curves.refresh();
    void this.result.refresh();
  }

  soon(): void {
    this.result.soon();
    this.curves.soon();
  }

  end(): void {
    for (const end of this.#ends) end();
    this.result.end();
    this.curves.end();
  }
}
