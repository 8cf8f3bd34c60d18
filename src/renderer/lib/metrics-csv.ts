/** Tables as they are on the page, to take away. Shares and differences of them are fractions, as in every export. */
import { stringify } from 'csv-stringify/browser/esm/sync';
import type { CompareReply } from '#shared/api/analysis.ts';
import type { MetricId } from '#shared/metrics.ts';
import { MOMENTS } from '#shared/stats/effects.ts';
import { safeCell } from '#shared/plain-text.ts';
import { TEST_SUBSETS } from '#shared/subsets.ts';
import { saveText } from './download.ts';

function saveCsv(name: string, rows: Record<string, unknown>[]): void {
  saveText(`${name}.csv`, 'text/csv', stringify(rows, { header: true }));
}

/** The table of a comparison of one metric: one row per experiment, subset and moment, with its 95 % interval. */
export function saveMetrics({ experiments }: Pick<CompareReply, 'experiments'>): void {
  const metric = experiments[0]?.effects.metric ?? 'exact_match';
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
            [metric]: mean,
            low,
            high,
            seeds: n,
          },
        ];
      }),
    ),
  );
  saveCsv(`${fileWords(metric)}-${experiments.map(({ experiment }) => experiment).join('-')}`, rows);
}

const fileWords = (metric: MetricId) => metric.replaceAll('_', '-');
