/** `credence models get` as a user runs it, against a small Hub on loopback: what is fetched, kept, refused and asked for. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openModelFolder } from '#lab/weights/model-folder.ts';
import { resolveModel } from '#lab/weights/resolve-model.ts';
import { ENTRY, startCredence, until } from './credence.ts';
import { COMMIT, hashOf } from './hub-server.ts';
import {
  NAME,
  WEIGHTS,
  home,
  filesOf,
  whole,
  hub,
  closedPort,
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
