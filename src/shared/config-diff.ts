/** What differs between configs: one row per field, only the rows that differ. */

export interface ConfigDifference {
  /** For example `training.stage1.lr`. */
  field: string;
  /** One value per config, `undefined` where a config has no such field. */
  values: unknown[];
}

/**
 * Fields whose values are not the same in all configs, in the order of the first config that has them. A field that is
 * null here and absent there says the same in both.
 */
export function configDiff(configs: readonly object[]): ConfigDifference[] {
  const flat = configs.map((config) => new Map(leaves(config, [])));
  const fields = [...new Set(flat.flatMap((fields) => [...fields.keys()]))];
  return fields
    .map((field) => ({ field, values: flat.map((values) => values.get(field)) }))
    .filter(({ values }) => new Set(values.map((value) => JSON.stringify(value ?? null))).size > 1);
}

function* leaves(value: unknown, path: string[]): Generator<[string, unknown]> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) yield [path.join('.'), value];
  else for (const [key, inner] of Object.entries(value)) yield* leaves(inner, [...path, key]);
}
