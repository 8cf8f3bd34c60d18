/** What a plain word of a filter is looked for in: everything that is told about an experiment in words. */
import { configFields } from '#shared/config-fields.ts';
import { TASK_SCHEMAS, type TaskId } from '#shared/config.ts';
import type { ExperimentSummary } from '#shared/records.ts';
import type { History } from '../history/history.ts';
import { once } from './once.ts';

/** Letters of a word that is looked for in configs too: shorter ones are in all of them. */
const LEAST = 3;

/** Phrases that configs have unless said otherwise: they tell nothing about one of them. */
const USUAL: ReadonlySet<string> = new Set(
  (Object.keys(TASK_SCHEMAS) as TaskId[]).flatMap((task) =>
    stringsIn(configFields(task).map((field) => field.default)).filter(isPhrase),
  ),
);

/** Configs read in one stretch, some ten milliseconds. */
const STRETCH = 500;

export interface Texts {
  /**
   * Whether a text, in lower case, is found in an experiment: `#3`, its name, labels, notes, or a text of its config, such
   * as an architecture or the name of a file.
   */
  finder(): (experiment: ExperimentSummary, text: string) => boolean;
  /** Reads a stretch of the configs ahead. @returns whether there may be more */
  readOn(): boolean;
}

export function createTexts(history: History): Texts {
  /** What configs tell, of those that were read ahead or had to be looked into. */
  const known = new Map<number, string>();
  let newest = 0;
  const readOn = (): boolean => {
    const some = history.configTexts(newest, STRETCH);
    for (const [id, json] of some) {
      newest = id;
      if (!known.has(id)) known.set(id, told(json));
    }
    return some.length === STRETCH;
  };
  return {
    readOn,
    finder() {
      const notes = history.allNotes();
      const inConfig = configFinder(
        known,
        once(() => new Map(history.configTexts(newest))),
      );
      return ({ id, name, labels, sweep }, text) => {
        const about = `#${id} ${name} ${labels.join(' ')} ${sweep === null ? '' : `s${sweep}`} ${notes.get(id) ?? ''}`;
        if (about.toLowerCase().includes(text)) return true;
        return text.length >= LEAST && inConfig(id, text);
      };
    },
  };
}

/** Of configs that were not read ahead only those are looked into that have the word anywhere. */
function configFinder(known: Map<number, string>, unread: () => ReadonlyMap<number, string>) {
  return (id: number, text: string): boolean => {
    if (!known.has(id)) {
      const json = unread().get(id) ?? '';
      if (!json.toLowerCase().includes(asJson(text))) return false;
      known.set(id, told(json));
    }
    return known.get(id)!.includes(text);
  };
}

/** A text as it stands in JSON. */
const asJson = (text: string) => JSON.stringify(text).slice(1, -1).toLowerCase();

/** The texts of a config that are its own. */
function told(json: string): string {
  return stringsIn(JSON.parse(json))
    .filter((text) => !USUAL.has(text))
    .join('\n')
    .toLowerCase();
}

/** Strings that are values, not names of fields. */
function stringsIn(value: unknown, found: string[] = []): string[] {
  if (typeof value === 'string') found.push(value);
  else if (typeof value === 'object' && value !== null)
    for (const each of Object.values(value)) stringsIn(each, found);
  return found;
}

function isPhrase(text: string): boolean {
  return text.includes(' ');
}
