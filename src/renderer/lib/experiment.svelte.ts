/** One experiment in view: its record, curves and effects, kept up to date while its runs train. */
import type { MetricId } from '#shared/metrics.ts';
import type { MetricTest } from '#shared/records.ts';
import { call, on } from './api.ts';
import { connection } from './connection.svelte.ts';
import { Query } from './query.svelte.ts';

export class ExperimentModel {
  readonly id: number;
  test = $state<MetricTest>('questions');
  /** Null is the task's headline. */
  metric = $state<MetricId | null>(null);
  traces = $state(false);
  /** The run that is looked at closely. */
  opened = $state<number | null>(null);
  detail: Query<Awaited<ReturnType<typeof this.loadDetail>>>;
  curves: Query<Awaited<ReturnType<typeof this.loadCurves>>>;
  effects: Query<Awaited<ReturnType<typeof this.loadEffects>>>;
  /** Of the run that is opened, else of the first that kept its answers. */
  answered: Query<Awaited<ReturnType<typeof this.loadAnswered>>>;
  /** What was fixed before it was run. */
  registered: Query<Awaited<ReturnType<typeof this.loadRegistered>>>;
  #ends: (() => void)[];

  constructor(id: number) {
    this.id = id;
    this.detail = new Query(() => this.loadDetail());
    this.curves = new Query(() => this.loadCurves(), 400);
    this.effects = new Query(() => this.loadEffects(), 400);
    this.answered = new Query(() => this.loadAnswered(), 400);
    this.registered = new Query(() => this.loadRegistered(), 400);
    this.#ends = [
      on('evaluation', (event) => event.experiment === id && this.curves.soon()),
      on('stage', (event) => event.experiment === id && this.detail.soon()),
      on('run', (run) => run.experiment === id && this.all()),
      on('history', ({ experiments }) => (experiments?.includes(id) ?? true) && this.all()),
      connection.onReturn(() => this.all()),
    ];
    this.refresh();
  }

  loadDetail = () => call('experiments.get', { id: this.id });
  loadCurves = () =>
    call('analysis.curves', {
      experiment: this.id,
      test: this.test,
      metric: this.metric ?? undefined,
      traces: this.traces,
    });
  loadEffects = () => call('analysis.effects', { experiment: this.id, test: this.test });

  loadAnswered = () => call('analysis.answered', { experiment: this.id, run: this.opened ?? undefined });

  loadRegistered = () => call('registrations.of', { experiments: [this.id] });

  get #queries() {
    return [this.detail, this.curves, this.effects, this.answered, this.registered];
  }

  refresh(): void {
    for (const query of this.#queries) void query.refresh();
  }

  /** Changes what the curves and effects are about. */
  look(change: { test?: MetricTest; metric?: MetricId | null; traces?: boolean }): void {
    Object.assign(this, change);
    void this.curves.refresh();
    if (change.test) void this.effects.refresh();
  }

  /** Looks at one run closely, or at none. */
  open(run: number | null): void {
    this.opened = run;
    void this.answered.refresh();
  }

  all(): void {
    for (const query of this.#queries) query.soon();
  }

  end(): void {
    for (const end of this.#ends) end();
    for (const query of this.#queries) query.end();
  }
}
