/** `credence export`: every evaluation of an experiment, one row per subset and test, or all of it as JSON. */
import { showValue, UserError } from '#shared/errors.ts';
import { experimentJson, experimentsCsv } from '../../experiments/export.ts';
import { writeWhole } from '../../files.ts';
import { openForReading, parseId } from '../history-option.ts';
import { note } from '../output.ts';

interface ExportOptions {
  format: 'csv' | 'json';
  out?: string;
  db?: string;
  json?: boolean;
}

export async function exportCommand(id: string, options: ExportOptions): Promise<void> {
  const experiment = parseId(id);
  const history = openForReading(options.db);
  try {
    const text =
      options.json || options.format === 'json'
        ? experimentJson(history, experiment)
        : experimentsCsv(history, [experiment]);
    if (options.out === undefined) return void process.stdout.write(text);
    if (options.out === '')
      throw new UserError('export.out', `--out: ${showValue(options.out)} is empty; give a file name`);
    writeWhole(options.out, text);
    note(`wrote ${options.out}`);
  } finally {
    history.close();
  }
}
