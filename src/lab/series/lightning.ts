/**
 * Names and epochs as PyTorch Lightning logs them, and the numbers of the authors' toy regression, which it trains
 * (src/toy_example of krasheninnikov/internalization).
 */
import type { TestSubset } from '#shared/subsets.ts';
import type { Guess } from './roles.ts';

/** What is added to a name where several data sets are evaluated. */
const OF_DATA_SET = /\/dataloader_idx_(\d+)$/;

/** Test sets of the toy regression are logged by their number alone; their order is fixed in its code. */
const TOY = /^val_loss (\d)\/dataloader_idx_\1$/;
const TOY_SETS: readonly TestSubset[] = ['d1consis', 'd2consis', 'qd1consis', 'qd2incons'];

/**
 * What a column is that names a data set as Lightning does; null for any other.
 * @param guess what the name would be without that
 */
export function lightningColumn(column: string, guess: (name: string) => Guess): Guess | null {
  const [ending, number] = OF_DATA_SET.exec(column) ?? [];
  if (ending === undefined) return null;
  const subset = TOY_SETS[Number(TOY.exec(column)?.[1])];
  if (subset) return toyColumn(subset);
  const guessed = guess(column.slice(0, -ending.length));
  if (guessed.role.is === 'measure' && guessed.role.subset !== null) return guessed;
  const why = `of data set ${number} that Lightning was given: say which subset that is, as "${column}=d1consis/exact_match"`;
  return { role: { is: 'ignore' }, why };
}

function toyColumn(subset: TestSubset): Guess {
  const role = {
    is: 'measure',
    metric: 'mse',
    subset,
    test: null,
    wording: null,
    percent: false,
    run: null,
  } as const;
  const why =
    'by its place among the test sets of the authors’ toy regression; a mean over all outputs, where ours is of the output that is asked for';
  return { role, why };
}

/** Whether the epochs beside a column count from 0: Lightning says 0 at the end of the first. */
export const countsFromZero = (column: string): boolean => OF_DATA_SET.test(column);
