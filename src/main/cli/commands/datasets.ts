/** `credence datasets`: what lies in the data folder, what was removed from it, and how that goes for good. */
import { plural, sizeText } from '#shared/counting.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { visible } from '#shared/plain-text.ts';
import { dividedTables, neededText, tablesText, type RemovedTable } from '#shared/removed-tables.ts';
import { keptTables } from '../../datasets/kept-tables.ts';
import { forgetTables, removedTables, restoreTable } from '../../datasets/removed-tables.ts';
import { datasetsFolder } from '../../experiments/data-files.ts';
import type { History } from '../../history/history.ts';
import { defaultHome } from '../../history/paths.ts';
import { canAsk, confirm } from '../ask.ts';
import { EXIT } from '../exit.ts';
import { openForReading } from '../history-option.ts';
import { bold, dim, note, print, printJson, table, yellow } from '../output.ts';

/** Lists both. */
export function datasetsCommand({ json }: { json?: boolean }): void {
  const { kept, removed } = withHistory((place) => ({
    kept: keptTables(place),
    removed: removedTables(place),
  }));
  if (json) return printJson({ kept, removed });
  if (kept.length === 0) print(`Nothing is in ${datasetsFolder()}.`);
  else
    print(
      table(
        ['name', 'size', 'read by'],
        kept.map(({ name, bytes, folder, read_by }) => [
          visible(name),
          folder ? 'folder' : sizeText(bytes),
          read_by.map((id) => `#${id}`).join(' '),
        ]),
        [1],
      ),
    );
  if (removed.length > 0) printRemoved(removed);
}

function printRemoved(removed: readonly RemovedTable[]): void {
  print(`\n${bold(`removed: ${tablesText(removed)}`)}`);
  print(
    table(
      ['name', 'size', 'still needed by'],
      removed.map((each) => [visible(each.id), sizeText(each.bytes), neededText(each) ?? '']),
      [1],
    ),
  );
  print(
    dim('"credence datasets restore NAME" puts one back; "credence datasets empty" removes them for good.'),
  );
}

/** @throws UserError `dataset.missing`, `dataset.exists` */
export function restoreTableCommand(id: string): void {
  restoreTable(defaultHome(), id);
  note(`restored ${showValue(id)}`);
}

/**
 * Removes tables of the bin for good; without names those that nothing needs.
 * @returns the exit code
 * @throws UserError `dataset.missing`, `datasets.confirm` where nobody can be asked
 */
export async function emptyCommand(
  ids: readonly string[],
  { yes, json }: { yes?: boolean; json?: boolean },
): Promise<number> {
  const removed = withHistory(removedTables);
  const { free, needed } = dividedTables(removed);
  const unknown = ids.find((id) => !removed.some((each) => each.id === id));
  if (unknown !== undefined)
    throw new UserError(
      'dataset.missing',
      `${showValue(unknown)} is no removed table; "credence datasets" lists them`,
    );
  const going = ids.length > 0 ? removed.filter(({ id }) => ids.includes(id)) : free;
  const staying = ids.length > 0 ? [] : needed;
  for (const each of staying)
    note(yellow(`note: ${each.id} stays: needed by ${neededText(each)}; name it to remove it all the same`));
  if (going.length > 0 && !(await isAgreed(going, yes))) {
    note('nothing was removed');
    return EXIT.failed;
  }
  if (going.length > 0)
    forgetTables(
      defaultHome(),
      going.map(({ id }) => id),
    );
  if (json) printJson({ removed: going, left: staying });
  else print(going.length > 0 ? `removed for good: ${tablesText(going)}` : 'nothing to remove');
  return EXIT.ok;
}

/** @throws UserError `datasets.confirm` */
async function isAgreed(going: readonly RemovedTable[], yes = false): Promise<boolean> {
  for (const each of dividedTables(going).needed)
    note(
      yellow(`note: ${each.id} is needed by ${neededText(each)}, which cannot be run or resumed without it`),
    );
  if (yes) return true;
  if (!canAsk())
    throw new UserError(
      'datasets.confirm',
      `nobody can be asked here whether ${tablesText(going)} go for good; say --yes`,
    );
  const names = going.map(({ id }) => showValue(id)).join(', ');
  return confirm(`Remove ${plural(going.length, 'table')} for good (${names})? Nothing brings them back.`);
}

function withHistory<T>(read: (place: { home: string; history: History }) => T): T {
  const history = openForReading(undefined);
  try {
    return read({ home: defaultHome(), history });
  } finally {
    history.close();
  }
}
