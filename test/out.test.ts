/**
 * `--out` writes where it is told to: through links, into pipes and devices, which stay what they are; a full
 * device gives one line. Devices are copies of the node in a folder of their own, never the real ones.
 */
import { execFileSync, spawn } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { credence, ENTRY, temporaryFolder, TINY, writeIn } from './credence.ts';

const home = temporaryFolder();
let csv = '';

/** A node of the kind of a device; null where that is not permitted. */
function node(name: string, ...kind: string[]): string | null {
  const file = path.join(temporaryFolder(), name);
  try {
    execFileSync('mknod', [file, ...kind], { stdio: 'ignore' });
    // Some systems allow the node and not its use.
    if (kind[0] === 'c') execFileSync('sh', ['-c', `: >> '${file}'`], { stdio: 'ignore' });
    return file;
  } catch {
    return null;
  }
}

const NULL = node('null', 'c', '1', '3');
const FULL = node('full', 'c', '1', '7');
const DISK = node('disk', 'b', '240', '7');

const exportTo = (out: string) => credence(['export', '1', '--out', out], home);

describe.skipIf(process.platform === 'win32')('--out', () => {
  beforeAll(async () => {
    const quick = TINY.replaceAll(/epochs: \d+/g, 'epochs: 1');
    expect(
      (await credence(['run', writeIn(home, 't.yaml', quick), '--seeds', '1', '--json'], home)).code,
    ).toBe(0);
    csv = (await credence(['export', '1'], home)).stdout;
    expect(csv).toContain('exact_match');
  });

  it('writes into a pipe, which stays one', async () => {
    const fifo = path.join(temporaryFolder(), 'pipe');
    execFileSync('mkfifo', [fifo]);
    const reader = spawn('cat', [fifo]);
    let read = '';
    reader.stdout.setEncoding('utf8').on('data', (text: string) => (read += text));
    const closed = new Promise((resolve) => reader.on('close', resolve));
    expect(await exportTo(fifo)).toMatchObject({ code: 0, stderr: `wrote ${fifo}\n` });
    await closed;
    expect(read).toBe(csv);
    expect(lstatSync(fifo).isFIFO()).toBe(true);
  });

  it.skipIf(!NULL)('writes to a device, which stays one', async () => {
    expect((await exportTo(NULL!)).code).toBe(0);
    expect(lstatSync(NULL!).isCharacterDevice()).toBe(true);
    // Nothing is replaced by it, so that no --force is needed.
    const config = writeIn(
      home,
      'authors.yaml',
      'data_arguments: { dataset: cvdb }\ntraining_arguments: {}\n',
    );
    const imported = await credence(['import', config, '--out', NULL!], home);
    expect(imported.stderr).not.toContain('already');
    expect(lstatSync(NULL!).isCharacterDevice()).toBe(true);
    const folder = await credence(['run', path.join(home, 't.yaml'), '--out', NULL!], home);
    expect([folder.code, folder.stdout]).toEqual([2, '']);
    expect(folder.stderr).toMatch(
      /^credence: --out: ".*null" is no folder; name a folder, which may be new\n$/,
    );
  });

  it.skipIf(!FULL)('says in one line that a device is full', async () => {
    expect(await exportTo(FULL!)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: `credence: cannot write "${FULL}" (ENOSPC); it is full: free some space, or choose another place\n`,
    });
    expect(lstatSync(FULL!).isCharacterDevice()).toBe(true);
  });

  it.skipIf(!DISK)('writes to no disk', async () => {
    expect(await exportTo(DISK!)).toMatchObject({
      code: 2,
      stderr: `credence: cannot write "${DISK}": it is a disk; name a file\n`,
    });
    expect(lstatSync(DISK!).isBlockDevice()).toBe(true);
  });

  it('adds to an open file under its number', async () => {
    const file = writeIn(temporaryFolder(), 'log', 'before\n');
    const words = [process.execPath, ENTRY, 'export', '1', '--out', '/dev/fd/1'].map((word) => `'${word}'`);
    execFileSync('sh', ['-c', `${words.join(' ')} >> '${file}'`], {
      env: { ...process.env, CREDENCE_HOME: home },
    });
    expect(readFileSync(file, 'utf8')).toBe(`before\n${csv}`);
  });

  it('follows links, those that lead nowhere yet as well, and keeps them', async () => {
    const folder = temporaryFolder();
    const there = writeIn(folder, 'there.csv', 'old');
    symlinkSync('there.csv', path.join(folder, 'link'));
    symlinkSync(path.join('link'), path.join(folder, 'link-to-link'));
    symlinkSync('new.csv', path.join(folder, 'dangling'));
    symlinkSync('loop', path.join(folder, 'loop'));
    for (const [link, target] of [
      ['link-to-link', there],
      ['dangling', path.join(folder, 'new.csv')],
    ]) {
      expect((await exportTo(path.join(folder, link))).code).toBe(0);
      expect(lstatSync(path.join(folder, link)).isSymbolicLink()).toBe(true);
      expect(readFileSync(target, 'utf8')).toBe(csv);
    }
    const loop = await exportTo(path.join(folder, 'loop'));
    expect([loop.code, loop.stderr.split('\n')]).toMatchObject([2, [expect.stringContaining('(ELOOP)'), '']]);
    expect(readdirSync(folder).sort()).toEqual([
      'dangling',
      'link',
      'link-to-link',
      'loop',
      'new.csv',
      'there.csv',
    ]);
  });

  it('follows the link of a folder of exported data', async () => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, 'real'));
    symlinkSync('real', path.join(folder, 'link'));
    const exported = () =>
      credence(
        ['export-data', path.join(home, 't.yaml'), '--out', path.join(folder, 'link'), '--force'],
        home,
      );
    for (let times = 0; times < 2; times++) expect((await exported()).code).toBe(0);
    expect(readlinkSync(path.join(folder, 'link'))).toBe('real');
    expect(readdirSync(path.join(folder, 'real'))).toContain('manifest.json');
    expect(readdirSync(folder).sort()).toEqual(['link', 'real']);
  });

  it.skipIf(process.getuid?.() === 0)('does not replace what may not be written', async () => {
    const file = path.join(temporaryFolder(), 'kept.csv');
    writeFileSync(file, 'kept', { mode: 0o444 });
    expect((await exportTo(file)).stderr).toMatch(/EACCES/);
    expect(readFileSync(file, 'utf8')).toBe('kept');
  });
});
