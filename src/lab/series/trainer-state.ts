/** Rows of a Hugging Face `trainer_state.json`: the entries of its `log_history`. */
import { readFile, stat } from 'node:fs/promises';
import { sizeText } from '#shared/counting.ts';
import { isMapping } from '#shared/config-path.ts';
import { jsonCells, looseJson } from './json-lines.ts';
import { seriesError, type SeriesFile, type SeriesRow } from './rows.ts';

/** Parsed at once: about a million entries of a log. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * Tells the entries (transformers, `TrainerState`: each has `step`, `epoch` and what was logged then).
 * @throws UserError `series.json`, `series.size`
 */
export async function readTrainerState(file: SeriesFile, use: (row: SeriesRow) => void): Promise<void> {
  const { size } = await stat(file.path);
  if (size > MAX_BYTES)
    throw seriesError(
      'size',
      { file: file.name, value: sizeText(size) },
      `is more than the ${sizeText(MAX_BYTES)} that are read; give the event files beside it`,
    );
  const state = parsed(file, await readFile(file.path, 'utf8'));
  const entries = isMapping(state) ? state['log_history'] : undefined;
  if (!Array.isArray(entries))
    throw seriesError(
      'json',
      { file: file.name },
      'has no list log_history; give the file that Trainer.save_state wrote',
    );
  for (const [i, entry] of (entries as unknown[]).entries())
    if (isMapping(entry)) use({ at: i + 1, cells: jsonCells(entry) });
}

function parsed(file: SeriesFile, text: string): unknown {
  try {
    return looseJson(text);
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0].slice(0, 120);
    throw seriesError('json', { file: file.name }, `is no whole JSON (${reason}); copy it again`);
  }
}
