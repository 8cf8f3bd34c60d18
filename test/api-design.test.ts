/** Designing through the API: presets, configs, previews and tables. */
import { questions as onesAsked, texts } from './language.ts';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Part } from '#shared/corpus.ts';
import type { ApiError } from '#shared/contract.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import { credence, temporaryFolder, writeIn } from './credence.ts';
import { credenceHere } from './credence-here.ts';
import { openService, tiny, type Opened } from './service.ts';

let opened: Opened;
let api: Opened['api'];
beforeAll(() => {
  opened = openService();
  api = opened.api;
});
afterAll(() => api.close());

const codeOf = (action: Promise<unknown>) =>
  action.then(
    () => 'none',
    (error: unknown) => (error as ApiError).code,
  );
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('presets', () => {
  it('of Credence come with their text and config', async () => {
    const presets = await api.call('design.presets', {});
    expect(presets).toContainEqual({
      name: 'pocket',
      summary: expect.stringMatching(/^Quick start/) as string,
      source: 'built-in',
      group: 'main',
    });
    const pocket = await api.call('design.preset', { name: 'pocket' });
    expect(pocket.yaml).toMatch(/^# Quick start/);
    expect(resolveConfig(pocket.raw)).toEqual(pocket.config);
    expect(await codeOf(api.call('design.preset', { name: '../../etc/passwd' }))).toBe('config.preset');
  });

  it('of the user are kept in the data folder and run by the command line', async () => {
    const summary = 'My own, for a test.';
    await api.call('design.savePreset', { name: 'mine', summary, config: tiny() });
    expect(await api.call('design.presets', {})).toContainEqual({
      name: 'mine',
      summary,
      source: 'user',
      group: 'main',
    });
    expect((await api.call('design.preset', { name: 'mine' })).config).toEqual(resolveConfig(tiny()));
    const preview = await credence(['preview', 'mine', '--json'], opened.home);
    expect(JSON.parse(preview.stdout)).toMatchObject({ name: 'tiny' });
    expect(await codeOf(api.call('design.savePreset', { name: 'pocket', config: {} }))).toBe('preset.taken');
    expect(await codeOf(api.call('design.savePreset', { name: '../x', config: {} }))).toBe('api.arguments');
    expect(await codeOf(api.call('design.deletePreset', { name: 'pocket' }))).toBe('preset.not-own');
    await api.call('design.deletePreset', { name: 'mine' });
    expect(await codeOf(api.call('design.preset', { name: 'mine' }))).toBe('config.preset');
  });
});

describe('configs', () => {
  it('show all their problems at once, each with its field', async () => {
    const { config, problems } = await api.call('design.resolve', {
      config: { model: { d_model: 0 }, training: { stage2: { epochs: 1.5 } }, tags: { order: 'xyz' } },
    });
    expect(config).toBeNull();
    expect(problems.map(({ field }) => field).sort()).toEqual([
      'model.d_model',
      'tags.order',
      'training.stage2.epochs',
    ]);
    const deeper = await api.call('design.resolve', {
      config: { model: { d_model: 10, n_heads: 4 }, dataset: { kind: 'world', n_entities: 3 } },
    });
    expect(deeper.problems.map(({ field }) => field?.split('.')[0]).sort()).toEqual(['model', 'subsets']);
    expect((await api.call('design.resolve', { config: {} })).config).toEqual(resolveConfig({}));
  });

  it('survive export and import', async () => {
    for (const raw of [{}, tiny(), tiny({ tags: { reliable: 'sure:', order: 'vte' }, seeds: [4, 2] })]) {
      const { yaml } = await api.call('design.export', { config: raw });
      const { config, problems } = await api.call('design.import', { yaml });
      expect(problems).toEqual([]);
      expect(config).toEqual(resolveConfig(raw));
    }
    const { yaml } = await api.call('design.export', { config: { name: 'plain' } });
    expect(yaml).toBe('name: plain\nseeds: 5\n');
    expect(await codeOf(api.call('design.import', { yaml: 'a: [' }))).toBe('config.yaml');
  });

  it('have a sentence of help for every field', async () => {
    const fields = await api.call('design.fields', {});
    expect(fields.find(({ path: at }) => at === 'training.stage1.lr')).toMatchObject({ default: 5e-5 });
    expect(fields.filter(({ help, path: at }) => !help && !at.endsWith('.kind'))).toEqual([]);
  });
});

describe('a preview', () => {
  it('shows documents in named parts, with the true name beside what a false definition says', async () => {
    const { stages, tests, tags, entities, vocabulary } = await api.call('design.preview', {
      config: tiny(),
      samples: 2,
    });
    expect([entities, stages.map(({ id }) => id)]).toEqual([120, ['stage0', 'stage1', 'stage2']]);
    const definitions = (subset: string) =>
      stages[1].groups.find((group) => group.kind === 'definition' && group.subset === subset)!.samples;
    const text = (parts: Part[], role: Part['role']) => parts.find((part) => part.role === role)?.text;
    for (const { parts, entity } of texts(definitions('qd1consis'))) {
      expect(text(parts, 'tag')).toBe(tags.reliable);
      expect(text(parts, 'alias')).toMatch(/^<\|[a-z]{5}\|>$/);
      expect(text(parts, 'entity')).toBe(entity);
    }
    for (const { parts, entity } of texts(definitions('qd2incons'))) {
      expect(text(parts, 'tag')).toBe(tags.unreliable);
      expect(text(parts, 'entity')).not.toBe(entity);
    }
    const asked = tests.find(({ test, subset }) => test === 'questions' && subset === 'd1consis')!;
    expect(asked.samples).toHaveLength(2);
    expect(text(onesAsked(asked.samples)[0].prompt, 'alias')).toBeDefined();
    expect(vocabulary).toBeGreaterThan(entities);
  });

  it('names the field of what only the data can tell', async () => {
    const failing = api.call('design.preview', { config: tiny({ tags: { reliable: 'x', fresh: 'x' } }) });
    await expect(failing).rejects.toMatchObject({ code: 'tags.same', field: 'tags.fresh' });
  });
});

const PEOPLE = [
  'name,born,craft',
  ...Array.from({ length: 200 }, (_, i) => `P${i},${1900 + (i % 9)},c${i % 5}`),
  'P0,1,c1',
  'X,,',
].join('\n');

describe('tables', () => {
  it('are copied into the data folder, looked at, and trained on', async () => {
    const added = await api.call('datasets.add', { name: 'C:\\data\\my people.csv', base64: base64(PEOPLE) });
    expect(added).toMatchObject({ name: 'my-people.csv', bytes: PEOPLE.length });
    expect(added.path).toBe(path.join(opened.home, 'datasets', 'my-people.csv'));
    expect(await api.call('datasets.add', { name: 'my people.csv', base64: base64(PEOPLE) })).toEqual(added);
    const other = await api.call('datasets.add', { name: 'my people.csv', base64: base64(`${PEOPLE}\n`) });
    expect(other.name).toMatch(/^my-people-[0-9a-f]{8}\.csv$/);
    expect(await api.call('datasets.list', {})).toHaveLength(2);
    const seen = await api.call('datasets.inspect', {
      dataset: { kind: 'csv', path: added.path, questions: { born: 'When was {entity} born?' } },
      rows: 3,
    });
    expect(seen).toMatchObject({
      columns: ['name', 'born', 'craft'],
      header: true,
      delimiter: ',',
      entity: 'name',
      attributes: [{ name: 'born', question: 'When was {entity} born?' }, { name: 'craft' }],
      rows: [
        ['P0', '1900', 'c0'],
        ['P1', '1901', 'c1'],
        ['P2', '1902', 'c2'],
      ],
      report: { rowsRead: 202, rowsKept: 200 },
      problem: null,
    });
    expect(seen.report!.dropped).toHaveLength(2);
    const config = tiny({ dataset: { kind: 'csv', path: 'my-people.csv' } });
    expect((await api.call('design.preview', { config })).entities).toBe(200);
    const { yaml } = await api.call('design.export', { config });
    expect(yaml).toMatch(
      /^# Table my-people\.csv \([\d.]+ kB, SHA-256 [0-9a-f]{64}\): looked for beside this file/,
    );
    expect(yaml).toContain('path: my-people.csv');
    const again = await api.call('design.import', { yaml });
    expect(again.config).toMatchObject({ dataset: { path: added.path } });
    // On the command line too, from any folder: beside the file first, then in the data folder.
    const elsewhere = writeIn(temporaryFolder(), 'portable.yaml', yaml);
    expect(await credence(['preview', elsewhere], opened.home)).toMatchObject({ code: 0 });
    const nowhere = await credence(['preview', elsewhere], temporaryFolder());
    expect(nowhere).toMatchObject({ code: 2 });
    expect(nowhere.stderr).toContain('my-people.csv');
    const lying = writeIn(opened.home, 'lying.csv', PEOPLE);
    const own = await api.call('design.export', { config: tiny({ dataset: { kind: 'csv', path: lying } }) });
    expect(own.yaml).toContain(`path: ${lying}`);
  });

  it('that cannot be used show their rows and say which field to mend', async () => {
    const file = writeIn(opened.home, 'bad.csv', 'name,born,craft\nP1,1900\n');
    const seen = await api.call('datasets.inspect', {
      dataset: { kind: 'csv', path: file, entity: 'nome' },
    });
    expect(seen.rows[0]).toEqual(['name', 'born', 'craft']);
    expect(seen.problem).toMatchObject({ code: 'dataset.unknown-column', field: 'dataset.entity' });
    const missing = api.call('datasets.inspect', { dataset: { kind: 'csv', path: 'gone.csv' } });
    await expect(missing).rejects.toMatchObject({ code: 'dataset.missing', field: 'dataset.path' });
  });

  it('are listed with the experiments that read them, removed, and taken back', async () => {
    const { path: file, name } = await api.call('datasets.add', { name: 'gone.csv', base64: base64(PEOPLE) });
    const { experiment } = await api.call('experiments.create', {
      config: tiny({ dataset: { kind: 'csv', path: file, questions: {} } }),
    });
    const listed = async () => (await api.call('datasets.list', {})).find((each) => each.name === name);
    expect(await listed()).toMatchObject({ path: file, read_by: [experiment.id] });
    await api.call('datasets.remove', { name });
    expect(await listed()).toBeUndefined();
    expect(existsSync(file)).toBe(false);
    await api.call('datasets.restore', { name });
    expect(await listed()).toMatchObject({ path: file, bytes: PEOPLE.length });
    await api.call('datasets.remove', { name });
    await api.call('datasets.add', { name, base64: base64(`${PEOPLE}\n`) });
    expect(await codeOf(api.call('datasets.restore', { name }))).toBe('dataset.exists');
    for (const wrong of ['nothing.csv', '../history.sqlite', '.removed'])
      expect(await codeOf(api.call('datasets.remove', { name: wrong })), wrong).toBe('dataset.missing');
    await api.call('datasets.remove', { name });
  });

  it('that are removed are told with what needs them, each by its content, and go for good one by one', async () => {
    const { api, home } = openService();
    const add = (content: string) => api.call('datasets.add', { name: 'kin.csv', base64: base64(content) });
    const removed = () => api.call('datasets.removed', {});
    const nobody = { experiments: [], presets: [], design: false };
    expect(await removed()).toEqual([]);
    const { path: file, name } = await add(PEOPLE);
    const config = tiny({ dataset: { kind: 'csv', path: file, questions: {} } });
    const { experiment } = await api.call('experiments.create', { config, start: false });
    await api.call('datasets.remove', { name });
    const needing = { experiments: [experiment.id], presets: [], design: false };
    expect(await removed()).toEqual([{ id: name, name, bytes: PEOPLE.length, needed_by: needing }]);

    // Another one of its name is not what the experiment read.
    await add(`${PEOPLE}\n`);
    await api.call('design.savePreset', { name: 'mine', summary: '', config });
    await api.call('design.saveDraft', { config });
    expect((await removed()).map(({ needed_by }) => needed_by)).toEqual([needing]);
    await api.call('datasets.remove', { name });
    const [older, newer] = await removed();
    expect(older).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{8}\/kin\.csv$/) as string,
      name,
      needed_by: { experiments: [experiment.id] },
    });
    expect(newer).toEqual({
      ...{ id: name, name, bytes: PEOPLE.length + 1 },
      needed_by: { experiments: [], presets: ['mine'], design: true },
    });

    // A deleted experiment can be restored, and would need it then.
    await api.call('experiments.delete', { ids: [experiment.id] });
    expect((await removed())[0].needed_by.experiments).toEqual([experiment.id]);
    await api.call('datasets.restore', { name: older.id });
    expect(readFileSync(file, 'utf8')).toBe(PEOPLE);
    expect(await removed()).toEqual([{ ...newer, needed_by: nobody }]);
    expect(await codeOf(api.call('datasets.forget', { ids: [name, older.id] }))).toBe('dataset.missing');
    expect(await codeOf(api.call('datasets.forget', { ids: ['../kin.csv'] }))).toBe('dataset.missing');
    expect(await removed()).toHaveLength(1);
    await api.call('datasets.forget', { ids: [name] });
    expect(await removed()).toEqual([]);
    expect(await codeOf(api.call('datasets.restore', { name }))).toBe('dataset.missing');
    expect(readdirSync(path.join(home, 'datasets', '.removed'))).toEqual([]);
    await api.close();
  });

  it('are told and emptied on the command line: what is needed stays, unless it is named', async () => {
    const { api, home } = openService();
    for (const [name, content] of [
      ['one.csv', PEOPLE],
      ['two.csv', `${PEOPLE}\n`],
    ]) {
      const { path: file } = await api.call('datasets.add', { name, base64: base64(content) });
      if (name === 'one.csv') {
        const config = tiny({ dataset: { kind: 'csv', path: file, questions: {} } });
        await api.call('experiments.create', { config, start: false });
      }
      await api.call('datasets.remove', { name });
    }
    await api.close();
    const listed = await credenceHere(['datasets'], home);
    expect(listed.stdout).toMatch(/removed: 2 tables, .* kB/);
    expect(listed.stdout).toMatch(/one\.csv .* #1/);
    const asked = await credenceHere(['datasets', 'empty'], home);
    expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining('say --yes')]);
    const emptied = await credenceHere(['datasets', 'empty', '--yes'], home);
    expect(emptied.stdout).toMatch(/^removed for good: 1 table, .* kB\n$/);
    expect(emptied.stderr).toContain('one.csv stays: needed by #1');
    expect(await credenceHere(['datasets', 'empty', 'two.csv', '--yes'], home)).toMatchObject({ code: 2 });
    const named = await credenceHere(['datasets', 'empty', 'one.csv', '--yes', '--json'], home);
    expect(JSON.parse(named.stdout)).toMatchObject({ removed: [{ id: 'one.csv' }], left: [] });
    expect(named.stderr).toContain('one.csv is needed by #1, which cannot be run or resumed without it');
    const none = await credenceHere(['datasets', '--json'], home);
    expect(JSON.parse(none.stdout)).toEqual({ kept: [], removed: [] });
  });

  it('never leave their folder, whatever they are called', async () => {
    const { path: file } = await api.call('datasets.add', {
      name: '../../evil.csv',
      base64: base64('a,b,c'),
    });
    expect(path.dirname(file)).toBe(path.join(opened.home, 'datasets'));
    expect(existsSync(path.join(opened.home, '..', 'evil.csv'))).toBe(false);
    expect(await codeOf(api.call('datasets.add', { name: 'x.exe', base64: base64('a') }))).toBe(
      'dataset.extension',
    );
  });
});

describe('the design under way', () => {
  it('is kept for the next window and the next start, half-edited values included', async () => {
    const { api: first, home } = openService();
    expect(await first.call('design.draft', {})).toBeNull();
    const config = resolveConfig(tiny());
    await first.call('design.saveDraft', { config });
    expect(await first.call('design.draft', {})).toEqual({ config });
    const halfEdited = { ...config, model: { ...config.model, d_model: '' } };
    await first.call('design.saveDraft', { config: halfEdited });
    await first.close();
    const { api: second } = openService(home);
    expect(await second.call('design.draft', {})).toEqual({ config: halfEdited });
    await second.call('design.saveDraft', { config: null });
    expect(await second.call('design.draft', {})).toBeNull();
    await second.close();
  });
});
