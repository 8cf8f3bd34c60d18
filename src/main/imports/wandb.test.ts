/** Runs that W&B's own library wrote offline, and its own exports of them (test/golden/wandb-runs.py). */
import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '#test/credence.ts';
import { readNumbers } from '#test/read-series.ts';
import type { SeriesOptions } from '#lab/series/import.ts';
import { readSeriesAt } from './import-series.ts';

const GOLDEN = fileURLToPath(new URL('../../../test/golden/wandb/', import.meta.url));
const expected = JSON.parse(readFileSync(path.join(GOLDEN, 'expected.json'), 'utf8')) as Record<
  string,
  { rows: Record<string, number | string>[] }
>;

const COLUMNS = {
  d1consis: 'eval/d1consis_EM',
  d2consis: 'eval/d2consis_EM',
  qd1consis: 'eval.qd1consis_loss',
  qd2incons: 'eval.qd2incons_loss',
} as const;

/** `epoch step subset value`, sorted; a number that is not finite is null in the history. */
function logged(id: string, keeps: (value: number | string) => boolean = () => true): string[] {
  return expected[id].rows
    .flatMap((row) =>
      Object.entries(COLUMNS).flatMap(([subset, column]) =>
        column in row && keeps(row[column])
          ? [[row['train/epoch'], row['train/global_step'], subset, finite(row[column])].join(' ')]
          : [],
      ),
    )
    .sort();
}

const finite = (value: number | string) => (typeof value === 'number' ? value : 'null');

const read = (name: string, choices?: SeriesOptions) => readNumbers(path.join(GOLDEN, name), choices);

test('offline runs give every number that was logged, with the seeds of their configs', async () => {
  const { config, found } = await read('runs');
  expect(found).toEqual([
    { seed: 3, numbers: logged('golden3') },
    { seed: 5, numbers: logged('golden5') },
  ]);
  expect(config.source.runs).toMatchObject([
    { run: 'trust a (golden3)', becomes: 'seed 3' },
    { run: 'golden5', becomes: 'seed 5' },
  ]);
});

test('what W&B drew is no number, and says so', async () => {
  const { config } = await read('runs');
  const why = Object.fromEntries(config.source.columns.map(({ column, why }) => [column, why]));
  expect(why['weights']).toContain('histogram of W&B');
  expect(why['picture']).toContain('image-file of W&B');
  expect(why['_runtime']).toContain('clock');
  const choices = { columns: [{ column: 'weights', becomes: 'd1consis/f1' }] };
  await expect(read('runs', choices)).rejects.toMatchObject({
    code: 'series.value',
    message: expect.stringMatching(/_step 1: .*histogram.*"weights".*weights=ignore/) as string,
  });
});

test('rows of scan_history as JSON Lines are the same', async () => {
  const { found } = await read('rows-golden3.jsonl');
  expect(found).toEqual([{ seed: 0, numbers: logged('golden3') }]);
});

test('the data frame of history() is the same but for NaN, which pandas leaves empty', async () => {
  const { found } = await read('history-golden3.csv');
  expect(found[0].numbers).toEqual(logged('golden3', (value) => value !== 'nan'));
});

test('the data frame of histories() holds several runs, whose seeds may be said', async () => {
  const { found } = await read('histories.csv', { seeds: [{ run: 'golden5', seed: 5 }] });
  expect(found).toEqual([
    { seed: 0, numbers: logged('golden3', (value) => value !== 'nan') },
    { seed: 5, numbers: logged('golden5', (value) => value !== 'nan') },
  ]);
});

test('someone’s own word on a seed stands before that of a column', async () => {
  const { found } = await read('runs', { seeds: [{ run: 'golden5', seed: 9 }] });
  expect(found.map(({ seed }) => seed)).toEqual([3, 9]);
});

test('the link to the latest run is no second run', async () => {
  const folder = temporaryFolder();
  cpSync(path.join(GOLDEN, 'runs'), folder, { recursive: true });
  symlinkSync('offline-run-golden5', path.join(folder, 'latest-run'));
  const { config } = await readSeriesAt(folder);
  expect(config.source.files.map(({ name }) => name.split('/')[1])).toEqual([
    'offline-run-golden3',
    'offline-run-golden5',
  ]);
});
