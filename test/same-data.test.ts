/**
 * One experiment, one dataset: what it reads is pinned down when it is made, and looked at before every seed, every
 * resumption and every comparison.
 */
import { rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { credence, startCredence, temporaryFolder, TINY, until, writeIn, type Finished } from './credence.ts';
import { inHistory } from './in-history.ts';
import { failure, openService } from './service.ts';

const table = (craft: string) =>
  `name,born,craft,town\n${Array.from({ length: 60 }, (_, i) => `Person ${i},${1900 + (i % 7)},${craft}${i % 4},town${i % 5}`).join('\n')}\n`;
const [FIRST, SECOND] = [table('craft'), table('trade')];

/** Reads `people.csv` beside it. @param epochs of stage 1 */
function experiment(folder: string, epochs: number, more = ''): string {
  const config = TINY.replace(/dataset: .*/, 'dataset: { kind: csv, path: people.csv }')
    .replace('stage1: { epochs: 3,', `stage1: { epochs: ${epochs}, evaluate_every: ${epochs},`)
    .concat(more);
  writeIn(folder, 'people.csv', FIRST);
  return writeIn(folder, 'people.yaml', config);
}

const states = (home: string, id = 1) =>
  inHistory(home, (history) => history.runsOf(id).map(({ state, error }) => error?.code ?? state));

/** Changes the table as soon as a first run trains. */
async function changedMeanwhile(args: string[], home: string, change: () => void): Promise<Finished> {
  const running = startCredence(args, home);
  await until(() => running.output().includes('stage 0'), 'training');
  change();
  return running.finished;
}

const REFUSED =
  /dataset\.path: the data are not those that experiment 1 was made with: ".*people\.csv" had \d+ bytes of .* \(SHA-256 [0-9a-f]{12}…\), and has \d+ bytes of .* now; put them back and go on with "credence resume 1", or make it a new experiment with "credence run"/;

describe('a table that changes while an experiment runs', { timeout: 180_000 }, () => {
  it('ends the seeds to come with the cause, and nothing is resumed until it is back', async () => {
    const home = temporaryFolder();
    const file = path.join(home, 'people.csv');
    const args = ['run', experiment(home, 30), '--seeds', '3', '--jobs', '1'];
    const run = await changedMeanwhile(args, home, () => writeFileSync(file, SECOND));
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(REFUSED);
    expect(states(home)).toEqual(['done', 'data.changed', 'data.changed']);
    const shown = JSON.parse((await credence(['show', '1', '--json'], home)).stdout) as {
      subsets: Record<string, { stage2: { n: number } }>;
      dataset: { files: unknown[] };
    };
    expect(Object.values(shown.subsets).map(({ stage2 }) => stage2.n)).toEqual(
      Object.keys(shown.subsets).map(() => 1),
    );
    expect(shown.dataset.files).toMatchObject([{ path: file, bytes: FIRST.length }]);

    // Unstarted runs are refused as well, and stay as they are.
    const resumed = await credence(['resume', '1'], home);
    expect([resumed.code, resumed.stdout]).toEqual([2, '']);
    expect(resumed.stderr).toMatch(REFUSED);
    rmSync(file);
    const gone = await credence(['resume', '1'], home);
    expect([gone.code, gone.stderr]).toMatchObject([
      2,
      expect.stringMatching(/experiment 1 was made with: .*does not exist/),
    ]);
    expect(states(home)).toEqual(['done', 'data.changed', 'data.changed']);

    // The same content, written anew, is the same data.
    writeFileSync(file, FIRST);
    expect((await credence(['resume', '1', '--json'], home)).code).toBe(0);
    expect(states(home)).toEqual(['done', 'done', 'done']);
    const hashes = inHistory(home, (history) => history.runsOf(1).map(({ data_hash }) => data_hash));
    expect(new Set(hashes).size).toBe(1);
    expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);

    // A run that read other data, however that came about, enters no mean.
    const db = new Database(path.join(home, 'history.sqlite'));
    db.exec("UPDATE runs SET data_hash = 'another' WHERE id = 3");
    db.close();
    const left = await credence(['show', '1'], home);
    expect(left.stdout).toContain('over 2 seeds');
    expect(left.stdout).toContain(
      'seed 2: read other data than the experiment was made with, and is left out',
    );
    const exported = await credence(['export', '1'], home);
    expect(exported.stdout.trim().split('\n').at(-1)).toMatch(
      /,2,done,.*read other data than the experiment was made with$/,
    );
    expect(exported.stderr).toContain(
      'seed 2: read other data than the experiment was made with; its numbers are left out',
    );
    const json = JSON.parse((await credence(['export', '1', '--json'], home)).stdout) as object;
    const why = 'read other data than the experiment was made with';
    expect(json).toMatchObject({ runs: [{ seed: 0 }, { seed: 1 }], left_out: [{ seed: 2, why }] });
  });

  it('is noticed where size and time are as they were', async () => {
    const home = temporaryFolder();
    const file = path.join(home, 'people.csv');
    const args = ['run', experiment(home, 30), '--seeds', '2', '--jobs', '1'];
    const run = await changedMeanwhile(args, home, () => {
      const { atime, mtime } = statSync(file);
      writeFileSync(file, SECOND);
      utimesSync(file, atime, mtime);
    });
    expect(SECOND.length).toBe(FIRST.length);
    expect(run.stderr).toMatch(REFUSED);
    expect(states(home)).toEqual(['done', 'data.changed']);
  });

  it('ends the combinations of a sweep that were still to come', async () => {
    const home = temporaryFolder();
    const file = experiment(home, 20, 'sweep: { over: { tags.correlation: [0.5, 1] } }\n');
    const args = ['run', file, '--seeds', '1', '--jobs', '1'];
    const run = await changedMeanwhile(args, home, () => writeIn(home, 'people.csv', SECOND));
    expect(run.code).toBe(1);
    expect([states(home, 1), states(home, 2)]).toEqual([['done'], ['data.changed']]);
    const resumed = await credence(['resume', 's1'], home);
    expect([resumed.code, resumed.stderr]).toMatchObject([
      2,
      expect.stringContaining('experiment 2 was made with'),
    ]);
  });

  it('is refused by the app, and by an experiment that was only saved', async () => {
    const { api, home, idle } = openService();
    const csv = writeIn(home, 'people.csv', FIRST);
    const config = {
      ...JSON.parse(JSON.stringify({ dataset: { kind: 'csv', path: csv } })),
      seeds: 1,
    } as never;
    await api.call('experiments.create', { config, start: false });
    writeIn(home, 'people.csv', SECOND);
    expect(await failure(api.call('experiments.start', { id: 1 }))).toMatchObject({ code: 'data.changed' });
    writeIn(home, 'people.csv', FIRST);
    const { runs } = await api.call('experiments.start', { id: 1 });
    await api.call('runs.cancel', { ids: [runs[0].id] });
    await idle();
    writeIn(home, 'people.csv', SECOND);
    expect(await failure(api.call('runs.resume', { ids: [runs[0].id] }))).toMatchObject({
      code: 'data.changed',
    });
    expect(states(home)).toEqual(['cancelled']);
    await api.close();
  });
});

describe('an experiment of an older version', { timeout: 180_000 }, () => {
  it('is pinned to its files where they still give the texts that it trained on', async () => {
    const home = temporaryFolder();
    const file = experiment(home, 3);
    expect((await credence(['run', file, '--json'], home)).code).toBe(0);
    const forget = () => {
      const db = new Database(path.join(home, 'history.sqlite'));
      db.exec(`UPDATE experiments SET dataset_report = json_remove(dataset_report, '$.files');
        UPDATE runs SET state = 'interrupted', data_hash = NULL WHERE id = 2`);
      db.close();
    };
    forget();
    writeIn(home, 'people.csv', SECOND);
    const refused = await credence(['resume', '1'], home);
    expect([refused.code, refused.stderr]).toMatchObject([
      2,
      expect.stringContaining('seed 0 trained on other texts'),
    ]);
    writeIn(home, 'people.csv', FIRST);
    expect((await credence(['resume', '1', '--json'], home)).code).toBe(0);
    expect(inHistory(home, (history) => history.getExperiment(1).dataset_report?.files)).toHaveLength(1);
  });
});

describe('experiments that name one table', { timeout: 180_000 }, () => {
  it('are not compared in silence where it was another one', async () => {
    const home = temporaryFolder();
    const file = experiment(home, 1);
    expect((await credence(['run', file, '--json', '--seeds', '2'], home)).code).toBe(0);
    writeIn(home, 'people.csv', SECOND);
    expect((await credence(['run', file, '--json', '--seeds', '2'], home)).code).toBe(0);
    const { stdout } = await credence(['compare', '1', '2'], home);
    expect(stdout).toMatch(
      /Experiments 1 and 2 name the same data, and read different ones: ".*people\.csv" had/,
    );
    const { api } = openService(home);
    const { data, missing } = await api.call('analysis.compare', { experiments: [1, 2, 77] });
    expect(data).toEqual([
      expect.stringMatching(/^Experiments 1 and 2 name the same data, and read different/),
    ]);
    expect(missing).toEqual([77]);
    await api.close();
  });
});
