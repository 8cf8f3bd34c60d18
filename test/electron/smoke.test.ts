/** The built app in Electron itself, wherever its binary is. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasScreen } from '#main/server/browser.ts';
import { HOW_TO_GET_IT, installedElectron } from '../../scripts/electron-binary.ts';
import { temporaryFolder, TINY, writeIn } from '../credence.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const MINUTE = 60_000;

const binary = installedElectron();
const reason = !binary
  ? `its binary is not on this machine; ${HOW_TO_GET_IT}`
  : hasScreen()
    ? null
    : 'there is no screen; run the tests under xvfb-run';

if (reason) process.stderr.write(`The tests in Electron are skipped: ${reason}.\n`);

/** Chromium's sandbox does not start as root. */
const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

describe.skipIf(reason !== null)('the app in Electron', { timeout: 3 * MINUTE }, () => {
  const home = temporaryFolder();
  const args = [...asRoot, `--user-data-dir=${temporaryFolder()}`, ROOT];
  const env = { ...process.env, CREDENCE_HOME: home } as Record<string, string>;
  let app: ElectronApplication;
  let page: Page;

  beforeAll(async () => {
    expect(existsSync(path.join(ROOT, 'out', 'main', 'app.js')), 'npm run build comes first').toBe(true);
    app = await _electron.launch({ executablePath: binary!, args, env });
    page = await app.firstWindow();
  }, MINUTE);
  afterAll(() => app?.close());

  it('opens a window of its own origin, which can reach neither Node nor the network', async () => {
    expect(page.url()).toMatch(/^credence:\/\/app\//);
    const reach = await page.evaluate(async () => ({
      node: ['require', 'process', 'module', 'Buffer'].filter((name) => name in globalThis),
      bridge: Object.keys((globalThis as unknown as { credence: object }).credence).sort(),
      network: await fetch('https://example.com').then(
        () => 'reached',
        () => 'refused',
      ),
      files: await fetch('file:///etc/hostname').then(
        () => 'reached',
        () => 'refused',
      ),
    }));
    expect(reach).toEqual({
      node: [],
      bridge: ['call', 'subscribe'],
      network: 'refused',
      files: 'refused',
    });
  });

  it('refuses to go elsewhere, to open windows, and every permission', async () => {
    const before = page.url();
    const opened = await page.evaluate(`window.open('https://example.com') === null`);
    await page.evaluate(`void (location.href = 'https://example.com')`);
    await page.waitForTimeout(500);
    const permission = await page.evaluate(
      `navigator.permissions.query({ name: 'notifications' }).then(({ state }) => state)`,
    );
    expect([opened, page.url(), permission]).toEqual([true, before, 'denied']);
    expect(app.windows()).toHaveLength(1);
  });

  it('trains a design in utility processes', async () => {
    const design = writeIn(home, 'design.yaml', TINY);
    await page.getByRole('button', { name: 'Design', exact: true }).click();
    await page.getByRole('toolbar', { name: 'Design' }).waitFor();
    await page.locator('input[accept=".yaml,.yml"]').setInputFiles(design);
    await page.getByRole('button', { name: 'Run 2 seeds' }).click();
    await page.getByText('2 of 2 seeds done').waitFor({ timeout: 2 * MINUTE });
  });

  it('is there once: a second start ends and leaves the first alone', () => {
    const second = spawnSync(binary!, args, { env, timeout: MINUTE });
    expect(second.status).toBe(0);
    expect(app.windows()).toHaveLength(1);
  });
});
