/**
 * Makes resources/examples/pocket.credence, the finished experiment that ships: the quick start over ten seeds, really
 * trained, as another Credence would export it, without weights. About a quarter of an hour on two cores.
 *
 *     node scripts/example.ts [data folder]
 * An experiment that such a folder holds already is taken as it is.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { sizeText } from '../src/shared/counting.ts';
import { openHistory } from '../src/main/history/history.ts';
import { exampleFile, rootFolder } from '../src/main/resources.ts';

const [home = mkdtempSync(path.join(tmpdir(), 'credence-example-'))] = process.argv.slice(2);
const database = path.join(home, 'history.sqlite');
const NOTE =
  'This experiment ships with Credence: the quick start (preset “pocket”) over ten seeds. Delete it as any other; ' +
  'Help › Open the example brings it back.';

function credence(...args: string[]): void {
  const { status } = spawnSync(
    process.execPath,
    [path.join(rootFolder(), 'src/main/cli/credence.js'), ...args],
    {
      env: { ...process.env, CREDENCE_HOME: home },
      stdio: 'inherit',
    },
  );
  if (status !== 0) throw new Error(`credence ${args[0]} ended with ${status}`);
}

function describeIt(): void {
  const history = openHistory(database);
  const [experiment, ...others] = history.listExperiments();
  if (!experiment || others.length > 0 || experiment.states.done !== 10)
    throw new Error(`${database} must hold one experiment whose ten seeds are done`);
  history.addLabel(experiment.id, 'example');
  if (history.notesOf(experiment.id).length === 0) history.addNote(experiment.id, NOTE);
  history.close();
}

/** Where the weights lay here is of no use anywhere else. */
function forgetFolders(): void {
  const db = new Database(database);
  db.prepare('UPDATE log SET text = replace(text, ?, ?)').run(`${home}${path.sep}`, '');
  db.prepare('DELETE FROM checkpoints').run();
  db.close();
}

if (!statSync(database, { throwIfNoEntry: false }))
  credence('run', 'pocket', '--seeds', '10', '--name', 'Which source to trust');
describeIt();
forgetFolders();
credence('export', '1', '--out', exampleFile());
process.stdout.write(`${exampleFile()}: ${sizeText(statSync(exampleFile()).size)}\n`);
