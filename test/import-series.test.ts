/** `credence import` of runs of other programs, as a user meets it: beside ours, marked, once, and nothing half-way. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryFolder, writeIn } from './credence.ts';
import { credenceHere } from './credence-here.ts';
import { inHistory, measured } from './in-history.ts';
import type { ImportedConfig } from '#shared/imported.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const GOLDEN = fileURLToPath(new URL('golden/', import.meta.url));
const AUTHORS = path.join(GOLDEN, 'authors-folder', 'tiny_two_stage');
const home = temporaryFolder();

async function said(args: string[], at = home): Promise<string> {
  const { code, stdout, stderr } = await credenceHere(args, at);
  expect(code, stderr).toBe(0);
  return stdout;
}

async function refused(args: string[], at = home): Promise<string> {
  const { code, stderr } = await credenceHere(args, at);
  expect(code).toBe(2);
  return stderr;
}

const json = async <T>(args: string[], at = home) => JSON.parse(await said([...args, '--json'], at)) as T;

/** All numbers of an experiment as they are exported, without what a history numbers by itself. */
const exported = async (id: string, at: string) =>
  (await said(['export', id], at)).replaceAll(/^\d+,([^,]*),\d+,/gm, '$1,');

beforeAll(async () => {
  await said(['import', AUTHORS, '--name', 'theirs']);
});

describe('runs of another program', () => {
  it('are an experiment: with its effect, its source and how each column was read', async () => {
    const [listed] = await json<{ name: string; states: Record<string, number> }[]>(['list']);
    expect(listed).toMatchObject({ name: 'theirs', states: { done: 2 } });
    const shown = await said(['show', '1']);
    expect(shown).toContain('imported from another program');
    expect(shown).toMatch(/trainer_state\.json.*SHA-256 [0-9a-f]{64}/);
    expect(shown).toMatch(/eval_d1consis_EM +d1consis\/exact_match +by its name/);
    expect(shown).toMatch(/first_stage_s0 +seed 0 +the folder/);
  });

  it('stand in table and comparison with the very numbers that were logged', async () => {
    const text = readFileSync(path.join(AUTHORS, 's1_s2stage0', 'trainer_state.json'), 'utf8');
    const { log_history } = JSON.parse(text) as { log_history: Record<string, number>[] };
    const last = (name: string) => log_history.findLast((entry) => name in entry)![name];
    const rows = await json<Record<string, number>[]>([
      'table',
      '--rows',
      'runs',
      '--columns',
      'seed,d1consis,last(d2consis.f1)',
      '--where',
      'seed = 1',
    ]);
    expect(rows).toEqual([
      { seed: 1, d1consis: last('eval_d1consis_EM'), 'd2consis.f1': last('eval_d2consis_F1') },
    ]);

    const csv = 'seed,epoch,d1consis_EM,d2consis_EM\n0,1,0.75,0.5\n1,1,0.5,0.5\n2,1,0.75,0.25\n';
    await said(['import', writeIn(home, 'other.csv', csv)]);
    const compared = await said(['compare', '1', '2']);
    expect(compared).toMatch(/d1consis.*66.7%/);
    expect(compared).toContain('Not paired: with the seeds of an imported experiment');
    expect(compared).toContain('imported_from');
    expect(compared).not.toContain('"columns"');
  });

  it('are recognised when they come again, wherever their files lie now', async () => {
    const before = measured(home, 1);
    const moved = path.join(temporaryFolder(), 'tiny_two_stage');
    cpSync(AUTHORS, moved, { recursive: true });
    expect(await json(['import', moved])).toMatchObject({ experiment: 1, outcome: 'known' });
    expect(measured(home, 1)).toEqual(before);
    inHistory(home, (history) => history.trashExperiment(1));
    expect(await json(['import', moved])).toMatchObject({ experiment: 1, outcome: 'known' });
    expect(measured(home, 1)).toEqual(before);
    // Read in another way they are another experiment.
    expect(await json(['import', moved, '--column', '*_F1=ignore', '--dry-run'])).toMatchObject({
      experiment: null,
    });
  });

  it('go to another history in a .credence file as they are', async () => {
    const file = path.join(home, 'them.credence');
    await said(['export', '1', '--out', file]);
    const there = temporaryFolder();
    expect(await json(['import', file], there)).toMatchObject([{ id: 1, outcome: 'new', runs: 2 }]);
    expect(await exported('1', there)).toBe(await exported('1', home));
    expect(await said(['show', '1', '--json'], there)).toContain('"imported"');
    expect(await json(['import', file], there)).toMatchObject([{ outcome: 'known', runs: 0 }]);
    expect(await json(['import', AUTHORS], there)).toMatchObject({ experiment: 1, outcome: 'known' });
  });

  it('cannot be trained, looked into or repeated, and each says why', async () => {
    for (const args of [
      ['extend', '1', '--seeds', '5'],
      ['extend', '1', '--epochs', '9'],
      ['resume', '1'],
      ['analyse', '1', '--moves'],
      ['register', '1', '--compare', 'd1consis,d2consis', '--seeds', '7..9'],
    ])
      expect(await refused(args), args[0]).toMatch(
        /experiment 1 was imported from "tiny_two_stage.*import again/,
      );
    const { stdout, stderr } = await credenceHere(['answers', '1'], home);
    expect(stdout + stderr).toContain('imported from another program');
  });

  it('are in a report as what they are, and it says that they cannot be trained again', async () => {
    const report = path.join(home, 'report.html');
    await said(['compare', '1', '2', '--report', report]);
    const html = readFileSync(report, 'utf8');
    expect(html).toContain('imported from another program and cannot be trained again');
    expect(html).not.toContain('credence repeat REPORT.html');
    expect(await refused(['repeat', report])).toMatch(/compares "theirs", which was imported.*run it there/);
  });

  it('our own export comes back with its numbers and its name', async () => {
    const csv = path.join(home, 'ours.csv');
    await said(['export', '1', '--out', csv]);
    const there = temporaryFolder();
    await said(['import', csv], there);
    expect(await exported('1', there)).toBe(await exported('1', home));
  });
});

describe('event files of PyTorch', () => {
  it('alone are a run, as TensorBoard reads them', async () => {
    const there = temporaryFolder();
    const logs = path.join(there, 'logs', 'seed3');
    mkdirSync(logs, { recursive: true });
    cpSync(
      path.join(GOLDEN, 'event-files', 'scalars.tfevents'),
      path.join(logs, 'events.out.tfevents.1.host'),
    );
    // Of a writer that was made and never used.
    mkdirSync(path.join(logs, 'test'));
    writeFileSync(path.join(logs, 'test', 'events.out.tfevents.2.host'), '');
    const expected = JSON.parse(readFileSync(path.join(GOLDEN, 'event-files', 'expected.json'), 'utf8')) as {
      scalars: { tag: string; step: number; value: number | null }[];
    };
    const found = await json<{ experiment: number }>(['import', path.join(there, 'logs')], there);
    const rows = (await said(['export', String(found.experiment)], there)).trim().split('\n').slice(1);
    const values = rows
      .map((row) => row.split(','))
      .filter(([, , , , , , , , subset]) => subset === 'd1consis');
    const wanted = expected.scalars
      .filter(({ tag }) => tag === 'eval/d1consis_EM')
      .sort((a, b) => a.step - b.step);
    expect(values.map((cells) => [Number(cells[3]), Number(cells[7]), cells[10]])).toEqual(
      wanted.map(({ step, value }) => [3, step, value === null ? '' : String(value)]),
    );
    const { config } = await json<{ config: { source: { files: unknown[]; remarks: string[] } } }>(
      ['show', String(found.experiment)],
      there,
    );
    expect(config.source.files).toHaveLength(1);
    expect(config.source.remarks).toContain(
      'logs/seed3/test/events.out.tfevents.2.host: is empty, no number was ever written; left out',
    );
  });
});

describe('a file that cannot be read', () => {
  it('is refused with its place, and leaves nothing', async () => {
    const there = temporaryFolder();
    const folder = path.join(there, 'runs');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'seed0.csv'), 'epoch,d1consis_EM\n1,0.5\n');
    writeFileSync(path.join(folder, 'seed1.csv'), 'epoch,d1consis_EM\n1,half\n');
    expect(await refused(['import', folder], there)).toMatch(
      /"runs\/seed1.csv", line 2: "half" in "d1consis_EM" is no number.*--column/,
    );
    expect(inHistory(there, (history) => history.listExperiments())).toEqual([]);
    const cut = path.join(there, 'trainer_state.json');
    writeFileSync(
      cut,
      readFileSync(path.join(AUTHORS, 's0_s2stage0', 'trainer_state.json')).subarray(0, 900),
    );
    expect(await refused(['import', cut], there)).toMatch(
      /"trainer_state.json" is no whole JSON.*copy it again/,
    );
    const torn = path.join(there, 'a.tfevents');
    const whole = readFileSync(path.join(GOLDEN, 'event-files', 'scalars.tfevents'));
    whole[whole.length >> 1] ^= 1;
    writeFileSync(torn, whole);
    expect(await refused(['import', torn], there)).toMatch(
      /"a.tfevents": record at byte \d+: .*copy it again/,
    );
    expect(await refused(['import', AUTHORS, '--stage', 'last'], there)).toMatch(
      /--stage: "last" is no stage; give one of/,
    );
    expect(await refused(['import', AUTHORS, '--column', 'x'], there)).toMatch(
      /--column: "x" is not COLUMN=ROLE/,
    );
  });
});

describe('what nobody said', () => {
  it('is not made up: the count of questions is empty in CSV and null in JSON, and comes back so', async () => {
    const at = temporaryFolder();
    const file = writeIn(
      at,
      'theirs.csv',
      'seed,epoch,d1consis_EM,d2consis_EM\n0,1,0.5,0.25\n1,1,0.75,0.5\n',
    );
    await said(['import', file], at);
    const [header, ...rows] = (await said(['export', '1'], at)).trim().split('\n');
    const count = header.split(',').indexOf('count');
    expect(rows.map((row) => row.split(',')[count])).toEqual(['', '', '', '']);
    expect(await said(['export', '1', '--format', 'json'], at)).not.toMatch(/"count": (?!null)/);
    const bundle = path.join(at, 'a.credence');
    await said(['export', '1', '--out', bundle], at);
    const other = temporaryFolder();
    await said(['import', bundle], other);
    expect(await exported('1', other)).toBe(await exported('1', at));
    const shown = await json<Record<string, unknown>>(['show', '1'], other);
    expect(JSON.stringify(shown)).toContain('"iml"');
  });
});

describe('an import that fails on the way', () => {
  it('leaves nothing in the history, however far its numbers came', () => {
    const at = temporaryFolder();
    inHistory(at, (history) => {
      function* evaluations() {
        const metrics = [
          { subset: 'd1consis' as const, test: 'questions' as const, exact_match: 1, count: null },
        ];
        for (let epoch = 1; epoch <= 1000; epoch++)
          yield { stage: 'stage1' as const, epoch, step: epoch, metrics };
        throw new Error('the file went away');
      }
      const config = { task: 'imported', name: 'x', seeds: [0], stages: [] } as unknown as ImportedConfig;
      const planned = { seed: 0, seed_stage2: null, stage1_epoch: null, state: 'done' as const, error: null };
      const broken = { uid: 'imported-x', config, version: '1', runs: [{ ...planned, evaluations }] };
      expect(() => history.saveImport(broken)).toThrow('went away');
      expect(history.listExperiments({ archived: true })).toEqual([]);
      expect(history.evaluationsOf(1)).toEqual([]);
    });
  });
});
