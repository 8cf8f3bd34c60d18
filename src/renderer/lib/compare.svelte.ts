/** The experiments laid side by side: their comparison and their curves, kept up to date. */
import type { CompareReply, ComparedTrace, SubsetDifference } from '#shared/api/analysis.ts';
import { ApiError } from '#shared/envelope.ts';
import type { MetricTest } from '#shared/records.ts';
import { curvesOf } from '#shared/stats/curve-table.ts';
import type { TestSubset } from '#shared/subsets.ts';
import type { DrawnCurves } from '../charts/learning-curves.ts';
import { callAhead } from './ahead.ts';
import { call, on } from './api.ts';
import { curvesAsked, resultAsked } from './compare-asked.ts';
import type { CompareLook } from './compare-look.ts';
import { connection } from './connection.svelte.ts';
import { history } from './history.svelte.ts';
import { Query } from './query.svelte.ts';

/** The curves of an experiment, or of all that share a value. */
export interface ComparedLine extends DrawnCurves {
  /** Of the group; null for an experiment by itself. */
  label: string | null;
  members: number[];
  /** All subsets that were measured; curves are of those that are looked at. */
  measured: TestSubset[];
  /** Runs that the curves are over, where they are of a group. */
  runs: number | null;
}

/** Those of one test. */
export interface TestLines {
  test: MetricTest;
  lines: ComparedLine[];
}

/** More lines than this take seconds to draw, and tell nothing apart. */
export const MOST_TRACES = 800;

export class Comparison {
  readonly ids: number[];
  result: Query<CompareReply>;
  curves: Query<TestLines[]>;
  /** Single runs, test by test; loaded once their means are drawn. */
  traces: Query<{ test: MetricTest; traces: ComparedTrace[] }[]>;
  differences: Query<{ test: MetricTest; rows: SubsetDifference[] }[]>;
  #look: () => CompareLook;
  #ends: (() => void)[];

  /** @param look how it is looked at now */
  constructor(ids: readonly number[], look: () => CompareLook) {
    this.ids = [...ids];
    this.#look = look;
    this.result = new Query(() => this.#loadResult(), 500);
    this.curves = new Query(() => this.#loadCurves(), 500);
    this.traces = new Query(() => this.#loadTraces(), 500);
    this.differences = new Query(() => this.#loadDifferences(), 500);
    const mine = (experiment: number) => this.ids.includes(experiment) && this.soon();
    this.#ends = [
      on('evaluation', ({ experiment }) => mine(experiment)),
      on('run', ({ experiment }) => mine(experiment)),
      on('history', () => this.soon()),
      connection.onReturn(() => this.soon()),
    ];
  }

  /** What the others are compared with: null is the first, also where another is named that is none of them. */
  get baseline(): number | null {
    const { base } = this.#look();
    return base !== null && this.ids.includes(base) ? base : null;
  }

  #loadResult(): Promise<CompareReply> {
    const look = { ...this.#look(), baseline: this.baseline };
    return this.#grouped((by) => callAhead('analysis.compare', resultAsked(this.ids, { ...look, by })));
  }

  /** Without groups where a column is none: the curves tell that beside its field, and the rest stays to be seen. */
  async #grouped<T>(ask: (by: string[]) => Promise<T>): Promise<T> {
    const { by } = this.#look();
    try {
      return await ask(by);
    } catch (error) {
      if (by.length === 0 || !(error instanceof ApiError) || error.code !== 'table.column') throw error;
      return ask([]);
    }
  }

  #loadDifferences(): Promise<{ test: MetricTest; rows: SubsetDifference[] }[]> {
    const asked = { experiments: this.ids, baseline: this.baseline };
    return Promise.all(
      this.#look().tests.map(async (test) => ({
        test,
        rows: await this.#grouped((by) => call('analysis.differences', { ...asked, test, by })),
      })),
    );
  }

  #loadCurves(): Promise<TestLines[]> {
    return Promise.all(this.#look().tests.map(async (test) => ({ test, lines: await this.#linesOf(test) })));
  }

  async #linesOf(test: MetricTest): Promise<ComparedLine[]> {
    const { by, ...look } = this.#look();
    const asked = curvesAsked(this.ids, test, look);
    if (by.length > 0) {
      const groups = await call('analysis.groupedCurves', { ...asked, by });
      return groups.map(({ table, experiments: members, ...group }) => ({
        ...{ ...group, members, curves: curvesOf(table), traces: [] },
        experiment: members[0]!,
      }));
    }
    const replies = await callAhead('analysis.comparedCurves', asked);
    return replies.map(({ table, ...reply }) => ({
      ...{ ...reply, curves: curvesOf(table), traces: [] },
      ...{ label: null, members: [reply.experiment], runs: null },
    }));
  }

  #loadTraces(): Promise<{ test: MetricTest; traces: ComparedTrace[] }[]> {
    const { by, metric, subsets, tests } = this.#look();
    const asked = { experiments: this.ids, by, subsets, metric: metric ?? undefined };
    return Promise.all(
      tests.map(async (test) => ({
        test,
        traces: await call('analysis.comparedTraces', { ...asked, test }),
      })),
    );
  }

  /** As text, so that what is drawn with names is drawn again only where one is another now. */
  #names = $derived.by(() => JSON.stringify(this.ids.map((id) => this.#findName(id))));
  #named = $derived(JSON.parse(this.#names) as string[]);

  /** Also of one that the list leaves out, because it is in the archive. */
  #findName(id: number): string {
    const compared = this.result.data?.experiments.find(({ experiment }) => experiment === id);
    return compared?.name ?? history.find(id)?.name ?? `#${id}`;
  }

  /** @param id of one of the experiments here */
  nameOf(id: number): string {
    return this.#named[this.ids.indexOf(id)] ?? `#${id}`;
  }

  /** Lines that single runs would be; known once their means are. */
  get traceCount(): number {
    const lines = this.curves.data?.flatMap((test) => test.lines) ?? [];
    return lines.reduce((sum, { runs, n }) => sum + (runs ?? n), 0) * this.#look().subsets.length;
  }

  /** Whether single runs are wanted, and few enough to be drawn. */
  get traced(): boolean {
    return this.#look().traces && this.traceCount <= MOST_TRACES;
  }

  soon(): void {
    const shown = [this.result, this.curves, this.differences, ...(this.traced ? [this.traces] : [])];
    for (const query of shown) query.soon();
  }

  end(): void {
    for (const end of this.#ends) end();
    for (const query of [this.result, this.curves, this.traces, this.differences]) query.end();
  }
}
