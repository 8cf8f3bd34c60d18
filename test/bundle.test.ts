/** Experiments on their way from one history to another: whole, once, and as they were. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { readBundle, writeBundle } from '#main/bundle/bundle.ts';
import { pack, unpack } from '#main/bundle/packed.ts';
import { openHistory } from '#main/history/history.ts';
import type { MovedExperiment } from '#shared/bundles.ts';
import { credenceNear } from './credence-here.ts';
import { temporaryFolder, TINY, writeIn } from './credence.ts';
import { inHistory } from './in-history.ts';
import { failure, openService } from './service.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const home = temporaryFolder();
const file = path.join(home, 'one.credence');

async function said(args: string[], at = home): Promise<string> {
  const { code, stdout, stderr } = await credenceNear(args, at);
  expect(code, stderr).toBe(0);
  return stdout;
}

async function taken(source: string, at: string): Promise<MovedExperiment[]> {
  return JSON.parse(await said(['import', source, '--json'], at)) as MovedExperiment[];
}

/** All that is shown of an experiment; what only this machine knows is left out. */
async function shown(at: string, id = '1'): Promise<unknown[]> {
  const whole = JSON.parse(await said(['export', id, '--json'], at), (key, value: unknown) =>
    /^(owner_|worker_|heartbeat_)|^(path|artefacts|checkpoints)$/.test(key) ? null : value,
  ) as unknown;
  return [
    whole,
    await said(['answers', id, '--json'], at),
    await said(['analyse', id, '--moves', '--json'], at),
  ];
}

/** Answers without the numbers that a history gives. */
const plain = (answers: unknown) => String(answers).replaceAll(/"(experiment|run)":\d+/g, '');

beforeAll(async () => {
  const config = writeIn(home, 'tiny.yaml', `${TINY}analyses: [moves]\n`);
  await said(['sweep', config, '--over', 'training.stage2.batch_size=8,16', '--seeds', '2']);
  inHistory(home, (history) => {
    history.addLabel(1, 'paper');
    history.addNote(1, 'looks right', history.runsOf(1)[0].id);
  });
  await said(['export', 's1', '--weights', '--out', file]);
});

describe('a .credence file', () => {
  it('gives an empty history the same numbers, answers, notes, weights and analyses', async () => {
    const there = temporaryFolder();
    expect(await taken(file, there)).toMatchObject([
      { id: 1, outcome: 'new', runs: 2, left: [] },
      { id: 2, outcome: 'new', runs: 2, left: [] },
    ]);
    expect(await shown(there)).toEqual(await shown(home));
    expect(await said(['list', '--json'], there)).toEqual(await said(['list', '--json']));
    // Weights came along, so that nothing has to be looked at again.
    const again = await credenceNear(['analyse', '2', '--moves'], there);
    expect(again.stderr).toMatch(/0 of 2 runs to look at/);
    const whole = () => inHistory(there, (history) => JSON.stringify([1, 2].map((id) => history.runsOf(id))));
    const before = whole();
    expect(await taken(file, there)).toMatchObject([
      { id: 1, outcome: 'known', runs: 0 },
      { id: 2, outcome: 'known', runs: 0 },
    ]);
    expect(whole()).toBe(before);
    const { notes, labels } = inHistory(there, (history) => ({
      notes: history.notesOf(1),
      labels: history.allLabels(),
    }));
    expect([notes.length, labels]).toEqual([1, ['paper']]);
  });

  it('comes to what is there already, under other numbers; seeds that were added there come, too', async () => {
    const there = temporaryFolder();
    const other = writeIn(there, 'other.yaml', TINY.replace('name: tiny', 'name: other'));
    await said(['run', other, '--seeds', '1'], there);
    await taken(file, there);
    expect(plain((await shown(there, '2'))[1]) === plain((await shown(home))[1])).toBe(true);
    await said(['extend', '2', '--seeds', '3'], there);
    const back = path.join(there, 'back.credence');
    await said(['export', '2', '--out', back], there);
    const copy = temporaryFolder();
    await taken(file, copy);
    expect(await taken(back, copy)).toMatchObject([{ id: 1, outcome: 'more', runs: 1 }]);
    const seeds = inHistory(copy, (history) => [
      history.getExperiment(1).config.seeds,
      history.runsOf(1).map(({ seed, state }) => `${seed} ${state}`),
      history.getExperiment(1).added_seeds.map((added) => added.seeds),
    ]);
    expect(seeds).toEqual([[0, 1, 2], ['0 done', '1 done', '2 done'], [[2]]]);
  });

  it('brings a finished run in the place of one that was not, and leaves one that is at work', async () => {
    const there = temporaryFolder();
    await taken(file, there);
    const [first, second] = inHistory(there, (history) => history.runsOf(1).map(({ id }) => id));
    const set = (id: number, state: string) => {
      const db = new Database(path.join(there, 'history.sqlite'));
      db.prepare('UPDATE runs SET state = ? WHERE id = ?').run(state, id);
      db.close();
    };
    set(first, 'failed');
    set(second, 'failed');
    inHistory(there, (history) => history.requeueRun(second));
    const [{ outcome, runs, left }] = await taken(file, there);
    expect([outcome, runs, left]).toEqual(['more', 1, ['seed 1, which is queued here']]);
    expect(plain((await shown(there))[1]) === plain((await shown(home))[1])).toBe(true);
  });

  it('is refused whole with a byte changed or missing, anywhere', async () => {
    const small = path.join(home, 'small.credence');
    await said(['export', '2', '--out', small]);
    const bytes = readFileSync(small);
    const there = temporaryFolder();
    const history = openHistory(path.join(there, 'history.sqlite'));
    const bad = path.join(there, 'bad.credence');
    const refusal = (content: Buffer) => {
      writeFileSync(bad, content);
      return readBundle(history, bad).then(
        () => 'taken',
        (error: unknown) => `${(error as { code?: string }).code}: ${(error as Error).message}`,
      );
    };
    // In its heading, too: there a version that is newer may be a flipped bit.
    const schema = bytes.indexOf('"schema":') + '"schema":'.length;
    const places = [schema, ...Array.from({ length: 40 }, (_, i) => Math.floor((i / 40) * bytes.length))];
    for (const [i, at] of places.entries()) {
      const flipped = Buffer.from(bytes);
      flipped[at] ^= 1 << ((i + 3) % 8);
      expect([at, await refusal(flipped)]).toEqual([at, expect.stringMatching(/^bundle\.damaged/)]);
      expect([at, await refusal(bytes.subarray(0, at))]).toEqual([
        at,
        expect.stringMatching(/^bundle\.damaged/),
      ]);
    }
    expect(await refusal(Buffer.concat([bytes, Buffer.of(0)]))).toMatch(/^bundle\.damaged/);
    expect(history.listExperiments({ archived: true })).toEqual([]);
    history.close();
    const told = await credenceNear(['import', bad], there);
    expect([told.code, told.stdout]).toEqual([2, '']);
    expect(told.stderr).toMatch(
      /is damaged or no file of experiments: .*; nothing was imported, export it again/,
    );
  });

  it('cannot reach out of its folder, act, or bring what is no config', async () => {
    const attempts: [sql: string, cause: RegExp][] = [
      [`UPDATE checkpoints SET path = '../../outside/' || id || '.safetensors'`, /bundle\.path/],
      [`UPDATE checkpoints SET path = '/tmp/outside/' || id || '.safetensors'`, /bundle\.path/],
      [`UPDATE files SET path = 'weights/experiment-1/../../' || path`, /bundle\.path/],
      [`CREATE TRIGGER acts AFTER INSERT ON runs BEGIN DELETE FROM runs; END`, /bundle\.damaged/],
      [`CREATE VIEW seen AS SELECT 1`, /bundle\.damaged/],
      [`UPDATE experiments SET config = '{"task":"language","model":7}'`, /bundle\.config/],
      [`UPDATE experiments SET config = '[]'`, /bundle\.config/],
      [`UPDATE runs SET seed = 'seven'`, /cannot store TEXT/],
      [`DROP TABLE metrics`, /bundle\.damaged/],
      [`PRAGMA foreign_keys = OFF; DELETE FROM question_sets`, /bundle\.damaged/],
      [`PRAGMA user_version = 99`, /newer/],
      [`PRAGMA application_id = 1`, /another program|bundle/],
    ];
    for (const [sql, cause] of attempts) {
      const there = temporaryFolder();
      const altered = await alter(sql, there).catch((error: unknown) => String(error));
      if (altered !== 'altered') {
        expect(altered).toMatch(cause);
        continue;
      }
      const history = openHistory(path.join(there, 'history.sqlite'));
      const reply = await readBundle(history, path.join(there, 'x.credence')).catch(
        (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
      );
      expect([sql, reply]).toEqual([sql, expect.stringMatching(cause)]);
      expect(history.listExperiments({ archived: true })).toEqual([]);
      expect(existsSync(path.join(there, 'weights'))).toBe(false);
      history.close();
    }
  });

  it('is told of by its own name in the window, however deep the data folder lies', async () => {
    const deep = path.join(temporaryFolder(), 'a folder of a long name', 'in one of another long name');
    mkdirSync(deep, { recursive: true });
    const { api } = openService(deep);
    const { message } = await failure(api.call('bundles.read', { name: 'mine.credence', base64: 'AAAA' }));
    expect(message).toMatch(/^"mine\.credence" is damaged or no file of experiments: /);
    await api.close();
  });

  it('says what does not go into a file', async () => {
    for (const [args, cause] of [
      [['1', '2'], /2 experiments do not go into one csv file/],
      [['1', '--weights'], /--weights: a csv file has no weights/],
      [['1', '--format', 'credence'], /give a file name by --out/],
      [['1', '--out', file], /is there already; name a new file/],
      [['9', '--out', path.join(home, 'nine.credence')], /experiment 9 is not in/],
    ] as const) {
      const { code, stderr } = await credenceNear(['export', ...args], home);
      expect([code, stderr]).toEqual([2, expect.stringMatching(cause)]);
    }
    expect(existsSync(path.join(home, 'nine.credence'))).toBe(false);
  });

  it('holds rows alone where weights are not asked for', async () => {
    const history = openHistory(path.join(home, 'history.sqlite'));
    const small = path.join(home, 'rows.credence');
    const { bytes, weights } = await writeBundle(history, [1, 2], small);
    expect([weights, bytes < statSync(file).size / 2]).toEqual([0, true]);
    history.close();
    rmSync(small);
  });
});

/** A bundle with other content and a checksum that fits. */
async function alter(sql: string, folder: string): Promise<string> {
  const [content, altered] = ['content.sqlite', 'x.credence'].map((name) => path.join(folder, name));
  const source = path.join(folder, 'source.credence');
  copyFileSync(file, source);
  await unpack(source, content);
  const db = new Database(content);
  db.exec(sql);
  db.close();
  await pack(content, altered, { version: 'x', schema: 1 });
  rmSync(content);
  return 'altered';
}
