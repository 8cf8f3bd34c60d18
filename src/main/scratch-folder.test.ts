import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { scratchFolder } from './scratch-folder.ts';

const home = mkdtempSync(path.join(tmpdir(), 'credence-scratch-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const at = (name: string) => path.join(home, name);

function folder(name: string, hours: number, fileHours = hours): void {
  mkdirSync(at(name));
  writeFileSync(at(`${name}/content.sqlite`), 'x');
  const ago = (of: number) => new Date(Date.now() - of * 60 * 60 * 1000);
  utimesSync(at(`${name}/content.sqlite`), ago(fileHours), ago(fileHours));
  utimesSync(at(name), ago(hours), ago(hours));
}

it('removes what was left behind a day ago, and nothing that is written to or of others', () => {
  folder('.credence-left', 25);
  folder('.credence-young', 23);
  folder('.credence-written', 25, 1);
  folder('.credences', 99);
  folder('models', 99);
  writeFileSync(at('.credence-file'), 'x');
  utimesSync(at('.credence-file'), 0, 0);
  const made = scratchFolder(home);
  expect(readdirSync(made)).toEqual([]);
  expect(path.dirname(made)).toBe(home);
  expect(existsSync(at('.credence-left'))).toBe(false);
  for (const name of ['.credence-young', '.credence-written', '.credences', 'models', '.credence-file'])
    expect(existsSync(at(name)), name).toBe(true);
});
