/** The answers in view: which are meant stands in the address, what they are is asked of the host. */
import type { AnswerOrder } from '#shared/api/answers.ts';
import type { Arguments } from '#shared/contract.ts';
import type { TestSubset } from '#shared/subsets.ts';
import { ANSWER_VIEWS, type AnswerView } from './answers-link.ts';
import { call, on } from './api.ts';
import { Query } from './query.svelte.ts';
import { route } from './route.svelte.ts';
import { Sorting } from './sorting.svelte.ts';

type Asked = NonNullable<Arguments<'answers.questions'>['filter']>;

/** Parts of a filter that are texts in an address. */
const TEXTS = [
  'stage',
  'subset',
  'test',
  'attribute',
  'entity',
  'alias',
  'gold',
  'answer',
  'verdict',
  'text',
] as const;
const NUMBERS = ['run', 'seed'] as const;

/** Rows of a page. */
export const PAGE = 50;

export class AnswersModel {
  readonly experiments: number[];
  readonly sorting = new Sorting<AnswerOrder>('order', false);
  overview = new Query(() => call('answers.overview', { experiments: this.experiments, by: this.by }), 400);
  questions = new Query(() => call('answers.questions', { ...this.#asked, ...this.#page, by: this.by }));
  rows = new Query(() => call('answers.rows', { ...this.#asked, ...this.#page }));
  summary = new Query(() => call('answers.summary', { ...this.#asked, by: this.by }));
  contrast = new Query(() =>
    call('answers.contrast', {
      ...{ ...this.#asked, ...this.pair, by: this.by },
      ...{ offset: this.offset, limit: PAGE },
    }),
  );
  #ends: (() => void)[];

  constructor(experiments: readonly number[]) {
    this.experiments = [...experiments];
    const mine = (experiment: number) => this.experiments.includes(experiment) && this.soon();
    this.#ends = [
      on('evaluation', ({ experiment }) => mine(experiment)),
      on('run', ({ experiment }) => mine(experiment)),
    ];
  }

  get view(): AnswerView {
    return ANSWER_VIEWS.find((each) => each === route.query.view) ?? 'questions';
  }

  /** Columns by whose values the experiments of a comparison are grouped. */
  get by(): string[] {
    return this.experiments.length > 1 ? (route.query.by ?? '').split(',').filter(Boolean) : [];
  }

  get filter(): Asked {
    const { query } = route;
    const texts = TEXTS.filter((key) => query[key]).map((key) => [key, query[key]]);
    const numbers = NUMBERS.filter((key) => query[key]).map((key) => [key, Number(query[key])]);
    // The host checks what the address says.
    return Object.fromEntries([...texts, ...numbers, ['finished', query.finished === '1']]) as Asked;
  }

  /** The two subsets that are laid against each other. */
  get pair(): { first: TestSubset; second: TestSubset } {
    const { first = 'd1consis', second = 'd2consis' } = route.query;
    return { first: first as TestSubset, second: second as TestSubset };
  }

  get offset(): number {
    return Math.max(0, Math.floor(Number(route.query.offset ?? 0)) || 0);
  }

  /** Run and thing that are looked at; null for none. */
  get thing(): { run: number; thing: number } | null {
    const [, run, thing] = /^(\d{1,15})\.(\d{1,9})$/.exec(route.query.thing ?? '') ?? [];
    return run === undefined ? null : { run: Number(run), thing: Number(thing) };
  }

  get #asked() {
    return { experiments: this.experiments, filter: this.filter };
  }

  get #page() {
    const { by: sort, descending } = this.sorting;
    return { sort, descending, offset: this.offset, limit: PAGE };
  }

  /** Another filter begins at its first page. */
  narrow(changes: Record<string, string | null>): void {
    route.look({ offset: null, ...changes });
  }

  /** Loads what is in view. */
  load(): void {
    void this.summary.refresh();
    if (this.view === 'questions') void this.questions.refresh();
    if (this.view === 'seeds') void this.rows.refresh();
    if (this.view === 'contrast') void this.contrast.refresh();
  }

  soon(): void {
    for (const query of [this.overview, this.summary, this.questions, this.rows, this.contrast])
      if (query === this.overview || query.data) query.soon();
  }

  end(): void {
    for (const end of this.#ends) end();
    for (const query of [this.overview, this.questions, this.rows, this.summary, this.contrast]) query.end();
  }
}
