/** Fields of all configs, which the table reads when one is first asked about and keeps. */
import type { History } from '../history/history.ts';

/** The values of fields, one map a path, by experiment; undefined where a config was saved without it. */
export type ConfigValues = (
  paths: readonly string[],
  experiments: readonly number[],
) => Map<number, unknown>[];

/** Fields that a config may still change after it was saved. */
const CHANGING = /^seeds/;

/** @returns what reads fields as `training.stage1.lr`, those that are not kept yet in one pass over the configs */
export function createConfigValues(history: History): ConfigValues {
  const known = new Map<string, Map<number, unknown>>();
  const isKept = (path: string, experiments: readonly number[]) => {
    const kept = known.get(path);
    return kept !== undefined && !CHANGING.test(path) && experiments.every((id) => kept.has(id));
  };
  return (paths, experiments) => {
    const missing = paths.filter((path) => !isKept(path, experiments));
    const found = missing.length > 0 ? history.fieldValues(missing) : [];
    for (const [i, path] of missing.entries()) known.set(path, found[i]!);
    return paths.map((path) => known.get(path)!);
  };
}
