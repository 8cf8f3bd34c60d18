/** Every config field with its default and help, from the schema on the host. */
import type { ConfigField } from '#shared/config-fields.ts';
import { call } from './api.ts';
import { Query } from './query.svelte.ts';

class Fields {
  #query = new Query(() => call('design.fields', {}));

  constructor() {
    void this.#query.refresh();
  }

  /** @param path as in the config; the fields of a dataset are listed under its kind */
  find(path: string, kind: string): ConfigField | undefined {
    const listed = path.replace(/^dataset\./, `dataset(${kind}).`);
    return this.#query.data?.find((field) => field.path === listed);
  }

  /** Every field that a config with this kind of dataset has, with its path as in the config. */
  ofKind(kind: string): (ConfigField & { field: string })[] {
    return (this.#query.data ?? []).flatMap((each) => {
      const of = /^dataset\((.+?)\)\./.exec(each.path);
      if (of && of[1] !== kind) return [];
      return [{ ...each, field: each.path.replace(/^dataset\(.+?\)\./, 'dataset.') }];
    });
  }

  /** Paths of all fields that a config has with a kind of dataset. */
  paths(kind: string): string[] {
    const prefix = `dataset(${kind}).`;
    const known = this.#query.data?.filter(
      ({ path }) => !path.startsWith('dataset(') || path.startsWith(prefix),
    );
    return (known ?? []).map(({ path }) => path.replace(prefix, 'dataset.'));
  }
}

export const fields = new Fields();
