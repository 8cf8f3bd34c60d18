/** Every key that the authors' code knows, by the part of the file it belongs to. */
import { DATA_KEYS } from './keys-data.ts';
import { DEFINE_KEYS, EXPERIMENT_KEYS, NUMERIC_KEYS } from './keys-experiment.ts';
import { MODEL_KEYS } from './keys-model.ts';
import { TRAINING_KEYS } from './keys-training.ts';
import type { KeyRule, KeyTable, Values } from './rules.ts';

export const PARTS: Record<string, KeyTable> = {
  data_arguments: DATA_KEYS,
  model_arguments: MODEL_KEYS,
  training_arguments: TRAINING_KEYS,
  experiment_arguments: EXPERIMENT_KEYS,
  define_experiment_arguments: DEFINE_KEYS,
  numeric_experiment_arguments: NUMERIC_KEYS,
};

/** Parts that change keys of the others in one stage. */
export const STAGE_PARTS = ['first_stage_arguments', 'second_stage_arguments', 'third_stage_arguments'];

/** Settings of a search by wandb. */
export const SEARCH_PART = 'sweep_arguments';

export interface KnownKey {
  part: string;
  rule: KeyRule;
}

/** No key is in two parts. */
export const KEYS = new Map<string, KnownKey>(
  Object.entries(PARTS).flatMap(([part, table]) =>
    Object.entries(table).map(([key, rule]): [string, KnownKey] => [key, { part, rule }]),
  ),
);

/** What the authors' code takes where a file says nothing. */
export const DEFAULTS: Values = Object.fromEntries([...KEYS].map(([key, { rule }]) => [key, rule.default]));
