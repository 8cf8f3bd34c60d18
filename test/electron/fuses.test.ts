/**
 * The fuses of a packaged app. No Electron binary is needed: the official library flips them in a file that
 * carries a fuse wire as Electron documents it (sentinel, version, length, one byte a fuse).
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { describe, expect, it } from 'vitest';
import { FUSES } from '../../scripts/fuses.ts';
import { temporaryFolder, writeIn } from '../credence.ts';

const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const NAMES = Object.values(FuseV1Options).filter(
  (value): value is FuseV1Options => typeof value === 'number',
);

function fileWithWire(length = NAMES.length): string {
  const wire = Buffer.from([1, length, ...Array<number>(length).fill(FuseState.INHERIT)]);
  const content = Buffer.concat([Buffer.alloc(5000, 7), Buffer.from(SENTINEL), wire, Buffer.alloc(100)]);
  return writeIn(temporaryFolder(), 'credence', content);
}

function fuses(...args: string[]) {
  const script = path.join(import.meta.dirname, '..', '..', 'scripts', 'fuses.ts');
  return spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
}

describe('npm run fuses', () => {
  it('sets every fuse there is, so that the binary runs nothing but the app', async () => {
    const file = fileWithWire();
    const { status, stdout } = fuses(file);
    expect([status, stdout]).toEqual([0, `${file}: fuses set; sign the app now\n`]);
    const wire = await getCurrentFuseWire(file);
    for (const fuse of NAMES)
      expect(wire[fuse], FuseV1Options[fuse]).toBe(FUSES[fuse] ? FuseState.ENABLE : FuseState.DISABLE);
    expect(wire[FuseV1Options.RunAsNode]).toBe(FuseState.DISABLE);
    expect(wire[FuseV1Options.OnlyLoadAppFromAsar]).toBe(FuseState.ENABLE);
  });

  it('refuses a binary with a fuse that is not known yet', () => {
    const { status, stderr } = fuses(fileWithWire(NAMES.length + 1));
    expect(status).toBe(2);
    expect(stderr).toMatch(/strictlyRequireAllFuses/);
  });

  it.each([
    [[], /^credence: name the binary of the packaged app/],
    [['/nowhere/credence'], /^credence: \/nowhere\/credence does not exist/],
    [[writeIn(temporaryFolder(), 'other', 'no Electron')], /Could not find sentinel/],
  ])('says what is wrong with %j', (args, message) => {
    const { status, stderr } = fuses(...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  });
});
