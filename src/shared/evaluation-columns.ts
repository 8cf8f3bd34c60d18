/** The columns of the CSV of evaluations that is exported; by the first of them it is recognised when it is imported. */

/** One row is of these. */
export const EVALUATION_PLACE = [
  'experiment',
  'name',
  'run',
  'seed',
  'state',
  'stage',
  'epoch',
  'step',
  'subset',
  'test',
] as const;

/** Programs count on these, of texts; what only other tasks measure comes after them. */
export const EVALUATION_COLUMNS: readonly string[] = [
  ...EVALUATION_PLACE,
  'exact_match',
  'f1',
  'loss',
  'count',
  'seed_stage2',
  'stage1_epoch',
];

/** Why a run ended early, or is left out; the last column, where some run of the table did or is. */
export const CAUSE_COLUMN = 'error';
