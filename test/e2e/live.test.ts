/** What one window does not see happen, it still shows: reloads in mid-run, a second tab, the command line. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { startCredence, TINY, writeIn } from '../credence.ts';
import { ENDLESS, recipe, start } from './recipes.ts';
import { describeApp, go, historyLink, seedsDone, TRAINING } from './steps.ts';

const percent = async (page: Page) =>
  Number(await page.getByRole('progressbar', { name: 'All seeds' }).getAttribute('aria-valuenow'));

describeApp('following what happens', {}, (app) => {
  it('goes on following a run after a reload in mid-run', async () => {
    const { page } = app;
    const { experiment } = await start(
      app,
      recipe('long', { seeds: 2, width: 64, entities: 240, epochs: 90 }),
    );
    await go(app, `runs/${experiment.id}`);
    await expect.poll(() => percent(page), { timeout: TRAINING, interval: 50 }).toBeGreaterThan(0);
    await page.reload();
    await page.getByRole('button', { name: 'Stop', exact: true }).waitFor();
    const after = await percent(page);
    expect(after, 'per cent done after the reload').toBeLessThan(100);
    await expect.poll(() => percent(page), { timeout: TRAINING, interval: 50 }).toBeGreaterThan(after);
    await seedsDone(page, 2);
    await page.getByTestId('results').getByRole('row').nth(4).waitFor();
  });

  it('shows in one tab what is done in another: rename, label, note, stop', async () => {
    const { page } = app;
    const { experiment } = await start(app, recipe('shared', { seeds: 1, ...ENDLESS }));
    await go(app, `runs/${experiment.id}`);
    await page.getByRole('heading', { name: 'shared' }).waitFor();
    const other = await app.tab();
    await other.getByRole('heading', { name: 'shared' }).waitFor();

    await page.getByLabel('Name of the experiment').fill('renamed');
    await page.keyboard.press('Enter');
    await other.getByRole('heading', { name: 'renamed' }).waitFor();
    await historyLink(other, /renamed/).waitFor();

    await other.getByLabel('Add a label').fill('kept');
    await other.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove label kept' }).waitFor();

    await page.getByLabel('New note').fill('seen by both');
    await page.getByRole('button', { name: 'Add note' }).click();
    await other.getByText('seen by both').waitFor();

    await expect.poll(() => percent(page), { timeout: TRAINING }).toBeGreaterThanOrEqual(0);
    await other.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByRole('button', { name: 'Resume', exact: true }).waitFor();
    await page.getByTestId('seeds').getByText('cancelled').first().waitFor();
    await other.close();
  });

  it('shows what the command line runs in the same history', async () => {
    const { page, home } = app;
    const run = startCredence(['run', writeIn(home, 'tiny.yaml', TINY)], home);
    await historyLink(page, /tiny/).waitFor({ timeout: TRAINING });
    await historyLink(page, /tiny/).click();
    await seedsDone(page, 2);
    expect((await run.finished).code).toBe(0);
  });
});
