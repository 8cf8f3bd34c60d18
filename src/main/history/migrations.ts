/**
 * The database schema as a numbered list of migrations: entry i takes a file from `user_version` i to
 * i + 1. Entries are never edited once released; a change of the schema is a new entry. `migrate.ts` applies them.
 */
import { INITIAL } from './migrations/1.ts';
import {
  APP,
  F1,
  NESTED_RUNS_AND_SWEEPS,
  REPLIES,
  DATA_HASH,
  METRICS_BY_TASK,
  ANSWERS,
  QUESTIONS_AND_ANSWERS,
} from './migrations/2-to-9.ts';
import {
  ANALYSES,
  SEED_ADDITIONS,
  IDENTITIES,
  JOBS,
  REGISTRATIONS,
  COUNTS_NOT_SAID,
  MEMORY_OF_RUNS,
} from './migrations/10-on.ts';

export const MIGRATIONS: readonly string[] = [
  INITIAL,
  APP,
  F1,
  NESTED_RUNS_AND_SWEEPS,
  REPLIES,
  DATA_HASH,
  METRICS_BY_TASK,
  ANSWERS,
  QUESTIONS_AND_ANSWERS,
  ANALYSES,
  SEED_ADDITIONS,
  IDENTITIES,
  JOBS,
  REGISTRATIONS,
  COUNTS_NOT_SAID,
  MEMORY_OF_RUNS,
];
