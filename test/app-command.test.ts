/** `credence app`: which browser opens the window, and what is said of it. Stand-ins for browsers are on the path. */
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { startCredence, temporaryFolder, until, writeIn } from './credence.ts';

/** A browser that notes its words and ends with a code, or stays where that is null. */
function browser(folder: string, name: string, code: number | null): void {
  mkdirSync(folder, { recursive: true });
  const end = code === null ? 'exec sleep 60' : `exit ${code}`;
  const file = writeIn(folder, name, `#!/bin/sh\necho "$@" > "${folder}/${name}.words"\n${end}\n`);
  chmodSync(file, 0o755);
}

async function opened(programs: Record<string, number | null>, screen = ':99'): Promise<[string, string]> {
  const home = temporaryFolder();
  const folder = path.join(home, 'bin');
  for (const [name, code] of Object.entries(programs)) browser(folder, name, code);
  const env = { PATH: `${folder}:/bin`, DISPLAY: screen, WAYLAND_DISPLAY: '' };
  const running = startCredence(['app'], home, home, env);
  await until(() => /opened |no browser|no screen/.test(running.output()), 'a browser to be named');
  running.child.kill('SIGTERM');
  await running.finished;
  return [running.output(), folder];
}

describe.skipIf(process.platform !== 'linux')('credence app', () => {
  it('opens a window of the first browser of Chromium’s family that starts', async () => {
    const [said, folder] = await opened({ 'google-chrome': 1, chromium: null });
    expect(said).toMatch(/opened as a window of Chromium; Ctrl-C ends Credence/);
    const address = /http:\S+/.exec(said)?.[0];
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=/);
    for (const name of ['google-chrome', 'chromium'])
      expect(readFileSync(path.join(folder, `${name}.words`), 'utf8')).toBe(
        `--app=${address} --window-size=1280,840\n`,
      );
  });

  it('takes a browser that hands the address over to one that is open, and ends, as opened', async () => {
    const [said] = await opened({ 'microsoft-edge': 0 });
    expect(said).toMatch(/opened as a window of Edge/);
  });

  it('says that there is no screen', async () => {
    const [said] = await opened({ chromium: null }, '');
    expect(said).toMatch(/there is no screen here; open the address above in a browser/);
  });
});
