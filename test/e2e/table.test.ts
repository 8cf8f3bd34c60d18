/** Many experiments at once: the table that sorts them, the selection, what it does, and what can be taken away. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credence, temporaryFolder, writeIn } from '../credence.ts';
import { tiny, trainInto } from '../service.ts';
import { hasChromium, openShared, type App } from './browser.ts';

const NAMES = ['tiny b', 'tiny c', 'tiny a'];

/** A rate at which the first seconds of training end in a loss that is no number. */
const DIVERGING = `
name: diverging
dataset: { kind: world, n_entities: 300, n_attributes: 6, n_values: 8 }
model: { architecture: gpt2, d_model: 64, n_layers: 2, n_heads: 4 }
training:
  loss: targets
  optimizer: { name: adamw, beta2: 0.99, eps: 1.0e-6, weight_decay: 0.3, clip_norm: null }
  stage1: { epochs: 24, batch_size: 64, lr: 10, definition_repeats: 2 }
  stage2: { epochs: 1 }
seeds: 1
`;

describe.skipIf(!hasChromium)('many experiments at once', () => {
  let app: App;
  let page: Page;
  const table = () => page.getByTestId('experiments');
  const names = async () => (await table().locator('td.name a').allInnerTexts()).map((text) => text.trim());
  const bar = () => page.getByRole('toolbar', { name: 'Selected experiments' });
  const go = (place: string) => page.goto(`${new URL(page.url()).origin}/#/${place}`);

  beforeAll(async () => {
    const home = temporaryFolder();
    for (const name of NAMES) await trainInto(home, tiny({ name }));
    await credence(['run', writeIn(home, 'diverging.yaml', DIVERGING)], home);
    app = await openShared(home);
    page = app.page;
  }, 180_000);

  afterAll(() => app?.close());

  it('are rows of a table, newest first, sorted by any column either way', async () => {
    await table().waitFor();
    expect(await names()).toEqual(['diverging', ...[...NAMES].reverse()]);
    const head = table().getByRole('button', { name: 'Experiment' });
    await head.click();
    expect(await names()).toEqual(['diverging', 'tiny a', 'tiny b', 'tiny c']);
    await head.click();
    expect(await names()).toEqual(['tiny c', 'tiny b', 'tiny a', 'diverging']);
    await page.getByRole('searchbox').fill('tiny a');
    expect(await names()).toEqual(['tiny a']);
    await page.getByRole('searchbox').fill('');
  });

  it('show every run with its numbers, which can be taken away', async () => {
    await page.getByRole('radio', { name: 'Runs', exact: true }).click();
    const runs = page.getByTestId('runs');
    await runs.waitFor();
    await expect.poll(() => runs.locator('tbody tr[data-at]').count()).toBe(7);
    await page.getByRole('button', { name: 'Export table' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'CSV' }).click(),
    ]);
    const lines = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\n');
    expect(lines[0]).toContain('d1consis');
    expect(lines).toHaveLength(8);
    await page.getByRole('radio', { name: 'Experiments', exact: true }).click();
  });

  it('are ticked by keyboard, labelled, deleted and brought back together', async () => {
    await page.locator('.history-link').nth(1).focus();
    for (const key of ['x', 'ArrowDown', 'x']) await page.keyboard.press(key);
    await bar().getByText('2 experiments selected').waitFor();
    await bar().getByRole('button', { name: 'Label' }).click();
    await page.keyboard.type('pair');
    await page.keyboard.press('Enter');
    await expect.poll(() => table().getByText('pair', { exact: true }).count()).toBe(2);
    await page.keyboard.press('Escape');
    await bar().getByRole('button', { name: 'Delete' }).click();
    await expect.poll(names).toHaveLength(2);
    await expect.poll(() => bar().count()).toBe(0);
    await page
      .getByRole('listitem')
      .filter({ hasText: 'Deleted 2 experiments' })
      .getByRole('button', { name: 'Undo', exact: true })
      .click();
    await expect.poll(names).toHaveLength(4);
  });

  it('are compared together; forest plot and table can be taken away', async () => {
    await table().getByRole('checkbox', { name: 'Select tiny b' }).click();
    await table()
      .getByRole('checkbox', { name: 'Select tiny a' })
      .click({ modifiers: ['Shift'] });
    await bar().getByRole('button', { name: 'Compare' }).click();
    await page.getByTestId('forest').locator('svg').first().waitFor();
    const take = async (item: string) => {
      await page.getByRole('button', { name: 'Export forest plot: IML effect' }).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: item }).click(),
      ]);
      return readFileSync(await download.path());
    };
    const svg = (await take('SVG, 3.25 in')).toString('utf8');
    expect(svg).toContain('tiny\u00a0b');
    expect((await take('PNG, 3.25 in')).subarray(1, 4).toString()).toBe('PNG');
    const [csv] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export table (CSV)' }).click(),
    ]);
    expect(readFileSync(await csv.path(), 'utf8')).toMatch(
      /^experiment,name,subset,when,exact_match,low,high,seeds,baseline,difference,difference_low,difference_high\n1,/,
    );
  });

  it('tell why a run failed, and lead to the config that must change', async () => {
    await go('runs/4');
    const note = page.getByRole('alert');
    await note.getByText(/training\.stage1\.lr: 10 made the loss/).waitFor();
    await note.getByRole('button', { name: 'Change in design' }).click();
    await page.getByRole('textbox', { name: 'Name of the experiment' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Name of the experiment' }).inputValue()).toBe(
      'diverging',
    );
    await go('queue');
    await page.getByTestId('ended-early').getByText('1 run failed').waitFor();
  });

  it('are not opened in design once one has gone elsewhere', async () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    await page.route('**/api/experiments.get', async (request) => {
      asked.resolve();
      await answer.promise;
      await request.continue();
    });
    await go('design/1');
    await asked.promise;
    await go('queue');
    const answered = page.waitForResponse('**/api/experiments.get');
    answer.resolve();
    await (await answered).finished();
    await page.unroute('**/api/experiments.get');
    await page.getByTestId('ended-early').waitFor();
    expect(page.url()).toMatch(/#\/queue$/);
  });

  it('keep the theme that was chosen, in another browser too', async () => {
    const themeOf = (each: Page) => each.evaluate<string>('document.documentElement.dataset.theme');
    await page.getByRole('button', { name: 'Theme' }).click();
    await page.getByRole('menuitem', { name: 'Dark' }).click();
    await expect.poll(() => themeOf(page)).toBe('dark');
    const other = await app.context.newPage();
    await other.goto(page.url());
    await other.evaluate('localStorage.clear()');
    await other.reload();
    await expect.poll(() => themeOf(other)).toBe('dark');
    await other.getByRole('button', { name: 'Theme' }).click();
    await other.getByRole('menuitem', { name: 'Follow the system' }).click();
    await expect.poll(() => themeOf(page)).toBe('light');
    await other.close();
  });

  it('report no error of their own', () => {
    expect(app.errors).toEqual([]);
  });
});
