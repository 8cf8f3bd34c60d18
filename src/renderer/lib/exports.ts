/** What can be taken away from one experiment. */
import type { SystemReplies } from '#shared/api/system.ts';
import { attempt } from './actions.ts';
import { call } from './api.ts';
import { saveText } from './download.ts';

type OneExperiment = Exclude<
  Extract<keyof SystemReplies, `export.${string}`>,
  'export.csv' | 'export.comparison'
>;
type Export = OneExperiment | 'export.csv';

export const EXPORTS: { label: string; method: Export }[] = [
  { label: 'Report (HTML)', method: 'export.report' },
  { label: 'Every evaluation (CSV)', method: 'export.csv' },
  { label: 'Config (YAML)', method: 'export.yaml' },
  { label: 'Everything (JSON)', method: 'export.json' },
];

export async function exportAs(method: Export, experiment: number): Promise<void> {
  const file = await attempt(() =>
    method === 'export.csv' ? call(method, { experiments: [experiment] }) : call(method, { experiment }),
  );
  if (file) saveText(file.file_name, file.mime, file.text);
}
