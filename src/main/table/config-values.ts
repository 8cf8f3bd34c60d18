/** Fields of configs, which the table reads when one is first asked about and keeps. */
import type { History } from '../history/history.ts';
import { createKeptColumns } from './kept-columns.ts';

/** The values of fields by experiment, a function for each path; undefined where a config was saved without it. */
export type ConfigValues = (
  paths: readonly string[],
  experiments: readonly number[],
) => ((experiment: number) => unknown)[];

/** Fields that a config may still change after it was saved. */
const CHANGING = /^seeds/;

/**
 * @param count how many experiments there are
 * @returns what reads fields as `training.stage1.lr`, those that are not kept yet in one pass over the configs
 */
export function createConfigValues(history: History, count: () => number): ConfigValues {
  return createKeptColumns<string, number, unknown>({
    keyOf: (experiment) => experiment,
    stampOf: (_, path) => (CHANGING.test(path) ? null : ''),
    read: (paths, experiments) => history.fieldValues(paths, experiments),
    count,
  });
}
