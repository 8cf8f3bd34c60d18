/** `credence export`: every evaluation of an experiment, or experiments as they are, for another history. */
import path from 'node:path';
import { BUNDLE_ENDING } from '#shared/bundles.ts';
import { plural, sizeText } from '#shared/counting.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { OTHER_DATA } from '#shared/other-data.ts';
import { runLabel } from '#shared/planned-runs.ts';
import { writeBundle } from '../../bundle/bundle.ts';
import { experimentJson, experimentsCsv } from '../../experiments/export.ts';
import { holdsFile, writeWhole } from '../../files.ts';
import type { History } from '../../history/history.ts';
import { openForReading, parseId, sweepNumber } from '../history-option.ts';
import { note, printJson } from '../output.ts';

interface ExportOptions {
  format?: 'csv' | 'json' | 'credence';
  out?: string;
  weights?: boolean;
  db?: string;
  json?: boolean;
}

export async function exportCommand(ids: readonly string[], options: ExportOptions): Promise<void> {
  const format = formatOf(options);
  for (const id of ids) if (sweepNumber(id) === null) parseId(id);
  if (options.out === '')
    throw new UserError('export.out', `--out: ${showValue(options.out)} is empty; give a file name`);
  const history = openForReading(options.db);
  try {
    if (format === 'credence') await exportBundle(history, ids, options);
    else exportNumbers(history, ids, { ...options, format });
  } finally {
    history.close();
  }
}

/** @throws UserError `export.format` where options do not go together */
function formatOf({ format, out, json, weights }: ExportOptions): NonNullable<ExportOptions['format']> {
  const named = out !== undefined && path.extname(out).toLowerCase() === BUNDLE_ENDING;
  const chosen = format ?? (named ? 'credence' : json ? 'json' : 'csv');
  if (chosen === 'credence' && out === undefined)
    throw new UserError(
      'export.out',
      `--format credence: give a file name by --out, such as --out mine${BUNDLE_ENDING}`,
    );
  if (chosen !== 'credence' && weights)
    throw new UserError(
      'export.format',
      `--weights: a ${chosen} file has no weights; name a file by --out mine${BUNDLE_ENDING}`,
    );
  return chosen;
}

function exportNumbers(
  history: History,
  ids: readonly string[],
  { format, out }: ExportOptions & { format: 'csv' | 'json' },
): void {
  const [id, ...more] = ids;
  if (more.length > 0)
    throw new UserError(
      'export.format',
      `export: ${plural(ids.length, 'experiment')} do not go into one ${format} file; name a file by --out mine${BUNDLE_ENDING}, or one experiment`,
    );
  const experiment = parseId(id);
  for (const run of history.otherDataRuns(experiment))
    note(`${runLabel(run)}: ${OTHER_DATA}; its numbers are left out`);
  const text =
    format === 'json' ? experimentJson(history, experiment) : experimentsCsv(history, [experiment]);
  if (out === undefined) return void process.stdout.write(text);
  writeWhole(out, text);
  note(`wrote ${out}`);
}

async function exportBundle(history: History, ids: readonly string[], options: ExportOptions): Promise<void> {
  const { out = '', weights = false, json = false } = options;
  if (holdsFile(out))
    throw new UserError('export.exists', `--out: ${showValue(out)} is there already; name a new file`);
  const experiments = ids.flatMap((id) => {
    const sweep = sweepNumber(id);
    return sweep === null ? [parseId(id)] : history.getSweep(sweep).experiments.map((cell) => cell.id);
  });
  const written = await writeBundle(
    history,
    [...new Set(experiments)].toSorted((a, b) => a - b),
    out,
    { weights },
  );
  if (json) return printJson(written);
  const { bytes } = written;
  note(
    `wrote ${out}: ${plural(written.experiments, 'experiment')}, ${sizeText(bytes)}${weights ? `, ${sizeText(written.weights)} of weights in it` : ', without weights (--weights takes them along)'}`,
  );
}
