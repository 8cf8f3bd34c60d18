import { expect, it } from 'vitest';
import type { ChartColours } from './chart.ts';
import { describeSweep, sweepChartConfig } from './sweep-chart.ts';

it('calls its axis what it is told, a metric as a field', () => {
  for (const title of ['Width d_model', 'max(d1consis.loss)']) {
    const look = { title, meaning: () => null, values: [1, 2], metric: 'exact_match', dark: false } as const;
    const { options } = sweepChartConfig([], look, {} as ChartColours);
    expect(options?.scales?.['x']).toMatchObject({ title: { text: title } });
    expect(describeSweep([], 'IML effect', title)).toBe(`IML effect against ${title}. No finished seed yet.`);
  }
});
