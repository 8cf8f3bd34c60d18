/** `credence import` as a user runs it: files written whole or not, folders as a table, clear errors. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { authorsYaml } from './authors.ts';
import { credence, temporaryFolder, writeIn } from './credence.ts';

const home = temporaryFolder();
const SMALL = {
  training_arguments: { per_device_train_batch_size: 32, num_train_epochs: 1 },
  experiment_arguments: { n_seeds: 1 },
};
/** An optimiser that is not there. */
const SGD = { training_arguments: { optim: 'sgd' } };

it('writes a config that preview and run take unchanged, never over another file', async () => {
  const file = writeIn(home, 'sets.yaml', authorsYaml('sets', SMALL));
  const out = path.join(home, 'ours.yaml');
  const first = await credence(['import', file, '--out', out], home);
  expect(first.code, first.stderr).toBe(0);
  expect(first.stdout).toMatch(/^sets\.yaml: opened\n/);
  expect(first.stdout).toMatch(/numeric_experiment_arguments\.num_x +60 +dataset\.n_variables/);
  const written = readFileSync(out, 'utf8');

  const again = await credence(['import', file, '--out', out], home);
  expect([again.code, again.stderr]).toEqual([2, expect.stringMatching(/is there already; .*--force/)]);
  expect(readFileSync(out, 'utf8')).toBe(written);
  expect((await credence(['import', file, '--out', out, '--force'], home)).code).toBe(0);

  const preview = await credence(['preview', out, '--json'], home);
  expect(preview.code, preview.stderr).toBe(0);
  const { stages } = JSON.parse(preview.stdout) as { stages: { id: string; documents: number }[] };
  // 60 variables: 36 with a definition and 42 with 10 questions each in stage 1, 18 definitions in stage 2.
  expect(stages.map(({ id, documents }) => [id, documents])).toEqual([
    ['stage1', 36 + 42 * 10],
    ['stage2', 18],
  ]);
  const small = ['--set', 'model.d_model=16', '--set', 'model.n_layers=1', '--set', 'model.n_heads=2'];
  const run = await credence(['run', out, '--engine', 'onnx', '--json', ...small], home);
  expect(run.code, run.stderr).toBe(0);
});

it('prints the report as JSON, the config with it', async () => {
  const file = writeIn(home, 'text.yaml', authorsYaml('text', SGD));
  const { code, stdout } = await credence(['import', file, '--json'], home);
  const report = JSON.parse(stdout) as Record<string, unknown> & { keys: object[]; yaml: string };
  expect(code).toBe(0);
  expect(report).toMatchObject({
    verdict: 'partly supported',
    problem: null,
    config: { seeds: [40, 41, 42] },
  });
  expect(report.yaml).toMatch(/^# Imported from text\.yaml .*without optim/);
  expect(report.yaml).toMatch(/^seeds: 40\.\.42$/m);
});

it('shows a folder as a table, and writes what opens in the same order of folders', async () => {
  const folder = path.join(home, 'configs');
  mkdirSync(path.join(folder, 'more'), { recursive: true });
  writeIn(folder, 'sets.yaml', authorsYaml('sets'));
  writeIn(path.join(folder, 'more'), 'text.yaml', authorsYaml('text', SGD));
  writeIn(folder, 'toy.yaml', 'toy_example_arguments: { n_seeds: 2, n_clusters: 2 }\n');
  writeIn(folder, 'broken.yaml', 'data_arguments: [\n');
  writeIn(folder, 'notes.txt', 'no config');
  const out = path.join(home, 'all');
  const { code, stdout, stderr } = await credence(['import', folder, '--out', out], home);
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/4 files: 1 opened, 1 partly supported, 2 not opened/);
  expect(stdout).toMatch(/more\/text\.yaml +partly supported +optim/);
  expect(stdout).toMatch(/toy\.yaml +not opened +.*n_clusters/);
  expect(stdout).toMatch(/broken\.yaml +not opened +.*not valid YAML/);
  expect(readdirSync(out, { recursive: true }).toSorted()).toEqual(['more', 'more/text.yaml', 'sets.yaml']);
});

it('says what is wrong, and writes nothing', async () => {
  const out = path.join(home, 'nothing.yaml');
  const bad = writeIn(home, 'bad.yaml', authorsYaml('text', { data_arguments: { num_ents: 'many' } }));
  const ours = writeIn(home, 'plain.yaml', 'name: plain\n');
  const cases: [string[], RegExp][] = [
    [
      ['import', bad, '--out', out],
      /data_arguments\.num_ents: "many" is not allowed; expected a whole number/,
    ],
    [['import', ours, '--out', out], /plain\.yaml: is no config of the paper's authors/],
    [['import', path.join(home, 'no.yaml')], /no\.yaml" does not exist/],
    [['import', temporaryFolder()], /holds no \.yaml file/],
  ];
  for (const [args, message] of cases) {
    const { code, stderr } = await credence(args, home);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  }
  expect(existsSync(out)).toBe(false);
});

it('sends those who run or preview a file of the authors to import', async () => {
  const file = writeIn(home, 'theirs.yaml', authorsYaml('text'));
  for (const command of ['run', 'preview', 'sweep']) {
    const { code, stderr } = await credence([command, file], home);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/theirs\.yaml: is a config of the paper's authors.*credence import/),
    ]);
  }
});
