/** What changed inside the models, in the window: from a run to a heat map to an exported figure. */
import { expect, it } from 'vitest';
import { overflow, seriousFindings } from './looks.ts';
import { recipe, trained } from './recipes.ts';
import { choose, describeApp, exported, go, TRAINING } from './steps.ts';

describeApp('the Inside tab', {}, (app) => {
  const inside = () => app.page.getByTestId('inside');
  const look = (kind: string) => inside().getByRole('radio', { name: kind, exact: true });
  const start = () => inside().getByRole('button', { name: 'Look', exact: true }).click();
  const heading = (title: string) => inside().getByRole('heading', { level: 2, name: title, exact: true });
  const map = () => inside().getByRole('grid', { name: /^Probes: accuracy/ });

  it('goes from a run to a map of probes, cell by cell with the keyboard, and to its figure', async () => {
    const { page } = app;
    await trained(app, recipe('looked into', { width: 16 }));
    await go(app, 'runs/1');
    await page.getByRole('navigation', { name: 'Parts of this page' }).getByText('Inside').click();
    await page.getByText('Nothing has been looked at yet').waitFor();
    await start();
    await map().waitFor({ timeout: TRAINING });
    await expect.poll(() => inside().locator('[data-done="2"]').count(), { timeout: TRAINING }).toBe(1);
    expect(await map().getByRole('rowheader').allInnerTexts()).toEqual(['block 1', 'input']);
    expect(await map().getByRole('columnheader').allInnerTexts()).toEqual([
      'Q:',
      'alias',
      expect.any(String),
      'A:',
    ]);
    // Subsets are called here as in its figures.
    await inside()
      .getByText(/\(qd1consis\) against D̄.*, after stage 1/)
      .waitFor();
    await map().getByRole('gridcell').first().focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await inside()
      .getByText(/^input, alias: \d+\.\d % .*2 seeds$/)
      .waitFor();
    const svg = (await exported(page, 'Export: Probes', 'SVG, 6.75 in')).toString('utf8');
    expect(svg).toMatch(/^<svg [\s\S]*\(qd1consis\) against D̄[\s\S]*<\/svg>\n$/);
    expect((await exported(page, 'Export: Probes', 'PNG, 3.25 in')).subarray(1, 4).toString()).toBe('PNG');
    const csv = (await exported(page, 'Export: Probes', 'Every seed (CSV)'))
      .toString('utf8')
      .trim()
      .split('\n');
    expect(csv).toHaveLength(1 + 2 * 2 * 4);
    expect(await seriousFindings(page)).toEqual([]);
    expect(await overflow(page)).toEqual([]);
  });

  it('says what went wrong, and shows the other analyses once they are done', async () => {
    const { page } = app;
    await inside().getByLabel('Tell apart').selectOption('value');
    await inside().getByText('Name an attribute of the dataset.').waitFor();
    await inside().getByRole('textbox', { name: 'Attribute' }).fill('shoe');
    await start();
    await inside()
      .getByText(/Seeds 0, 1: probes: the dataset has no attribute "shoe"/)
      .waitFor({ timeout: TRAINING });
    for (const [kind, title] of [
      ['Entropy of answers', 'Entropy of answers'],
      ['Where knowledge moved', 'Where knowledge moved'],
    ] as const) {
      await look(kind).click();
      await start();
      await heading(title).waitFor();
    }
    await expect.poll(() => inside().locator('[data-done="2"]').count(), { timeout: TRAINING }).toBe(3);
    await inside()
      .getByRole('img', { name: /\(d1consis\): \d+ answers, mean/ })
      .waitFor();
    await inside()
      .getByRole('img', { name: /^Logit lens after stage 2/ })
      .waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.reload();
    await map().waitFor();
  });

  it('lays experiments side by side', async () => {
    await trained(app, recipe('another', { width: 16, seeds: 1 }));
    await go(app, 'compare/1,2/inside');
    await inside().getByRole('button', { name: 'Look at 2 experiments' }).click();
    await heading('Probes: another').waitFor();
    await heading('Probes, side by side').waitFor({ timeout: TRAINING });
    await look('Gradients').click();
    await inside().getByRole('button', { name: 'Look at 2 experiments' }).click();
    await heading('Gradients, side by side').waitFor({ timeout: TRAINING });
    await inside()
      .getByRole('img', { name: /^Variance of gradients\. all examples [\d.]+ at another/ })
      .waitFor();
    await app.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await choose(app.page, 'Copy the table: Gradients, side by side', 'For a spreadsheet (TSV)');
    const copied = await app.page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(/\nVariance of gradients\tanother\tall examples\t[\d.]+\t1\n/);
    const file = await exported(app.page, 'Export: Gradients, side by side', 'SVG, 3.25 in');
    expect(file.toString()).toContain('>Cosine,\u00a0reliable\u00a0tag\u00a0less\u00a0unreliable<');
    expect(await overflow(app.page)).toEqual([]);
  });

  it('puts experiments that share a value together in the figures over all', async () => {
    const { page } = app;
    await page.getByLabel('Group by', { exact: true }).fill('seeds');
    await page.keyboard.press('Enter');
    await page.getByText('Figures side by side are of groups').waitFor();
    const table = inside().getByRole('region', { name: 'Variance of gradients, side by side' });
    await expect
      .poll(() => table.locator('tbody tr td:first-child').allInnerTexts())
      .toEqual(['Seeds 0', 'Seeds 0, 1']);
    expect(await table.locator('thead th').first().innerText()).toBe('Group');
    await choose(page, 'Copy the table: Gradients, side by side', 'For a spreadsheet (TSV)');
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(/\nVariance of gradients\tSeeds 0\tall examples\t[\d.]+\t1\n/);
    expect(await seriousFindings(page)).toEqual([]);
    expect(await overflow(page)).toEqual([]);
  });
});
