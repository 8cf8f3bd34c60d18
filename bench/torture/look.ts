/** What a data folder holds, read past the program: as it lies on the disk after a kill. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';

/** Each evaluation by run, stage and epoch, with its numbers and answers as one text. */
export type Evaluations = Map<string, string>;

export interface Look {
  /** `ok`, or what `PRAGMA integrity_check` and `foreign_key_check` found. */
  integrity: string;
  experiments: number;
  sweeps: number;
  runs: { state: string; worker_pid: number | null }[];
  evaluations: Evaluations;
}

const NOTHING: Look = { integrity: 'ok', experiments: 0, sweeps: 0, runs: [], evaluations: new Map() };

const database = (home: string) => path.join(home, 'history.sqlite');

/** Looks without writing; a file that no table is in yet holds nothing. @param whole checks every page as well */
export function look(home: string, { whole = false } = {}): Look {
  if (!existsSync(database(home))) return NOTHING;
  const db = new Database(database(home), { readonly: true, timeout: 10_000 });
  try {
    const tables = db.prepare("SELECT count(*) FROM sqlite_master WHERE name = 'metrics'").pluck().get();
    if (tables === 0) return NOTHING;
    const count = (table: string) => Number(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
    return {
      integrity: whole ? integrity(db) : 'ok',
      experiments: count('experiments'),
      sweeps: count('sweeps'),
      runs: db.prepare<[], Look['runs'][number]>('SELECT state, worker_pid FROM runs ORDER BY id').all(),
      evaluations: evaluations(db),
    };
  } finally {
    db.close();
  }
}

function integrity(db: Database.Database): string {
  const found = String(db.pragma('integrity_check', { simple: true }));
  const orphans = db.pragma('foreign_key_check') as unknown[];
  return orphans.length === 0 ? found : `${found}, ${orphans.length} rows without their parent`;
}

interface Row {
  evaluation: number;
  place: string;
  corpus: string | null;
  answers: Buffer | null;
}

/** In one transaction, so that an evaluation and its numbers are of one moment. */
function evaluations(db: Database.Database): Evaluations {
  const read = db.transaction((): Evaluations => {
    const numbers = new Map<number, unknown[]>();
    const metrics = db.prepare<[], { evaluation: number }>('SELECT * FROM metrics ORDER BY subset, test');
    for (const { evaluation, ...metric } of metrics.all())
      numbers.set(evaluation, [...(numbers.get(evaluation) ?? []), metric]);
    const rows = db.prepare<[], Row>(
      `SELECT e.id AS evaluation, e.run || ' ' || e.stage || ' ' || e.epoch || ' ' || e.step AS place,
         r.corpus_hash AS corpus, a.answers
       FROM evaluations AS e JOIN runs AS r ON r.id = e.run LEFT JOIN answers AS a ON a.evaluation = e.id`,
    );
    return new Map(
      rows.all().map(({ evaluation, place, corpus, answers }) => {
        const given = answers && createHash('sha256').update(answers).digest('hex');
        return [place, JSON.stringify([corpus, given, numbers.get(evaluation) ?? []])];
      }),
    );
  });
  return read();
}

/** The files of weights of a data folder, each with the SHA-256 of its bytes. */
export function weightsOf(home: string): Map<string, string> {
  const folder = path.join(home, 'weights');
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  const files = names.map((file) => path.join(file.parentPath, file.name)).toSorted();
  const hash = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
  return new Map(files.map((file) => [path.relative(folder, file), hash(file)]));
}

/** Where two sets of results differ, in words; null where they are the same. @param compared the keys that count */
export function difference(
  what: string,
  expected: Map<string, string>,
  found: Map<string, string>,
  compared = /./,
): string | null {
  const keys = [...new Set([...expected.keys(), ...found.keys()])].filter((key) => compared.test(key));
  const differing = keys.filter((key) => expected.get(key) !== found.get(key));
  if (differing.length === 0) return null;
  const [first] = differing;
  const how = !found.has(first) ? 'is missing' : expected.has(first) ? 'differs' : 'should not be there';
  return `${what}: ${differing.length} of ${keys.length} differ, first "${first}", which ${how}`;
}

/** Relative difference of losses that rounding makes over a whole training. */
const ROUNDING = 1e-3;

/** The same evaluations with the same losses within rounding; null where they are. */
export function roundedDifference(expected: Evaluations, found: Evaluations): string | null {
  const losses = (text: string) =>
    (JSON.parse(text) as [unknown, unknown, { loss: number }[]])[2].map(({ loss }) => loss);
  const apart = [...expected].filter(([key, value]) => {
    const [a, b] = [losses(value), losses(found.get(key) ?? '[0,0,[]]')];
    return a.length !== b.length || a.some((loss, i) => Math.abs(loss - b[i]) > ROUNDING * Math.abs(loss));
  });
  if (apart.length === 0 && expected.size === found.size) return null;
  return `evaluations: ${apart.length} of ${expected.size} differ by more than rounding, first "${apart[0]?.[0]}"`;
}
