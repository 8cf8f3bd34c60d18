/** `credence models` and the models of the window: what is on this machine, and what fetching shares with others. */
import { existsSync, lstatSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { resolveModel } from '#lab/weights/resolve-model.ts';
import { startCredence, until } from './credence.ts';
import { COMMIT } from './hub-server.ts';
import { failure, openService } from './service.ts';
import { safetensorsBytes, TINY_CONFIG, tinyModel, tinyTensors } from './model-folders.ts';
import {
  NAME,
  WEIGHTS,
  home,
  filesOf,
  whole,
  hub,
  hubHome,
  environment,
  run,
  folder,
  blob,
  fetched,
  ranges,
  get,
  useHub,
} from './hub-user.ts';

useHub();

/** A model of 200 billion weights, more than any machine has room for: its file is one hole. */
function hugeModel(folder: string): void {
  tinyModel(folder, { config: { ...TINY_CONFIG, model_type: 'mamba' } });
  const shape = [200, 1e9];
  const bytes = 2 * shape[0]! * shape[1]!;
  const head = safetensorsBytes({ 'wte.weight': { dtype: 'BF16', shape, data_offsets: [0, bytes] } });
  writeFileSync(path.join(folder, WEIGHTS), head);
  truncateSync(path.join(folder, WEIGHTS), head.length + bytes);
}

describe('credence models', () => {
  it('says where it looked when there is none', async () => {
    const { code, stdout } = await run([]);
    expect(code).toBe(0);
    expect(stdout).toContain(`No pre-trained model on this machine. Looked in ${path.join(hubHome, 'hub')}.`);
    expect(stdout).toContain('credence models get ');
    expect(await run(['--dir', path.join(home, 'none')])).toMatchObject({
      code: 2,
      stderr: /is not there/ as unknown,
    });
  });

  it('lists cache and folders, what each needs here, and what is wrong with the others', async () => {
    await get();
    rmSync(path.join(folder(), 'snapshots', COMMIT, 'config.json'));
    const other = path.join(home, 'listed');
    tinyModel(path.join(other, 'mine'), {
      tensors: tinyTensors().map((tensor) => ({ ...tensor, dtype: 'BF16' })),
    });
    hugeModel(path.join(other, 'huge'));
    tinyModel(path.join(other, 'cut'));
    writeFileSync(path.join(other, 'cut', WEIGHTS), 'x');
    writeFileSync(path.join(other, 'notes.txt'), '');
    const { stdout, stderr } = await run(['--dir', other, '--json']);
    expect(stderr).toBe('');
    const list = JSON.parse(stdout) as { memory: { free: number }; models: { name: string }[] };
    const named = (name: string) => list.models.find((model) => model.name.endsWith(name));
    expect(list.models).toHaveLength(4);
    expect(named('mine')).toMatchObject({
      from: 'folder',
      architecture: 'llama',
      parameters: 39,
      dtypes: ['BF16'],
      supported: true,
      revision: null,
      fits: { training: true, evaluation: true },
      problem: null,
    });
    expect(named('huge')).toMatchObject({ supported: false, fits: { training: false, evaluation: false } });
    expect(named('cut')?.['problem' as never]).toMatch(
      /model\.safetensors are damaged: the file has only 1 byte/,
    );
    expect(named(NAME)).toMatchObject({
      revision: COMMIT,
      refs: ['main'],
      problem: 'incomplete: config.json is missing',
    });
    const text = (await run(['--dir', other])).stdout;
    expect(text).toMatch(/huge +mamba +200,000,000,000 +400 GB/);
    expect(text).toMatch(/TB, too much/);
    expect(text).toMatch(/cut does not open: .*has only 1 byte/);
    expect(() => resolveModel(NAME, home, environment())).toThrow(
      `tiny/llama is incomplete in the Hub cache: config.json is missing from ${path.join(folder(), 'snapshots', COMMIT)}; ` +
        `fetch the rest with "credence models get tiny/llama@${COMMIT}"`,
    );
  });

  it('asks the network nothing, nor does any other command', async () => {
    const commands = [
      ['models'],
      ['models', '--json'],
      ['presets'],
      ['engines'],
      ['preview', 'pocket', '--samples', '1'],
    ];
    for (const args of commands) {
      const { code, stderr } = await startCredence(args, home, home, environment({ HF_TOKEN: 'x' })).finished;
      expect(code, stderr).toBe(0);
    }
    expect(hub.asked).toEqual([]);
  });

  it('is a link into the blobs, as other programs expect', async () => {
    await get();
    const file = path.join(folder(), 'snapshots', COMMIT, WEIGHTS);
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
  });
});

describe('the window', () => {
  /** The API of a process whose environment is that of a user; the Hub's cache is fresh. */
  async function withApi(act: (api: ReturnType<typeof openService>['api']) => Promise<void>): Promise<void> {
    for (const [key, value] of Object.entries(environment())) vi.stubEnv(key, value);
    const { api } = openService();
    try {
      await act(api);
    } finally {
      await api.close();
      vi.unstubAllEnvs();
    }
  }
  const wanted = { name: NAME, revision: COMMIT };

  it('is told what a fetch would bring, and fetches once, whoever asks', async () => {
    await withApi(async (api) => {
      expect((await api.call('models.list', {})).models).toEqual([]);
      expect(hub.asked).toEqual([]);
      const plan = await api.call('models.plan', { name: NAME });
      expect(plan).toMatchObject({ name: NAME, revision: COMMIT, missing: plan.bytes, fetching: false });
      expect(plan.files.map(({ path: file }) => file).toSorted()).toEqual(Object.keys(whole).toSorted());
      expect(fetched()).toEqual([]);
      const both = await Promise.all([1, 2].map(() => api.call('models.fetch', wanted)));
      expect(both[0]).toEqual(both[1]);
      expect(ranges()).toHaveLength(1);
      expect((await api.call('models.list', {})).models).toMatchObject([
        { name: NAME, facts: { architecture: 'llama' }, problem: null },
      ]);
      expect(await api.call('models.plan', { name: NAME })).toMatchObject({ missing: 0 });
    });
  });

  it('stops a fetch, which can be joined until then and is gone on with', async () => {
    await withApi(async (api) => {
      hub.faults = { stallAfter: 1500 };
      const stopped = failure(api.call('models.fetch', { ...wanted, task: 'fetch' }));
      const part = `${blob(WEIGHTS)}.incomplete`;
      await until(() => existsSync(part) && statSync(part).size === 1500, 'half a file');
      expect(await api.call('models.plan', { name: NAME })).toMatchObject({ fetching: true });
      await api.call('tasks.cancel', { task: 'fetch' });
      expect((await stopped).code).toBe('task.cancelled');
      hub.faults = {};
      const { path: found } = await api.call('models.fetch', wanted);
      expect(filesOf(found)).toEqual(whole);
      expect(ranges().at(-1)).toBe('bytes=1500-');
    });
  });

  it('fetches nothing that was not shown, and refuses names that are none', async () => {
    await withApi(async (api) => {
      const other = await failure(api.call('models.fetch', { name: NAME, revision: 'a'.repeat(40) }));
      expect(other).toMatchObject({
        code: 'hub.moved',
        message: expect.stringMatching(/look it up again$/) as string,
      });
      expect(fetched()).toEqual([]);
      const codes = [
        api.call('models.plan', { name: '../x' }),
        api.call('models.fetch', { name: NAME, revision: 'main' }),
        api.call('models.list', { folders: ['/nowhere'] }),
      ].map(async (call) => (await failure(call)).code);
      expect(await Promise.all(codes)).toEqual(['model.name', 'api.arguments', 'model.missing']);
    });
  });
});
