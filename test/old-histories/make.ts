/**
 * Makes the histories of earlier schemas by running the commits that had them last (test/old-histories.test.ts):
 *   npm run old-histories
 * Each commit is checked out beside this tree, with its node_modules, and trains its own tests' tiny experiment.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import Database from 'better-sqlite3';

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

function make(schema: number, commit: string): void {
  const folder = mkdtempSync(path.join(tmpdir(), `credence-schema-${schema}-`));
  const tree = path.join(folder, 'tree');
  git('worktree', 'add', '--detach', tree, commit);
  try {
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(tree, 'node_modules'));
    const home = path.join(folder, 'home');
    const helper = readFileSync(path.join(tree, 'test', 'credence.ts'), 'utf8');
    const yaml = /TINY = `([^`]*)`/.exec(helper)?.[1] ?? '';
    const file = path.join(folder, 'tiny.yaml');
    writeFileSync(file, yaml.replace('n_entities: 120', 'n_entities: 60').replace(/keep_answers.*\n/, ''));
    const entry = ['credence.js', 'index.ts']
      .map((name) => path.join(tree, 'src/main/cli', name))
      .find(existsSync);
    const env = { ...process.env, CREDENCE_HOME: home };
    execFileSync(process.execPath, [entry!, 'run', file, '--json'], {
      cwd: tree,
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    save(schema, path.join(home, 'history.sqlite'));
    process.stdout.write(`schema ${schema}: ${commit.slice(0, 7)}\n`);
  } finally {
    git('worktree', 'remove', '--force', tree);
    rmSync(folder, { recursive: true, force: true });
  }
}

function save(schema: number, database: string): void {
  const copy = `${database}.copy`;
  const db = new Database(database);
  // Where it was made is nobody's business.
  db.exec('UPDATE runs SET owner_start = NULL');
  if (schema > 1)
    db.prepare('UPDATE log SET text = replace(text, ?, ?)').run(path.dirname(database), '/data');
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.prepare('VACUUM INTO ?').run(copy);
  db.close();
  writeFileSync(
    path.join(import.meta.dirname, `schema-${schema}.sqlite.gz`),
    gzipSync(readFileSync(copy), { level: 9 }),
  );
}

for (const [schema, commit] of lastCommits()) {
  try {
    make(schema, commit);
  } catch (error) {
    process.stdout.write(
      `schema ${schema}: ${commit.slice(0, 7)} does not run: ${error instanceof Error ? error.message.slice(0, 300) : String(error)}\n`,
    );
  }
}
