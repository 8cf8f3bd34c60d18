/** What an import makes of series: what a test holds against what was logged. */
import type { SeriesOptions } from '#lab/series/import.ts';
import { readSeriesAt } from '#main/imports/import-series.ts';

/**
 * Reads a file or folder of series.
 * @returns of each run its seed and `epoch step subset value` of each number, exact match before loss, sorted; a number that
 *   is not finite is null
 * @throws UserError as `readSeriesAt`
 */
export async function readNumbers(source: string, choices: SeriesOptions = {}) {
  const { config, runs } = await readSeriesAt(source, choices);
  const found = runs.map(({ seed, evaluations }) => ({
    seed,
    numbers: [...evaluations()]
      .flatMap(({ epoch, step, metrics }) =>
        metrics.map(({ subset, exact_match, loss }) =>
          [epoch, step, subset, String(exact_match === undefined ? loss : exact_match)].join(' '),
        ),
      )
      .sort(),
  }));
  return { config, found };
}
