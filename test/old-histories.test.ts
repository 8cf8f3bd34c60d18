/** Histories that earlier commits of this repository wrote (test/old-histories/make.ts) open with every number. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { openHistory, type History } from '#main/history/history.ts';
import { MIGRATIONS } from '#main/history/migrations.ts';
import { effectsOfExperiment } from '#main/experiments/experiment.ts';
import { credence } from './credence.ts';

const FILES = new URL('./old-histories/', import.meta.url);
const root = mkdtempSync(path.join(tmpdir(), 'credence-old-'));
afterAll(() => rmSync(root, { recursive: true }));

const schemas = readdirSync(FILES)
  .flatMap((name) => /^schema-(\d+)\.sqlite\.gz$/.exec(name)?.[1] ?? [])
  .map(Number)
  .toSorted((a, b) => a - b);

function unpacked(name: string | number): string {
  const of = typeof name === 'number' ? `schema-${name}` : name;
  const file = path.join(mkdtempSync(path.join(root, `${of}-`)), 'history.sqlite');
  writeFileSync(file, gunzipSync(readFileSync(new URL(`${of}.sqlite.gz`, FILES))));
  return file;
}

interface Row {
  run: number;
  stage: string;
  epoch: number;
  step: number;
  subset: string;
  test: string;
  exact_match: number | null;
  loss: number | null;
  count: number;
}

/** What the file says, read past the program. */
function numbersOf(file: string): { version: number; rows: Row[]; runs: unknown[] } {
  const db = new Database(file, { readonly: true });
  const rows = db
    .prepare<[], Row>(
      `SELECT run, stage, epoch, step, subset, test, exact_match, loss, count
       FROM evaluations JOIN metrics ON metrics.evaluation = evaluations.id
       ORDER BY run, step, stage, epoch, subset, test`,
    )
    .all();
  const runs = db
    .prepare('SELECT id, experiment, seed, state, seconds, corpus_hash FROM runs ORDER BY id')
    .all();
  const version = Number(db.pragma('user_version', { simple: true }));
  db.close();
  return { version, rows, runs };
}

it('there is one of every earlier schema', () => {
  const earlier = MIGRATIONS.slice(1).map((_, i) => i + 1);
  expect(schemas, '"npm run old-histories" makes those that are missing').toEqual(
    expect.arrayContaining(earlier),
  );
});

describe.each(schemas)('a history of schema %d', (schema) => {
  it('opens, is copied before it is brought up to date, and keeps its numbers', () => {
    const file = unpacked(schema);
    const before = numbersOf(file);
    expect(before.version).toBe(schema);
    expect(before.rows.length).toBeGreaterThan(100);

    const history = openHistory(file);
    const read = history.evaluationsOf(1).flatMap(({ evaluations }) =>
      evaluations.flatMap(({ metrics, ...place }) =>
        metrics.map(({ subset, test, exact_match = null, loss = null, count }) => ({
          ...place,
          ...{ subset, test, exact_match, loss, count },
        })),
      ),
    );
    const effects = effectsOfExperiment(history, 1);
    const { config } = history.getExperiment(1);
    history.close();
    expect(read).toHaveLength(before.rows.length);
    expect(new Set(read.map((row) => JSON.stringify(row)))).toEqual(
      new Set(before.rows.map((row) => JSON.stringify(row))),
    );
    expect([effects.n, config.seeds]).toEqual([2, [0, 1]]);

    const after = numbersOf(file);
    expect(after).toEqual({ ...before, version: MIGRATIONS.length });
    const copies = readdirSync(path.dirname(file)).filter((name) => name.endsWith('.backup'));
    expect(copies).toHaveLength(schema < MIGRATIONS.length ? 1 : 0);
    for (const name of copies) expect(numbersOf(path.join(path.dirname(file), name))).toEqual(before);
  });
});

describe('imports that kept 1 where nobody said how many questions were asked', () => {
  const countsOf = (history: History, experiment: number) =>
    history
      .evaluationsOf(experiment)
      .flatMap(({ evaluations }) => evaluations.flatMap(({ metrics }) => metrics.map(({ count }) => count)));
  const warningsOf = (history: History, experiment: number) =>
    history
      .runsOf(experiment)
      .flatMap(({ id }) => history.logOf(id).map(({ level, text }) => `${level} ${text}`));

  it('are unknown now where no column was a count; what may be either stays, and is told', () => {
    const file = unpacked('imports-counted-as-one');
    expect(numbersOf(file).rows.map(({ count }) => count)).toEqual([1, 1, 1, 1, 40, 1, 40, 40, 30]);
    const history = openHistory(file);
    const [unsaid, some, said] = [1, 2, 3].map((id) => [countsOf(history, id), warningsOf(history, id)]);
    history.close();
    expect(unsaid).toEqual([[null, null, null, null], []]);
    expect(some).toEqual([
      [40, 1, 40],
      [expect.stringMatching(/^warning .*a count of 1 .*--db NEW\.sqlite/)],
    ]);
    expect(said).toEqual([[40, 30], []]);
  });

  it('is what no run of ours did: their counts of 1 stay', () => {
    const file = unpacked(MIGRATIONS.length - 1);
    const db = new Database(file);
    db.exec('UPDATE metrics SET count = 1');
    db.close();
    const history = openHistory(file);
    expect(new Set(countsOf(history, 1))).toEqual(new Set([1]));
    expect(warningsOf(history, 1).filter((line) => line.includes('count of 1'))).toEqual([]);
    history.close();
  });
});

it('the oldest takes what commands do with it', async () => {
  const home = path.dirname(unpacked(1));
  const shown = await credence(['show', '1', '--json'], home);
  expect([shown.code, shown.stdout]).toEqual([0, expect.stringContaining('"iml"')]);
  expect((await credence(['export', '1'], home)).stdout.split('\n').length).toBeGreaterThan(100);
});
