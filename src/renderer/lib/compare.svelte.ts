/** The experiments laid side by side: their comparison and their curves, kept up to date. */
import type { CurveMetric } from '#shared/api/analysis.ts';
import type { MetricTest } from '#shared/records.ts';
import { call, on } from './api.ts';
import { connection } from './connection.svelte.ts';
import { Query } from './query.svelte.ts';

export class Comparison {
  readonly ids: number[];
  test = $state<MetricTest>('questions');
  metric = $state<CurveMetric>('exact_match');
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

  loadResult = () => call('analysis.compare', { experiments: this.ids, test: this.test });
  loadCurves = () =>
    Promise.all(
      this.ids.map((experiment) =>
        call('analysis.curves', { experiment, test: this.test, metric: this.metric }),
      ),
    );

  look(change: { test?: MetricTest; metric?: CurveMetric }): void {
    Object.assign(this, change);
    this.refresh();
  }

  refresh(): void {
    void this.result.refresh();
    void this.curves.refresh();
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
