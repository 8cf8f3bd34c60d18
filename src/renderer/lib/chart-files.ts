/** A chart as it is shown, as a file: the SVG that the window drew, or its PNG. */
import { attempt } from './actions.ts';
import { call } from './api.ts';
import { saveBytes, saveText } from './download.ts';

export type ChartFile = 'svg' | 'png';

/** @param name of the file, without its ending */
export async function saveChart(name: string, as: ChartFile, draw: () => string): Promise<void> {
  await attempt(async () => {
    const svg = draw();
    if (as === 'svg') return saveText(`${name}.svg`, 'image/svg+xml', svg);
    const { base64 } = await call('export.chartPng', { svg });
    saveBytes(`${name}.png`, 'image/png', base64);
  });
}
