/** The table of experiments and runs: filter with completion, columns, order, views, groups, labels and folders, by keyboard too. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHistory } from '#main/history/history.ts';
import { writeHistory } from '../../bench/app/history.ts';
import { temporaryFolder } from '../credence.ts';
import { hasChromium, openShared, type App } from './browser.ts';
import { seriousFindings } from './looks.ts';
import { choose } from './steps.ts';

describe.skipIf(!hasChromium)('the table of the history', () => {
  let app: App;
  let page: Page;
  const filter = () => page.getByRole('combobox', { name: 'Filter' });
  const table = (rows: 'experiments' | 'runs') => page.getByTestId(rows);
  const heads = () => page.locator('thead').getByRole('columnheader').allInnerTexts();
  const names = async () =>
    (await table('experiments').locator('td a').allInnerTexts()).map((text) => text.trim());
  const header = () => page.locator('main header p').first().innerText();

  beforeAll(async () => {
    const home = temporaryFolder();
    writeHistory(home, { experiments: 300, seeds: 2, evaluations: 3 });
    const history = openHistory(path.join(home, 'history.sqlite'));
    for (const id of [3, 4, 7]) history.addLabel(id, 'paper');
    history.addNote(9, 'Looks at Semin');
    history.close();
    app = await openShared(home);
    page = app.page;
  }, 180_000);

  afterAll(() => app?.close());

  it('is filtered as one types, with ways to go on, by keyboard alone', async () => {
    await filter().click();
    await page.keyboard.type('alph');
    await page.getByRole('option', { name: /^tags\.correlation/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.keyboard.type('< 0.8 and label:p');
    await page.getByRole('option', { name: /^paper/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await expect.poll(() => filter().inputValue()).toBe('tags.correlation < 0.8 and label:paper ');
    await expect.poll(header).toMatch(/^3 experiments, 6 runs, as searched for; 300 in all/);
    expect(page.url()).toContain('where=tags.correlation');
    await filter().fill('semin');
    await expect.poll(header).toMatch(/^1 experiment,/);
    await filter().fill('alpha <');
    await page.getByText('ends where more is needed').waitFor();
    await filter().fill('');
    await expect.poll(header).toBe('300 experiments, 600 runs');
  });

  it('takes what fits all that was typed, though keys come faster than ways to go on', async () => {
    await filter().fill('a');
    await page.getByRole('option', { name: /^archived/ }).waitFor();
    await page.route('**/api/table.complete', async (route) => {
      await setTimeout(500);
      await route.continue();
    });
    await filter().press('End');
    await page.keyboard.type('lph');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.keyboard.type('< 0.8');
    await expect.poll(() => filter().inputValue()).toBe('tags.correlation < 0.8');
    await filter().fill('arch');
    // Still the list of before: what is clicked takes the place of all that was typed.
    await page.getByRole('option').first().waitFor();
    await page.keyboard.type('i');
    await page.getByRole('option', { name: /^archived/ }).click();
    await expect.poll(() => filter().inputValue()).toBe('archived ');
    await page.unrouteAll({ behavior: 'wait' });
    await filter().fill('');
    await expect.poll(header).toBe('300 experiments, 600 runs');
  });

  it('has the columns that one chooses, in the order that one chooses, and a link to it shows the same', async () => {
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByPlaceholder(/^alpha, max/).fill('alpha');
    await page
      .getByRole('option', { name: /correlation/ })
      .first()
      .click();
    // What is measured goes by its own name, too: a metric, the difference of two subsets, that to a baseline.
    for (const name of ['d1consis-d3consis', 'iml.vs2', 'max(d1consis.loss)']) {
      await page.getByPlaceholder(/^alpha, max/).fill(name);
      await page.getByRole('option', { name: `Column “${name}”` }).click();
    }
    await page.keyboard.press('Escape');
    await expect.poll(heads).toContain('IML effect less #2');
    expect(await heads()).toContain('d1consis − d3consis at the end');
    await page.getByRole('button', { name: 'max(d1consis.loss)' }).click();
    await expect.poll(heads).toContain('Truthfulness α');
    await expect.poll(() => page.url()).toContain('sort=-max');
    await filter().fill('alpha = 0.5');
    const first = table('experiments').locator('tr[data-at="0"]');
    await expect.poll(async () => (await first.innerText()).includes('0.5')).toBe(true);
    await expect.poll(() => page.url()).toContain('where=alpha');
    const other = await app.tab();
    await other.goto(page.url());
    await other.locator('tr[data-at="0"]').waitFor();
    await expect.poll(() => other.locator('tr[data-at="0"]').innerText()).toBe(await first.innerText());
    expect(await other.getByRole('combobox', { name: 'Filter' }).inputValue()).toBe('alpha = 0.5');
    await other.close();
  });

  it('draws only the rows in sight, and those that one scrolls to', async () => {
    await filter().fill('');
    const frame = page.getByRole('region', { name: 'Table' });
    await expect.poll(() => table('experiments').getAttribute('aria-rowcount')).toBe('301');
    expect(await table('experiments').locator('tr[data-at]').count()).toBeLessThan(60);
    await frame.evaluate(
      (each: { scrollTop: number; scrollHeight: number }) => (each.scrollTop = each.scrollHeight),
    );
    await table('experiments').locator('tr[data-at="299"]').waitFor();
    await table('experiments').locator('tr[data-at="298"] a').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('x');
    await page.getByText('1 experiment selected').waitFor();
    await page.keyboard.press('Escape');
  });

  it('is saved as a view, in the history', async () => {
    await filter().fill('label:paper');
    await page.getByRole('button', { name: 'Saved views' }).click();
    await page.getByRole('menuitem', { name: 'Save this view…' }).click();
    await page.keyboard.type('for the paper');
    await page.keyboard.press('Enter');
    await page.getByText('Saved the view for the paper').waitFor();
    await page.getByRole('button', { name: 'As it was opened at first' }).click();
    await expect.poll(() => page.url()).toMatch(/#\/runs$/);
    await page.reload();
    await page.getByRole('button', { name: 'Saved views' }).click();
    await page.getByRole('menuitem', { name: 'for the paper' }).first().click();
    await expect.poll(() => filter().inputValue()).toBe('label:paper');
    await expect.poll(heads).toContain('max(d1consis.loss)');
    await expect.poll(() => table('experiments').locator('tr[data-at]').count()).toBe(3);
  });

  it('takes back a view that was chosen, a filter cleared or typed, and an order; and makes them again', async () => {
    const where = () => new URLSearchParams(page.url().split('?')[1]).get('where');
    await page.getByRole('button', { name: 'As it was opened at first' }).click();
    await expect.poll(() => filter().inputValue()).toBe('');
    // The view comes back whole: filter, columns and order.
    await page.getByRole('button', { name: 'Undo (Ctrl Z)' }).click();
    await expect.poll(() => filter().inputValue()).toBe('label:paper');
    await expect.poll(heads).toContain('max(d1consis.loss)');
    await expect.poll(() => table('experiments').locator('tr[data-at]').count()).toBe(3);
    await filter().fill('');
    await expect.poll(where).toBeNull();
    // In the field as well, whose own undo knows of nothing but keys.
    await filter().press('Control+z');
    await expect.poll(() => filter().inputValue()).toBe('label:paper');
    await expect.poll(() => table('experiments').locator('tr[data-at]').count()).toBe(3);
    await filter().press('Control+Shift+z');
    await expect.poll(() => filter().inputValue()).toBe('');
    await filter().press('Control+z');
    await page.getByRole('button', { name: 'Truthfulness α' }).click();
    await expect.poll(() => page.url()).toContain('sort=tags.correlation');
    // Choosing the view is one step: order, columns and filter together.
    await page.getByRole('button', { name: 'Saved views' }).click();
    await page.getByRole('menuitem', { name: 'for the paper' }).first().click();
    await expect.poll(() => page.url()).toContain('sort=-max');
    await page.getByTestId('experiments').locator('a').first().focus();
    await page.keyboard.press('Control+z');
    await expect.poll(() => page.url()).toContain('sort=tags.correlation');
    await page.keyboard.press('Control+z');
    await expect.poll(() => page.url()).toContain('sort=-max');
    expect(where()).toBe('label:paper');
  });

  it('puts all that is ticked into a folder or under a label, which can be undone', async () => {
    await page.getByRole('checkbox', { name: 'Select all' }).click();
    const bar = page.getByRole('toolbar', { name: 'Selected experiments' });
    await bar.getByRole('button', { name: 'Label' }).click();
    await page.keyboard.type('/first study');
    await page.keyboard.press('Enter');
    await page.getByText('Put the folder /first study on 3 experiments').waitFor();
    await page.keyboard.press('Escape');
    await filter().fill('folder = "first study"');
    await expect.poll(header).toMatch(/^3 experiments/);
    await page.getByRole('button', { name: 'Undo', exact: true }).first().click();
    await expect.poll(header).toMatch(/^0 experiments/);
    await filter().fill('');
    await bar.getByRole('button', { name: /Clear the selection/ }).click();
  });

  it('shows runs, whose numbers lead to their questions, and groups of them; and can be taken away', async () => {
    await page.getByRole('radio', { name: 'Runs', exact: true }).click();
    await expect.poll(() => table('runs').getAttribute('aria-rowcount')).toBe('601');
    await table('runs')
      .getByRole('link', { name: /^\d+\.\d$/ })
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Group', exact: true }).click();
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    const groups = page.getByTestId('groups').getByRole('row');
    await expect.poll(() => groups.count()).toBe(5);
    expect(await groups.nth(1).innerText()).toMatch(/^0\.5\s+150\s+\d\d\.\d\s+\d\d\.\d to \d\d\.\d$/);
    await page.getByRole('button', { name: 'Export table' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'CSV' }).click(),
    ]);
    const lines = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\n');
    expect([lines.length, lines[0]]).toEqual([601, expect.stringContaining('d1consis')]);
  });

  it('is copied as it is read: every row, not only those in sight, and the list as it opens as well', async () => {
    await app.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const copied = async (as: string) => {
      await page.evaluate(() => navigator.clipboard.writeText(''));
      await choose(page, 'Copy the table: all rows', as);
      const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
      await expect.poll(clipboard).not.toBe('');
      return (await clipboard()).trim().split('\n');
    };
    const shown = await table('runs').getByRole('row').nth(1).getByRole('cell').allInnerTexts();
    const [head, first, ...rest] = await copied('For a spreadsheet (TSV)');
    expect(head).toMatch(/^Number\tExperiment\t/);
    expect(first!.split('\t')).toEqual(shown.map((text) => text.trim()).filter(Boolean));
    expect(rest).toHaveLength(599);
    await page.getByRole('radio', { name: 'Experiments', exact: true }).click();
    await filter().fill('label:paper');
    await expect.poll(header).toMatch(/^3 experiments/);
    const [heads, , ...rows] = await copied('Markdown');
    expect(heads).toContain('| State');
    expect(rows.map((row) => row.split('|')[2]!.trim())).toEqual(['sweep 7', 'sweep 4', 'sweep 3']);
    await filter().fill('');
  });

  it('has no serious finding of axe, in light and dark', async () => {
    await filter().fill('alph');
    await page.getByRole('option').first().waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
      expect(await seriousFindings(page), colorScheme).toEqual([]);
    }
    expect(await names()).toEqual([]);
    expect(app.errors).toEqual([]);
  });
});
