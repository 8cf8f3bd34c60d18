/**
 * Makes the histories of earlier schemas that are missing by running the commits that had them last
 * (test/old-histories.test.ts):
 *   npm run old-histories
 * Each commit is checked out beside this tree, with its node_modules, and trains its own tests' tiny experiment. One
 * more imports runs of other programs as was done before counts could be unknown.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { MIGRATIONS } from '#main/history/migrations.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const git = (...args: string[]) =>
  execFileSync('git', args, { cwd: ROOT, maxBuffer: 1 << 26 })
    .toString()
    .trim();

/** How many migrations a commit knows; null before there was a history. */
function schemaOf(commit: string): number | null {
  try {
    const text = git('show', `${commit}:src/main/history/migrations.ts`);
    const list = /MIGRATIONS: readonly string\[\] = \[([^\]]*)\]/.exec(text)?.[1];
    return list === undefined ? null : list.split(',').filter((name) => name.trim() !== '').length;
  } catch {
    return null;
  }
}

/** The newest commit of each schema on the main line. */
function lastCommits(): Map<number, string> {
  const found = new Map<number, string>();
  for (const commit of git('rev-list', '--first-parent', '--reverse', 'HEAD').split('\n')) {
    const schema = schemaOf(commit);
    if (schema !== null) found.set(schema, commit);
  }
  return found;
}

interface Place {
  folder: string;
  /** Where the commit is checked out. */
  tree: string;
  credence: (...args: string[]) => void;
}

/** Runs a commit's commands. @returns the history that it wrote, packed */
function historyOf(commit: string, work: (place: Place) => void): Buffer {
  const folder = mkdtempSync(path.join(tmpdir(), `credence-${commit.slice(0, 7)}-`));
  const tree = path.join(folder, 'tree');
  git('worktree', 'add', '--detach', tree, commit);
  try {
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(tree, 'node_modules'));
    const entry = ['credence.js', 'index.ts']
      .map((name) => path.join(tree, 'src/main/cli', name))
      .find(existsSync);
    const env = { ...process.env, CREDENCE_HOME: path.join(folder, 'home') };
    const credence = (...args: string[]) =>
      void execFileSync(process.execPath, [entry!, ...args], {
        cwd: tree,
        env,
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    work({ folder, tree, credence });
    return packed(path.join(env.CREDENCE_HOME, 'history.sqlite'));
  } finally {
    git('worktree', 'remove', '--force', tree);
    rmSync(folder, { recursive: true, force: true });
  }
}

function packed(database: string): Buffer {
  const copy = `${database}.copy`;
  const db = new Database(database);
  // Where it was made is nobody's business.
  db.exec('UPDATE runs SET owner_start = NULL');
  if (db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'log'").get())
    db.prepare('UPDATE log SET text = replace(text, ?, ?)').run(path.dirname(database), '/data');
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.prepare('VACUUM INTO ?').run(copy);
  db.close();
  return gzipSync(readFileSync(copy), { level: 9 });
}

function trainTiny({ folder, tree, credence }: Place): void {
  const helper = readFileSync(path.join(tree, 'test', 'credence.ts'), 'utf8');
  const yaml = /TINY = `([^`]*)`/.exec(helper)?.[1] ?? '';
  const file = path.join(folder, 'tiny.yaml');
  writeFileSync(file, yaml.replace('n_entities: 120', 'n_entities: 60').replace(/keep_answers.*\n/, ''));
  credence('run', file, '--json');
}

/** Of the last commit that kept 1 as the number of questions where nobody said one. */
const COUNTED_AS_ONE = '6da0be2';

/** Without counts, with some, and with all of them. */
function importSome({ folder, credence }: Place): void {
  const tables = {
    unsaid: 'seed,epoch,d1consis_EM,d2consis_EM\n0,1,0.5,0.25\n1,1,0.75,0.5\n',
    some: 'seed,epoch,subset,exact_match,count\n0,1,d1consis,0.5,40\n0,1,d2consis,0.25,\n1,1,d1consis,0.75,40\n',
    said: 'seed,epoch,subset,exact_match,count\n0,1,d1consis,0.5,40\n0,1,d2consis,0.25,30\n',
  };
  for (const [name, text] of Object.entries(tables)) {
    const file = path.join(folder, `${name}.csv`);
    writeFileSync(file, text);
    credence('import', file);
  }
}

function make(name: string, commit: string, work: (place: Place) => void): void {
  const file = path.join(import.meta.dirname, `${name}.sqlite.gz`);
  if (existsSync(file)) return;
  try {
    writeFileSync(file, historyOf(commit, work));
    process.stdout.write(`${name}: ${commit.slice(0, 7)}\n`);
  } catch (error) {
    process.stdout.write(
      `${name}: ${commit.slice(0, 7)} does not run: ${error instanceof Error ? error.message.slice(0, 300) : String(error)}\n`,
    );
  }
}

for (const [schema, commit] of lastCommits())
  if (schema < MIGRATIONS.length) make(`schema-${schema}`, commit, trainTiny);
make('imports-counted-as-one', COUNTED_AS_ONE, importSome);
