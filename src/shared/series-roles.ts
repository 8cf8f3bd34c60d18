/** What a column of another program's file may say of the numbers beside it, as `credence import --column` takes it. */
export const PLACE_ROLES = [
  'run',
  'seed',
  'seed_stage2',
  'stage1_epoch',
  'state',
  'error',
  'stage',
  'epoch',
  'step',
  'subset',
  'test',
  'metric',
  'value',
  'count',
] as const;
export type PlaceRole = (typeof PLACE_ROLES)[number];
