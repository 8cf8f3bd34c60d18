/** Analyses of the experiments in view, followed while they go on. */
import type { AnalysisState, InsideBeside } from '#shared/api/analyses.ts';
import type { TextFile } from '#shared/api/system.ts';
import type { Arguments } from '#shared/contract.ts';
import type { AnalysisParams } from '#shared/analysis.ts';
import type { SavedConfig } from '#shared/saved-config.ts';
import { toast } from 'svelte-sonner';
import { attempt } from './actions.ts';
import { call, on } from './api.ts';
import { connection } from './connection.svelte.ts';
import { saveText } from './download.ts';
import { Query } from './query.svelte.ts';

/** An experiment whose inside is looked at. */
export interface Subject {
  id: number;
  name: string;
  config: SavedConfig;
  /** Some run has begun, so that there may be weights. */
  trained: boolean;
}

export class InsideModel {
  readonly ids: number[];
  readonly subjects: Query<Subject[]>;
  readonly states: Query<AnalysisState[]>;
  /** Figures over all experiments, or over groups of them. */
  readonly beside: Query<InsideBeside[]>;
  #ends: (() => void)[];

  /** @param by columns that experiments are grouped by now */
  constructor(ids: readonly number[], by: () => readonly string[] = () => []) {
    this.ids = [...ids];
    this.subjects = new Query(() => Promise.all(this.ids.map(loadSubject)), 500);
    this.states = new Query(() => call('analyses.list', { experiments: this.ids }), 400);
    this.beside = new Query(
      () =>
        ids.length > 1
          ? call('analyses.beside', { experiments: this.ids, by: [...by()] })
          : Promise.resolve([]),
      400,
    );
    const mine = (experiment: number) => this.ids.includes(experiment);
    this.#ends = [
      on('analysis', ({ experiment }) => mine(experiment) && this.#found()),
      on('run', ({ experiment }) => mine(experiment) && this.subjects.soon()),
      on('history', ({ experiments }) => (experiments?.some(mine) ?? true) && this.#soon()),
      connection.onReturn(() => this.#soon()),
    ];
    void this.subjects.refresh();
    void this.states.refresh();
    void this.beside.refresh();
  }

  nameOf(id: number): string {
    return this.subjects.data?.find((subject) => subject.id === id)?.name ?? `#${id}`;
  }

  /** Starts an analysis of each experiment, or goes on with it; says what is left out. */
  async start(experiments: readonly number[], params: AnalysisParams): Promise<void> {
    for (const experiment of experiments)
      await attempt(async () => {
        const { runs, left } = await call('analyses.start', { experiment, params });
        if (left.length > 0) toast(`Left out: ${left.join('; ')}`);
        if (runs.length === 0) toast('Nothing is left to do: these seeds are looked at already');
      });
    await this.states.refresh();
  }

  async cancel(id: number): Promise<void> {
    await attempt(() => call('analyses.cancel', { id }));
    await this.states.refresh();
  }

  async remove(id: number): Promise<void> {
    await attempt(() => call('analyses.remove', { id }));
    await Promise.all([this.states.refresh(), this.beside.refresh()]);
  }

  #found(): void {
    this.states.soon();
    this.beside.soon();
  }

  #soon(): void {
    this.subjects.soon();
    this.#found();
  }

  end(): void {
    for (const end of this.#ends) end();
    this.subjects.end();
    this.states.end();
    this.beside.end();
  }
}

async function loadSubject(id: number): Promise<Subject> {
  const { experiment, runs } = await call('experiments.get', { id });
  const { name, config } = experiment;
  return { id, name, config, trained: runs.some(({ started_at }) => started_at !== null) };
}

export type AnalysisFile = 'csv' | 'json';

/** What one analysis found. */
export async function exportAnalysis(id: number, as: AnalysisFile): Promise<void> {
  await attempt(async () => saveFile(await call('export.analysis', { id, as })));
}

/** What analyses of one kind found in several experiments, or groups of them: the numbers that are drawn. */
export async function exportCompared(asked: Arguments<'export.compared_analyses'>): Promise<void> {
  await attempt(async () => saveFile(await call('export.compared_analyses', asked)));
}

const saveFile = ({ file_name, mime, text }: TextFile) => saveText(file_name, mime, text);
