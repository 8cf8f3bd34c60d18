/** Runs of the authors' toy regression, as Lightning writes them (test/golden/toy-runs.py). */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { expect, test } from 'vitest';
import { credenceHere } from '#test/credence-here.ts';
import { temporaryFolder, writeIn } from '#test/credence.ts';
import { loggedName } from '#lab/series/names.ts';
import { roleOfColumn, roleText } from '#lab/series/roles.ts';
import { readSeriesAt } from './import-series.ts';

const GOLDEN = fileURLToPath(new URL('../../../test/golden/toy-runs/', import.meta.url));
const EXPERIMENT = path.join(GOLDEN, 'toy_exp_tiny');

test('have the numbers that Lightning held after each epoch, of the subsets by their order', async () => {
  const expected = JSON.parse(readFileSync(path.join(GOLDEN, 'expected.json'), 'utf8')) as Record<
    string,
    Record<string, number>[]
  >;
  const { runs, config } = await readSeriesAt(EXPERIMENT);
  const found = runs.map(({ seed, evaluations }) => [
    seed,
    [...evaluations()].map(({ epoch, metrics }) => ({
      epoch,
      ...Object.fromEntries(metrics.map(({ subset, mse }) => [subset, mse])),
    })),
  ]);
  expect(Object.fromEntries(found)).toEqual(expected);
  expect(config).toMatchObject({ name: 'toy_exp_tiny', seeds: [0, 1], metrics: ['mse'] });
  expect(config.stages).toMatchObject([{ stage: 'stage1', epochs: 3 }]);
  expect(config.stages[0].why).toContain('Lightning says 0 at the end of the first');
});

test('have no summary among them: results.json says which files do', async () => {
  const summary = path.join(EXPERIMENT, 'results.json');
  const { code, stderr } = await credenceHere(['import', summary], temporaryFolder());
  expect(code).toBe(2);
  expect(stderr).toMatch(/results\.json" holds means over 2 seeds .* no run; give its folder \(toy_exp_…\)/);
});

test('other data sets that Lightning was given are read by their names, or said to have none', () => {
  const read = (column: string) => {
    const { role, why } = roleOfColumn(column, []);
    return [roleText(role), why];
  };
  expect(read('val_d2consis_EM/dataloader_idx_1')[0]).toBe('d2consis/exact_match');
  expect(read('val_loss/dataloader_idx_1')).toEqual([
    'ignore',
    expect.stringMatching(/data set 1 .*say which/),
  ]);
  expect(read('val_loss 1/dataloader_idx_2')[0]).toBe('ignore');
  expect(read('val_loss 7/dataloader_idx_7')[0]).toBe('ignore');
  expect(loggedName('d1consis')).toBeNull();
  expect(read('d1consis')).toEqual(['ignore', expect.stringContaining('a subset, and no metric')]);
});

test('a JSON file of anything else is no summary', async () => {
  const home = temporaryFolder();
  const file = writeIn(home, 'results.json', '{"n_seeds": 3, "accuracy": 0.5}');
  expect((await credenceHere(['import', file], home)).stderr).not.toContain('means over');
});
