/** `credence export-data`: the texts and questions of one seed as JSON Lines, for other trainers. */
import { visible } from '#shared/plain-text.ts';
import { exportData } from '../../experiments/data-export.ts';
import { loadConfig } from '../../experiments/config-file.ts';
import { loadingOptions } from '../loading-view.ts';
import { bold, print, printJson, table } from '../output.ts';
import { parseSeed } from '../seed-option.ts';

interface ExportDataOptions {
  out: string;
  seed?: string;
  force?: boolean;
  set?: string[];
  json?: boolean;
}

export async function exportDataCommand(source: string, options: ExportDataOptions): Promise<void> {
  const config = loadConfig(source, options);
  const seed = options.seed === undefined ? config.seeds[0] : parseSeed(options.seed, 'export.seed');
  const { force } = options;
  const written = await exportData(config, seed, options.out, { ...loadingOptions(), force });
  if (options.json) return printJson(written);
  print(`${bold(visible(config.name))}, seed ${seed}: ${written.files.length} files in ${written.folder}`);
  print(
    table(
      ['file', 'rows'],
      written.files.map(({ file, rows }) => [file, String(rows)]),
      [1],
    ),
  );
}
