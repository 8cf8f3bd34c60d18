/** Every config field with its default and help, from the schema on the host. */
import type { ConfigField } from '#shared/config-fields.ts';
import { call } from './api.ts';
import { valueText } from './format.ts';
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

  /** Paths of a kind of dataset's own fields; lists and mappings are set in YAML. */
  ofDataset(kind: string): string[] {
    const prefix = `dataset(${kind}).`;
    const own = this.#query.data?.filter(({ path }) => path.startsWith(prefix)) ?? [];
    const plain = own.filter(
      (field) => !/^(list|mapping) of/.test(field.accepts) && !field.path.endsWith('.kind'),
    );
    return plain.map(({ path }) => path.replace(prefix, 'dataset.'));
  }
}

export const fields = new Fields();

/** What a field takes and what stands in for nothing, in one line. */
export function accepts({ accepts: takes, default: fallback }: ConfigField): string {
  const words = takes.replace(/,? or null$/, ', or empty');
  const instead = fallback === undefined || fallback === null ? '' : `; default ${valueText(fallback)}`;
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${instead}.`;
}

/** The values that a field offers; null where it is free. */
export function choicesOf({ accepts }: ConfigField): string[] | null {
  const texts = accepts.match(/"(?:[^"\\]|\\.)*"/g);
  return texts && !accepts.startsWith('list') ? texts.map((text) => JSON.parse(text) as string) : null;
}

export function isNumeric({ accepts }: ConfigField): boolean {
  return /^(whole )?number/.test(accepts);
}

export function isNullable({ accepts }: ConfigField): boolean {
  return accepts.endsWith('or null');
}
