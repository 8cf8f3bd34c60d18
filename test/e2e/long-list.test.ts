/** A history longer than a window: its beginning is shown while the rest is on its way. */
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHistory } from '#main/history/history.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import { temporaryFolder } from '../credence.ts';
import { hasChromium, openShared, type App } from './browser.ts';

const MANY = 1234;
const LABELLED = 3;

/** Experiments that were only saved, the oldest few with a label. */
function writeMany(home: string): void {
  const history = openHistory(path.join(home, 'history.sqlite'));
  for (let i = 1; i <= MANY; i++) {
    const config = resolveConfig({ name: `number ${i}`, dataset: { kind: 'world' }, seeds: 1 });
    const { experiment } = history.createExperiment({ config, version: '0.0.0' });
    if (i <= LABELLED) history.addLabel(experiment.id, 'old');
  }
  history.close();
}

describe.skipIf(!hasChromium)('a long list', () => {
  let app: App;
  let page: Page;
  const header = () => page.locator('main header p');
  const rows = () => page.getByTestId('experiments').locator('tbody tr');
  const label = () => page.getByRole('group', { name: 'Labels' }).getByRole('button', { name: 'old' });

  beforeAll(async () => {
    const home = temporaryFolder();
    writeMany(home);
    app = await openShared(home);
    page = app.page;
  }, 180_000);

  afterAll(() => app?.close());

  it('shows its beginning, and how long it is, before all of it is there', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/api/experiments.list', async (route) => {
      await held;
      await route.continue();
    });
    await page.reload();
    await rows().first().getByText(`number ${MANY}`).waitFor();
    expect(await header().innerText()).toBe('1,234 experiments, 1,234 runs');
    expect(await page.locator('a.everything .count').innerText()).toBe('1,234');
    await expect.poll(() => label().count()).toBe(1);
    release();
    await label().click();
    await expect
      .poll(() => header().innerText())
      .toBe('3 experiments, 3 runs, as searched for; 1,234 in all');
    expect(await rows().count()).toBe(LABELLED);
    await label().click();
    await page.unroute('**/api/experiments.list');
  });

  it('finds the oldest, and names the one of an address', async () => {
    await page.getByRole('searchbox').fill('number 17');
    await expect.poll(() => rows().last().innerText()).toContain('number 17');
    await page.goto(`${app.origin}/#/compare/1,2`);
    await page.reload();
    await page.getByRole('button', { name: 'Take out number 1' }).waitFor();
  });

  it('is shown as a whole where its beginning cannot be had', async () => {
    await page.route('**/api/experiments.newest', (route) => route.abort());
    await page.goto(`${app.origin}/#/runs`);
    await page.reload();
    await rows().first().getByText(`number ${MANY}`).waitFor();
    expect(await header().innerText()).toContain('1,234 experiments');
    await page.unroute('**/api/experiments.newest');
  });
});
