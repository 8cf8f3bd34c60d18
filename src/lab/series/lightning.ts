/**
 * Names and epochs as PyTorch Lightning logs them, and the numbers of the authors' toy regression, which it trains
 * (src/toy_example of krasheninnikov/internalization).
 */
import type { TestSubset } from '#shared/subsets.ts';

/** What is added to a name where several data sets are evaluated. */
const OF_DATA_SET = /^(.*)\/dataloader_idx_(\d+)$/;

/** Test sets of the toy regression are logged by their number alone; their order is fixed in its code. */
const TOY = /^val_loss (\d)\/dataloader_idx_\1$/;
const TOY_SETS: readonly TestSubset[] = ['d1consis', 'd2consis', 'qd1consis', 'qd2incons'];

/** A name without what Lightning adds, and the number of the data set; null where it added nothing. */
export function dataSetOf(column: string): { name: string; number: number } | null {
  const [, name, number] = OF_DATA_SET.exec(column) ?? [];
  return name === undefined ? null : { name, number: Number(number) };
}

/** The subset whose error a column of the toy regression is; null for any other column. */
export function toySubset(column: string): TestSubset | null {
  return TOY_SETS[Number(TOY.exec(column)?.[1])] ?? null;
}

/** Whether the epochs beside a column count from 0: Lightning says 0 at the end of the first. */
export const countsFromZero = (column: string): boolean => dataSetOf(column) !== null;
