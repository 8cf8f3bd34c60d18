/** One experiment in view: its record, curves and effects, kept up to date while its runs train. */
import { call, on } from './api.ts';
import { connection } from './connection.svelte.ts';
import type { ExperimentLook } from './experiment-look.ts';
import { Query } from './query.svelte.ts';

export class ExperimentModel {
  readonly id: number;
  detail: Query<Awaited<ReturnType<typeof this.loadDetail>>>;
  curves: Query<Awaited<ReturnType<typeof this.loadCurves>>>;
  effects: Query<Awaited<ReturnType<typeof this.loadEffects>>>;
  /** Of the run that is opened, else of the first that kept its answers. */
  answered: Query<Awaited<ReturnType<typeof this.loadAnswered>>>;
  /** What was fixed before it was run. */
  registered: Query<Awaited<ReturnType<typeof this.loadRegistered>>>;
  #look: () => ExperimentLook;
  #ends: (() => void)[];

  /** @param look how it is looked at now */
  constructor(id: number, look: () => ExperimentLook) {
    this.id = id;
    this.#look = look;
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
  loadCurves = () => {
    const { test, metric, each } = this.#look();
    return call('analysis.curves', {
      experiment: this.id,
      test,
      metric: metric ?? undefined,
      traces: each,
    });
  };
  loadEffects = () => call('analysis.effects', { experiment: this.id, test: this.#look().test });

  loadAnswered = () => call('analysis.answered', { experiment: this.id, run: this.#look().run ?? undefined });

  loadRegistered = () => call('registrations.of', { experiments: [this.id] });

  get #queries() {
    return [this.detail, this.curves, this.effects, this.answered, this.registered];
  }

  refresh(): void {
    for (const query of this.#queries) void query.refresh();
  }

  all(): void {
    for (const query of this.#queries) query.soon();
  }

  end(): void {
    for (const end of this.#ends) end();
    for (const query of this.#queries) query.end();
  }
}
