/** What a plain word of a filter is looked for in: everything that is told about an experiment in words. */
import type { ExperimentSummary } from '#shared/records.ts';
import type { History } from '../history/history.ts';

/** Names of fields, which every config has, are no words about one of them. */
const KEYS = /"[\w.-]+":/g;

/**
 * Whether a text, in lower case, is found in an experiment: `#3`, its name, labels, notes, or a value of its config, such
 * as an architecture or the name of a file.
 */
export function createTexts(history: History) {
  const configs = new Map<number, string>();
  let newest = 0;
  return (): ((experiment: ExperimentSummary, text: string) => boolean) => {
    for (const [id, json] of history.configTexts(newest)) {
      configs.set(id, json.replace(KEYS, '').toLowerCase());
      newest = Math.max(newest, id);
    }
    const notes = history.allNotes();
    return ({ id, name, labels, sweep }, text) => {
      const about = `#${id} ${name} ${labels.join(' ')} ${sweep === null ? '' : `s${sweep}`} ${notes.get(id) ?? ''}`;
      return about.toLowerCase().includes(text) || (configs.get(id)?.includes(text) ?? false);
    };
  };
}
