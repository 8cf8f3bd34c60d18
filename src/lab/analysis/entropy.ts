/** Entropy of answers (method: entropy of answers). */
import type { EntropyResult } from '#shared/analysis.ts';
import { partOf, withWeights, type Given } from './given.ts';

/** Digits of a value that are kept: a histogram needs no more. */
const DIGITS = 5;

export function entropy(given: Given): Promise<EntropyResult> {
  const { task, engine, checkpoints } = given;
  const kept = checkpoints.at(-1)!;
  return withWeights(given, kept.read(), async (state) => {
    const { test, answers } = await partOf(task, 'ownAnswers')(
      { engine, state },
      (share) => void given.told(share),
    );
    const subsets: EntropyResult['subsets'] = {};
    for (const { subset, loss } of answers) (subsets[subset] ??= []).push(Number(loss.toPrecision(DIGITS)));
    return { kind: 'entropy', at: kept.at, test, subsets };
  });
}
