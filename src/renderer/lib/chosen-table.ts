/** The dataset of a design that reads a table. */
import type { CsvConfig } from '#shared/config.ts';
import { resolveConfig } from '#shared/resolve-config.ts';

/** A table with every other field at its default. */
export function tableAt(path: string): CsvConfig {
  return resolveConfig({ dataset: { kind: 'csv', path } }).dataset as CsvConfig;
}

/** A table that is still to be chosen: a problem of the design, so that it cannot run yet. */
export function emptyTable(): CsvConfig {
  return { ...tableAt('none'), path: '' };
}
