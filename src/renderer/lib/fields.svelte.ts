/** Every config field of the design's kind of task with its default and help, from the schema on the host. */
import type { ConfigField } from '#shared/config-fields.ts';
import { TASK_IDS, type TaskId } from '#shared/config.ts';
import { call } from './api.ts';
import { draft } from './draft.svelte.ts';
import { Query } from './query.svelte.ts';

const queryOf = (task: TaskId) => new Query(() => call('design.fields', { task }));

class Fields {
  #queries = Object.fromEntries(TASK_IDS.map((task) => [task, queryOf(task)])) as Record<
    TaskId,
    Query<ConfigField[]>
  >;

  constructor() {
    for (const query of Object.values(this.#queries)) void query.refresh();
  }

  /** Every field that the design has, with its path as in the config; those of its kind of dataset alone. */
  get all(): (ConfigField & { field: string })[] {
    const { task, dataset } = draft.config ?? {};
    const listed = (task && this.#queries[task].data) ?? [];
    return listed.flatMap((each) => {
      const of = /^dataset\((.+?)\)\./.exec(each.path);
      if (of && of[1] !== dataset?.kind) return [];
      return [{ ...each, field: each.path.replace(/^dataset\(.+?\)\./, 'dataset.') }];
    });
  }

  #byPath = $derived(new Map(this.all.map((each) => [each.field, each])));

  /** @param path as in the config; undefined where the kind of task has no such field, or one value for it */
  find(path: string): ConfigField | undefined {
    return this.#byPath.get(path);
  }

  /** Whether there is a choice at a path, or below it. */
  has(path: string): boolean {
    return this.#byPath.has(path) || this.paths.some((each) => each.startsWith(`${path}.`));
  }

  get paths(): string[] {
    return [...this.#byPath.keys()];
  }
}

export const fields = new Fields();
