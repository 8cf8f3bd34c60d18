/** What a first user looks for, and finds: by any name, by keys, to take away. */
import { expect, it } from 'vitest';
import { describeApp, exported, go } from './steps.ts';

describeApp('a first user', {}, (app) => {
  it('finds an experiment by #1', async () => {
    const { page } = app;
    await app.post('examples.open', {});
    await go(app, 'runs');
    const rows = page.getByTestId('experiments').getByRole('link', { name: 'Which source to trust' });
    await rows.first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('#1');
    await expect.poll(() => rows.count()).toBe(1);
    await page.keyboard.type('9');
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
    await page.locator('#history-search').fill('');
  });

  it('copies the sentence that was found', async () => {
    const { page, context } = app;
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await go(app, 'runs/1');
    await page.getByRole('button', { name: 'Copy the sentences' }).click();
    await page.getByText('Copied').waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(/95 % interval .*\d/);
  });

  it('exports from the palette', async () => {
    const { page } = app;
    await page.keyboard.press('Control+k');
    await page.keyboard.type('export every evaluation');
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('option', { name: /Export: Every evaluation/ }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/\.csv$/);
    expect((await exported(page, 'Export', 'Config (YAML)')).toString('utf8')).toContain('name: ');
  });

  it('finds what helps in the palette by asking for help', async () => {
    const { page } = app;
    await page.keyboard.press('Control+k');
    await page.keyboard.type('help');
    const found = page.getByRole('dialog').getByRole('option');
    for (const name of ['Guided tour', 'Words and symbols', 'Keyboard shortcuts', 'Settings'])
      await found.filter({ hasText: name }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('finds a field to sweep by the name that the form, the paper or the file has', async () => {
    const { page } = app;
    await go(app, 'design');
    await page.getByRole('button', { name: /field/i }).last().waitFor();
    await page.locator('[data-field=sweep] .add-experiment').click();
    const search = page.getByPlaceholder('Search fields and their help…');
    for (const name of ['α', 'alpha', 'truthfulness', 'tags.correlation']) {
      await search.fill(name);
      await page.getByRole('option', { name: /^Truthfulness α tags\.correlation/ }).waitFor();
    }
    await page.keyboard.press('Escape');
  });
});
