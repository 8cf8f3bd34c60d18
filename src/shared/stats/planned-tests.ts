/** What seeds are planned for: the test that is to find an effect. */

/** `both`: t-test and permutation test, as a claim takes (`verdictOf`). */
export const PLANNED_TESTS = ['t', 'permutation', 'both'] as const;
export type PlannedTest = (typeof PLANNED_TESTS)[number];

export const PLANNED_TEST_NAMES: Record<PlannedTest, string> = {
  t: 'the t-test',
  permutation: 'the permutation test',
  both: 'the t-test and the permutation test together',
};
