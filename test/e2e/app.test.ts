import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Download, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credence } from '../credence.ts';
import { hasChromium, openApp, type App } from './browser.ts';

/** The quick start, shrunken: about five seconds a seed, evaluated every epoch. */
const SMALL = `
name: small
dataset: { kind: world, n_entities: 160, n_attributes: 4, n_values: 4 }
model: { architecture: gpt2, d_model: 48, n_layers: 1, n_heads: 2 }
training:
  loss: targets
  optimizer: { name: adamw }
  stage0: { epochs: 12, batch_size: 16, lr: 1.0e-3 }
  stage1: { epochs: 14, batch_size: 16, lr: 1.0e-3, fact_share: 1 }
  stage2: { epochs: 6, batch_size: 16, lr: 5.0e-4 }
evaluation: { tests: [questions] }
seeds: 2
`;

const MINUTE = 60_000;

async function importYaml(page: Page, home: string, text: string): Promise<void> {
  const file = path.join(home, 'design.yaml');
  writeFileSync(file, text);
  await page.getByRole('button', { name: 'Design', exact: true }).click();
  await page.getByRole('toolbar', { name: 'Design' }).waitFor();
  await page.locator('input[accept=".yaml,.yml"]').setInputFiles(file);
}

async function exported(page: Page, item: string): Promise<string> {
  await page.getByRole('button', { name: 'Export comparison' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: item }).click(),
  ]);
  return contentOf(download);
}

async function contentOf(download: Download): Promise<string> {
  return readFileSync(await download.path(), 'latin1');
}

describe.skipIf(!hasChromium)('the app in a browser', { timeout: 3 * MINUTE }, () => {
  let app: App;
  let page: Page;

  beforeAll(async () => {
    app = await openApp();
    page = app.page;
  }, 2 * MINUTE);

  afterAll(() => app?.close());

  it('offers the quick start on a first run; it trains, stops, and can be deleted and brought back', async () => {
    await page.getByRole('button', { name: 'Run the quick start' }).click();
    await page.getByRole('heading', { name: 'pocket' }).waitFor();
    const meter = page.getByRole('progressbar', { name: 'Seed 0' });
    await expect
      .poll(async () => Number(await meter.getAttribute('aria-valuenow')), { timeout: MINUTE })
      .toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByRole('button', { name: 'Resume', exact: true }).waitFor();
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByText('No experiments yet.').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page
      .getByRole('navigation', { name: 'Experiments' })
      .getByRole('link', { name: /pocket/ })
      .waitFor();
  });

  it('designs from a YAML file, runs it and draws the curve while it trains', async () => {
    await importYaml(page, app.home, SMALL);
    await page.getByRole('button', { name: 'Run 2 seeds' }).click();
    await page.getByRole('heading', { name: 'small' }).waitFor();
    const figure = page.getByTestId('curves').getByRole('img');
    const seen = new Set<string>();
    await expect
      .poll(
        async () => {
          if ((await page.getByText('2 of 2 seeds done').count()) > 0) return true;
          seen.add((await figure.getAttribute('aria-label')) ?? '');
          return false;
        },
        { timeout: 2 * MINUTE, interval: 150 },
      )
      .toBe(true);
    expect(seen.size, 'descriptions of the curve while it trained').toBeGreaterThan(3);
  });

  it('shows the numbers that the command line shows', async () => {
    const { stdout } = await credence(['show', '2', '--json'], app.home);
    const { subsets } = JSON.parse(stdout) as { subsets: Record<string, { stage2: { mean: number } }> };
    const row = page
      .getByTestId('results')
      .getByRole('row')
      .filter({ has: page.locator('[title^="d1consis:"]') });
    const mean = subsets['d1consis']?.stage2.mean ?? NaN;
    expect(await row.locator('td').nth(2).innerText()).toContain((mean * 100).toFixed(1));
  });

  it('keeps following after a reload, in two tabs, from the keyboard', async () => {
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Search experiments and commands…').fill('copy');
    await page.keyboard.press('Enter');
    await page
      .getByRole('heading', { name: 'small 2' })
      .or(page.getByRole('heading', { name: /small.+/ }))
      .first()
      .waitFor();
    const other = await app.context.newPage();
    await other.goto(page.url());
    await page.reload();
    for (const tab of [page, other])
      await tab.getByText('2 of 2 seeds done').waitFor({ timeout: 2 * MINUTE });
    await other.close();
  });

  it('compares two experiments and exports figure and table', async () => {
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    await page.getByRole('button', { name: 'Add experiment' }).click();
    await page.getByPlaceholder('Search experiments…').fill('2 small');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page
      .getByTestId('sentences')
      .getByText(/^IML effect/)
      .waitFor();
    await page.getByText('Nothing: the configs are the same.').waitFor();
    const svg = await exported(page, 'Figure (SVG)');
    expect(svg).toContain('</svg>');
    expect(svg).toContain('d1consis');
    expect(await exported(page, 'Figure (PNG)')).toMatch(/^.PNG/);
    expect((await exported(page, 'Every evaluation (CSV)')).split('\n').length).toBeGreaterThan(100);
  });

  it('has no serious accessibility findings in any view, light or dark', async () => {
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      for (const place of ['runs/2', 'compare/2,3', 'design', 'queue']) {
        await page.goto(`${new URL(page.url()).origin}/#/${place}`);
        await page.waitForTimeout(1200);
        const { violations } = await new AxeBuilder({ page }).analyze();
        const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        const found = serious.map(
          ({ id, nodes }) =>
            `${id}: ${nodes
              .slice(0, 3)
              .map(({ html }) => html)
              .join(' | ')}`,
        );
        expect(found, `${place}, ${theme}`).toEqual([]);
      }
    }
  });

  it('reported no error of its own', () => {
    expect(app.errors).toEqual([]);
  });
});
