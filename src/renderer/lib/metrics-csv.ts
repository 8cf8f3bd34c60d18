/** Tables as they are on the page, to take away. Exact match and differences are fractions, as in every export. */
import { stringify } from 'csv-stringify/browser/esm/sync';
import type { CompareReply, MetricRow } from '#shared/api/analysis.ts';
import { safeCell } from '#shared/plain-text.ts';
import { TEST_SUBSETS } from '#shared/subsets.ts';
import { saveText } from './download.ts';

const MOMENTS = { stage1: 'after stage 1', stage2: 'at the end' } as const;

function saveCsv(name: string, rows: Record<string, unknown>[]): void {
  saveText(`${name}.csv`, 'text/csv', stringify(rows, { header: true }));
}

/** The table of a comparison: one row per experiment, subset and moment, with its 95 % interval. */
export function saveMetrics({ experiments }: CompareReply): void {
  const rows = experiments.flatMap(({ experiment, name, effects }) =>
    TEST_SUBSETS.flatMap((subset) =>
      (['stage1', 'stage2'] as const).flatMap((moment) => {
        const found = effects.subsets[subset]?.[moment];
        if (!found) return [];
        const { mean, low, high, n } = found;
        return [
          {
            experiment,
            name: safeCell(name),
            subset,
            when: MOMENTS[moment],
            exact_match: mean,
            low,
            high,
            seeds: n,
          },
        ];
      }),
    ),
  );
  saveCsv(`exact-match-${experiments.map(({ experiment }) => experiment).join('-')}`, rows);
}

/** The table of runs: one row per run, one column per subset. */
export function saveRuns(runs: readonly MetricRow[], metric: string): void {
  const rows = runs.map(({ values, experiment_name, ...run }) => ({
    experiment: run.experiment,
    name: safeCell(experiment_name),
    run: run.run,
    seed: run.seed,
    state: run.state,
    seconds: run.seconds,
    ...Object.fromEntries(TEST_SUBSETS.map((subset) => [subset, values[subset] ?? ''])),
  }));
  saveCsv(`runs-${metric.replace('_', '-')}`, rows);
}
