/** `credence models` as a user runs it, against a small Hub on loopback: what is fetched, kept, refused and asked for. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openModelFolder } from '#lab/weights/model-folder.ts';
import { resolveModel } from '#lab/weights/resolve-model.ts';
import { fetchModel, planFetch } from '#main/network/fetch-model.ts';
import { createHubClient } from '#main/network/hub-client.ts';
import { ENTRY, startCredence, temporaryFolder, until, type Finished } from './credence.ts';
import { COMMIT, hashOf, startHub, type Repository } from './hub-server.ts';
import { failure, openService } from './service.ts';
import { safetensorsBytes, TINY_CONFIG, tinyModel, tinyTensors } from './model-folders.ts';

const NAME = 'tiny/llama';
const WEIGHTS = 'model.safetensors';
const home = temporaryFolder();

const filesOf = (folder: string) =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name))]));

const wide = { name: 'wide', shape: [100, 10], data: new Float32Array(1000).fill(0.5) };
const whole = filesOf(tinyModel(path.join(home, 'whole'), { tensors: [...tinyTensors(), wide] }));
const parts = filesOf(
  tinyModel(path.join(home, 'parts'), { tensors: [...tinyTensors(), wide], shardBytes: 400 }),
);
const repository = (files: Record<string, Buffer>): Repository => ({ revision: COMMIT, files });
const junk = Buffer.from('never fetched');

const models = {
  [NAME]: repository({
    ...whole,
    'pytorch_model.bin': junk,
    'README.md': junk,
    'onnx/model.onnx': junk,
    '../config.json': junk,
    'onnx/config.json': junk,
  }),
  'tiny/parts': repository(parts),
  'old/pickle': repository({ 'config.json': whole['config.json'], 'pytorch_model.bin': junk }),
  'old/data': repository({ 'README.md': junk }),
};
const hub = await startHub(models);
afterAll(() => hub.close());
const closed = await startHub({});
const closedPort = closed.endpoint;
await closed.close();

let made = 0;
let hubHome = '';
beforeEach(() => {
  hubHome = path.join(home, `hub-${made++}`);
  hub.asked.length = 0;
  hub.faults = {};
});

const environment = (more: NodeJS.ProcessEnv = {}) => ({
  HF_HOME: hubHome,
  HF_ENDPOINT: hub.endpoint,
  ...Object.fromEntries(
    ['HF_TOKEN', 'HF_HUB_CACHE', 'HF_HUB_OFFLINE', 'TRANSFORMERS_OFFLINE'].map((key) => [key, '']),
  ),
  ...more,
});
const run = (args: string[], more?: NodeJS.ProcessEnv): Promise<Finished> =>
  startCredence(['models', ...args], home, home, environment(more)).finished;

const folder = () => path.join(hubHome, 'hub', 'models--tiny--llama');
const blob = (name: string) => path.join(folder(), 'blobs', hashOf(whole[name]));
const fetched = () => hub.asked.filter(({ path: asked }) => !asked.startsWith('/api/'));
const ranges = () => hub.asked.filter(({ host }) => host === 'cdn').map(({ range }) => range);

/** Without a process of its own. */
async function get(text = NAME, more?: NodeJS.ProcessEnv, free?: () => number): Promise<string> {
  const [name, revision = null] = text.split('@');
  const client = createHubClient({ env: environment(more) });
  const plan = await planFetch(client, path.join(hubHome, 'hub'), { name, revision });
  return fetchModel(client, plan, { free });
}

describe('credence models get', () => {
  it('fetches what a model needs into the shared cache, once, and says so before', async () => {
    const { code, stdout, stderr } = await run(['get', NAME, '--yes']);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(
      new RegExp(`tiny/llama at commit ${COMMIT} from 127\\.0\\.0\\.1:\\d+, into ${folder()}:`),
    );
    expect(stderr).toMatch(/model\.safetensors +4\.5 kB/);
    expect(stderr).toMatch(/3 files, 4\.6 kB to fetch\n/);
    const snapshot = path.join(folder(), 'snapshots', COMMIT);
    expect(stdout).toBe(`tiny/llama is in ${snapshot}\n`);
    expect(readdirSync(snapshot).toSorted()).toEqual(Object.keys(whole).toSorted());
    expect(readlinkSync(path.join(snapshot, WEIGHTS))).toBe(`../../blobs/${hashOf(whole[WEIGHTS])}`);
    expect(filesOf(snapshot)).toEqual(whole);
    expect(readFileSync(path.join(folder(), 'refs/main'), 'utf8')).toBe(COMMIT);
    expect(resolveModel(NAME, home, environment())).toMatchObject({ path: snapshot, revision: COMMIT });

    const before = fetched().length;
    const again = await run(['get', `${NAME}@v1`, '--json']);
    expect(again.stderr).toMatch(/0 bytes to fetch; 4\.6 kB are here already/);
    expect(JSON.parse(again.stdout)).toMatchObject({ name: NAME, revision: COMMIT, path: snapshot });
    expect(fetched()).toHaveLength(before);
    expect(resolveModel(`${NAME}@v1`, home, environment()).path).toBe(snapshot);

    const list = await run([]);
    expect(list.stdout).toMatch(/tiny\/llama@c0ffee1 +llama +1,039 +4\.5 kB +F32 +8 +yes +\S+ \S+, fits/);
  });

  it('fetches nothing where nobody can be asked', async () => {
    const { code, stderr } = await run(['get', NAME]);
    expect([code, fetched()]).toEqual([2, []]);
    expect(stderr).toMatch(/nobody can be asked here whether to fetch tiny\/llama; say so with --yes\n$/);
    expect(existsSync(folder())).toBe(false);
  });

  const noTerminal = spawnSync('script', ['--version']).status !== 0;
  it.skipIf(noTerminal)('asks on a terminal, and takes anything but yes for no', async () => {
    const answered = async (answer: string) => {
      const command = `'${process.execPath}' '${ENTRY}' models get ${NAME}`;
      const env = { ...process.env, ...environment(), CREDENCE_HOME: home };
      const child = spawn('script', ['-qec', command, '/dev/null'], { env, cwd: home });
      let shown = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text));
      await until(() => shown.includes('Fetch 4.6 kB? [y/N] '), 'the question');
      child.stdin.write(answer);
      const [code] = (await once(child, 'close')) as [number];
      return { code, shown };
    };
    for (const no of ['\n', 'maybe\n', '\u0004'])
      expect(await answered(no)).toEqual({
        code: 1,
        shown: expect.stringMatching(/nothing was fetched/) as string,
      });
    expect(fetched()).toEqual([]);
    expect((await answered('y\n')).code).toBe(0);
    expect(existsSync(blob(WEIGHTS))).toBe(true);
  });

  it('keeps what was reached when it is interrupted, and goes on from there', async () => {
    hub.faults = { stallAfter: 1500 };
    const running = startCredence(['models', 'get', NAME, '--yes'], home, home, environment());
    const part = `${blob(WEIGHTS)}.incomplete`;
    await until(() => existsSync(part) && statSync(part).size === 1500, 'half a file');
    running.child.kill('SIGINT');
    const { code, stderr } = await running.finished;
    expect(code).toBe(130);
    expect(stderr).toMatch(
      /stopped \(SIGINT\); what was fetched stays, and the same command goes on from there/,
    );
    hub.faults = {};
    const again = await run(['get', NAME, '--yes']);
    expect(again.stderr).toMatch(/3\.0 kB to fetch; 1\.6 kB are here already/);
    expect(again.code).toBe(0);
    expect(ranges()).toEqual([undefined, 'bytes=1500-']);
    expect(openModelFolder(resolveModel(NAME, home, environment()).path).read('wide')[7]).toBe(0.5);
  });

  it('sends the token to the Hub alone, from the environment or the file of "hf auth login"', async () => {
    mkdirSync(hubHome);
    writeFileSync(path.join(hubHome, 'token'), 'from-the-file\n');
    await get();
    await get('tiny/parts', { HF_TOKEN: 'from-the-environment' });
    const tokens = (host: string) =>
      new Set(hub.asked.filter((one) => one.host === host).map(({ token }) => token));
    expect(tokens('hub')).toEqual(new Set(['Bearer from-the-file', 'Bearer from-the-environment']));
    expect(tokens('cdn')).toEqual(new Set([undefined]));
  });

  it('fetches shards with their index', async () => {
    const model = openModelFolder(await get('tiny/parts'));
    expect(model.tensors.size).toBe(4);
    expect(new Set([...model.tensors.values()].map(({ file }) => file)).size).toBe(2);
  });
});

describe('a fetch that goes wrong', () => {
  it('takes a broken connection up again, as often as something comes', async () => {
    hub.faults = { cutAfter: 1700 };
    const before = hub.sent();
    expect(filesOf(await get())).toEqual(whole);
    expect(ranges()).toEqual([undefined, 'bytes=1700-', 'bytes=3400-']);
    expect(hub.sent() - before).toBe(Object.values(whole).reduce((sum, { length }) => sum + length, 0));
  });

  it('says how far it came when nothing more comes', async () => {
    appendFileSync(prepared(`${blob(WEIGHTS)}.incomplete`), whole[WEIGHTS].subarray(0, 2000));
    hub.faults = { silent: true };
    await expect(get()).rejects.toThrow(/cannot reach 127/);
    hub.faults = { silentCdn: true };
    await expect(get()).rejects.toThrow(
      /connection to 127\S+ broke \(\w+\) after 2000 of \d+ bytes of model\.safetensors; the next fetch goes on/,
    );
    hub.faults = {};
    await get();
    expect(ranges().at(-1)).toBe('bytes=2000-');
  });

  it('takes the whole file from a server that sends no parts', async () => {
    appendFileSync(prepared(`${blob(WEIGHTS)}.incomplete`), Buffer.alloc(2000, 'x'));
    hub.faults = { ignoreRange: true };
    expect(filesOf(await get())).toEqual(whole);
  });

  it.each([WEIGHTS, 'config.json'])('removes %s when its checksum is wrong', async (name) => {
    hub.faults = { damage: new RegExp(`^${name}$`) };
    await expect(get()).rejects.toThrow(/has the checksum \w+, not \w+ as 127.* is removed; start again/);
    expect([blob(name), `${blob(name)}.incomplete`].map((file) => existsSync(file))).toEqual([false, false]);
    expect(() => resolveModel(NAME, home, environment())).toThrow(/neither a folder .* nor in the Hub cache/);
    hub.faults = {};
    expect(filesOf(await get())).toEqual(whole);
  });

  it('never goes on with a part of another version, nor with a damaged one', async () => {
    writeFileSync(prepared(path.join(folder(), 'blobs', `${'a'.repeat(64)}.incomplete`)), 'older');
    writeFileSync(`${blob(WEIGHTS)}.incomplete`, Buffer.alloc(whole[WEIGHTS].length + 1));
    expect(filesOf(await get())).toEqual(whole);
    expect(ranges()).toEqual([undefined]);
    rmSync(folder(), { recursive: true });
    writeFileSync(prepared(`${blob(WEIGHTS)}.incomplete`), Buffer.alloc(2000, 'x'));
    await expect(get()).rejects.toThrow(/checksum/);
    expect(filesOf(await get())).toEqual(whole);
  });

  it('fetches again what was cut short or lost since', async () => {
    const snapshot = await get();
    writeFileSync(blob(WEIGHTS), 'x');
    rmSync(blob('config.json'));
    await get();
    expect(filesOf(snapshot)).toEqual(whole);
    rmSync(path.join(snapshot, WEIGHTS));
    writeFileSync(path.join(snapshot, WEIGHTS), 'x');
    await get();
    expect(filesOf(snapshot)).toEqual(whole);
  });

  it('stops when the Hub tags a file with another hash', async () => {
    hub.faults = { otherTag: true };
    await expect(get()).rejects.toThrow(
      /config\.json changed on .* while the model was fetched; start again/,
    );
  });

  it('does not take a refusal of the store for one of the Hub', async () => {
    hub.faults = { refuseCdn: 403 };
    await expect(get()).rejects.toThrow(/^127\S+ answered 403 for tiny\/llama; start again$/);
  });

  it('says where nothing can be written', async () => {
    writeFileSync(hubHome, 'a file in place of the folder');
    await expect(get()).rejects.toThrow(
      /^cannot write .*models--tiny--llama \((ENOTDIR|EEXIST)\); choose another place/,
    );
    rmSync(hubHome);
    writeFileSync(prepared(path.join(folder(), 'snapshots')), '');
    await expect(get()).rejects.toThrow(/^cannot write .*; choose another place/);
  });

  it('removes a file that is longer than the Hub says', async () => {
    hub.faults = { lengthen: true };
    await expect(get()).rejects.toThrow(/is longer than it says.* is removed; start again/);
    expect(existsSync(`${blob(WEIGHTS)}.incomplete`)).toBe(false);
  });

  it('looks at the disk first', async () => {
    await expect(get(NAME, {}, () => 4000)).rejects.toThrow(/needs 4\.6 kB more, but .* has 4\.0 kB free/);
    expect(existsSync(folder())).toBe(false);
  });

  it.each<[string, string, object, NodeJS.ProcessEnv, RegExp]>([
    [
      'a pickle',
      'old/pickle',
      {},
      {},
      /only as a pickle \(pytorch_model\.bin\).*not fetched.*safe_serialization=True/,
    ],
    ['no model', 'old/data', {}, {}, /has no config\.json: it is no model of transformers/],
    ['no such name', 'no/such', {}, {}, /^127\.0\.0\.1:\d+ has no model no\/such; check the name$/],
    ['no such revision', `${NAME}@v9`, {}, {}, /has no such revision; check what follows the @/],
    [
      '401',
      NAME,
      { refuse: [401] },
      {},
      /no public model tiny\/llama: check the name; if .* and set HF_TOKEN/,
    ],
    ['401 with a token', NAME, { refuse: [401] }, { HF_TOKEN: 'x' }, /check that your token \(HF_TOKEN/],
    [
      'gated',
      NAME,
      { refuse: [401, 'GatedRepo'] },
      {},
      /accept its licence.*\/tiny\/llama, and set HF_TOKEN/,
    ],
    [
      '403',
      NAME,
      { refuse: [403] },
      { HF_TOKEN: 'x' },
      /accept its licence.* check that your token may read it/,
    ],
    ['429', NAME, { refuse: [429] }, {}, /answered 429 about tiny\/llama; it asks to wait/],
    ['503', NAME, { refuse: [503] }, {}, /answered 503 about tiny\/llama; try again later/],
    ['a login page', NAME, { page: true }, {}, /does not answer like the Hub .*; check HF_ENDPOINT/],
    ['no network', NAME, {}, { HF_ENDPOINT: closedPort }, /^cannot reach 127\.0\.0\.1:\d+ \(ECONNREFUSED\)/],
    [
      'an unknown host',
      NAME,
      {},
      { HF_ENDPOINT: 'http://hub.invalid' },
      /cannot reach hub\.invalid \(E\w+\)/,
    ],
    ['offline mode', NAME, {}, { HF_HUB_OFFLINE: '1' }, /HF_HUB_OFFLINE=1 forbids to ask the Hub/],
    ['an odd token', NAME, {}, { HF_TOKEN: 'hf_a\nb' }, /^HF_TOKEN holds spaces or signs that no token has/],
    [
      'an odd endpoint',
      NAME,
      {},
      { HF_ENDPOINT: 'huggingface.co' },
      /HF_ENDPOINT is "huggingface\.co"; give an address/,
    ],
  ])('one line: %s', async (_name, text, faults, more, message) => {
    hub.faults = faults;
    const error = await get(text, more).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ name: 'UserError', message: expect.stringMatching(message) as string });
    expect((error as Error).message).not.toContain('\n');
    expect(fetched()).toEqual([]);
    expect(existsSync(path.join(hubHome, 'hub'))).toBe(false);
  });

  it('is one line and exit code 2 for who runs the command', async () => {
    const { code, stderr } = await run(['get', NAME, '--yes'], { HF_ENDPOINT: closedPort });
    expect([code, stderr.trim().split('\n')]).toEqual([
      2,
      [expect.stringMatching(/^credence: cannot reach/)],
    ]);
  });
});

/** A file's name, its folder made. */
function prepared(file: string): string {
  mkdirSync(path.dirname(file), { recursive: true });
  return file;
}

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
      /model\.safetensors are damaged: the file has only 1 bytes/,
    );
    expect(named(NAME)).toMatchObject({
      revision: COMMIT,
      refs: ['main'],
      problem: 'incomplete: config.json is missing',
    });
    const text = (await run(['--dir', other])).stdout;
    expect(text).toMatch(/huge +mamba +200,000,000,000 +400 GB/);
    expect(text).toMatch(/TB, too much/);
    expect(text).toMatch(/cut does not open: .*has only 1 bytes/);
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
