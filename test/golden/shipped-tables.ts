/**
 * Reads every CSV and TSV below a folder with our reader and with Python's `csv`, and compares them row by row:
 * `node test/golden/shipped-tables.ts FOLDER`. docs/datasets.md has the figures for the tables that Python packages ship.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isBlank, openTable, readRows } from '#lab/datasets/csv-file.ts';
import { judgeHeader } from '#lab/datasets/csv-header.ts';
import type { CsvConfig } from '#shared/config.ts';
import { languageSchema } from '#shared/config/language.ts';
import { UserError } from '#shared/errors.ts';
import type { TableReport } from '#shared/records.ts';

const SCRIPT = fileURLToPath(new URL('shipped-tables.py', import.meta.url));

/** A table as we read it. */
interface Reading {
  file: string;
  rows: string[][];
  encoding: string;
  delimiter: string;
  header: TableReport['header'];
}

/** What became of a file. */
export interface Compared {
  file: string;
  /** Why our reader refused it. */
  refused: string | null;
  rows: number;
  /** Rows that differ from Python's, white space at the ends of cells aside. */
  different: { row: number; ours: string[]; theirs: string[] }[];
  header: TableReport['header'] | null;
  first: string[];
}

/** Compares the given files. */
export async function compareTables(files: readonly string[]): Promise<Compared[]> {
  const read = await Promise.all(files.map(readTable));
  const good = read.filter((table) => typeof table !== 'string');
  const theirs = pythonRows(good);
  return read.map((table, i) =>
    typeof table === 'string'
      ? { file: files[i], refused: table, rows: 0, different: [], header: null, first: [] }
      : compare(table, theirs[good.indexOf(table)]),
  );
}

/** The rows, or why there are none. */
async function readTable(file: string): Promise<Reading | string> {
  const { dataset } = languageSchema.parse({ dataset: { kind: 'csv', path: file } });
  try {
    const table = await openTable(dataset as CsvConfig);
    const rows: string[][] = [];
    await readRows(table, ({ cells }) => void (isBlank(cells) || rows.push(cells)));
    const header = judgeHeader(
      dataset as CsvConfig,
      table.sample.map(({ cells }) => cells),
    );
    return { file, rows, encoding: table.encoding.value, delimiter: table.delimiter.value, header };
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

function pythonRows(tables: readonly Reading[]): string[][][] {
  const asked = tables.map(({ file, encoding, delimiter }) =>
    JSON.stringify({ path: file, encoding: encoding === 'utf-8' ? 'utf-8-sig' : encoding, delimiter }),
  );
  const ran = spawnSync('python3', [SCRIPT], {
    input: asked.join('\n'),
    encoding: 'utf8',
    maxBuffer: 2 ** 31 - 1,
  });
  if (ran.status !== 0) throw new Error(ran.stderr || String(ran.error));
  return ran.stdout
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as string[][]).filter((cells) => cells.length > 0 && !isBlank(cells)));
}

function compare({ file, rows, header }: Reading, theirs: string[][]): Compared {
  const trimmed = (cells: readonly string[] = []) => cells.map((cell) => cell.trim());
  const different = Array.from({ length: Math.max(rows.length, theirs.length) }, (_, row) => ({
    row: row + 1,
    ours: trimmed(rows[row]),
    theirs: trimmed(theirs[row]),
  })).filter(({ ours, theirs: other }) => JSON.stringify(ours) !== JSON.stringify(other));
  return { file, refused: null, rows: rows.length, different, header, first: rows[0] ?? [] };
}

function tablesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /(^|[/\\])(?!\._)[^/\\]*\.(csv|tsv)$/i.test(name))
    .sort()
    .map((name) => path.join(folder, name));
}

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Prints the counts, every difference, and every table without a header or with an assumed one. */
async function main(folder: string): Promise<void> {
  const compared: Compared[] = [];
  const files = tablesBelow(folder);
  for (let i = 0; i < files.length; i += 100)
    compared.push(...(await compareTables(files.slice(i, i + 100))));
  for (const { file, refused, different, header, first } of compared) {
    const name = path.relative(folder, file);
    if (refused !== null) say(`${name}: refused: ${refused}`);
    for (const { row, ours, theirs } of different.slice(0, 3))
      say(
        `${name}, row ${row}: ${JSON.stringify(ours).slice(0, 200)} is ${JSON.stringify(theirs).slice(0, 200)} in Python`,
      );
    if (header && (!header.value || header.assumed))
      say(
        `${name}: header ${header.value ? 'assumed' : 'none'}: ${header.why}: ${first.slice(0, 6).join(' | ').slice(0, 120)}`,
      );
  }
  const count = (wanted: (table: Compared) => boolean) => compared.filter(wanted).length;
  const rows = compared.reduce((sum, table) => sum + table.rows, 0);
  const odd = compared.reduce((sum, table) => sum + table.different.length, 0);
  say(
    `${compared.length} files, ${count(({ refused }) => refused !== null)} refused, ${rows} rows, ${odd} different in ` +
      `${count(({ different }) => different.length > 0)} files; header: ${count(({ header }) => header?.value === true && !header.assumed)} found, ` +
      `${count(({ header }) => header?.assumed === true)} assumed, ${count(({ header }) => header?.value === false)} none`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv[2]);
