/** A comparison that is registered, judged by a margin and taken away as a report, in the window. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { credence } from '../credence.ts';
import { seriousFindings } from './looks.ts';
import { recipe, trained } from './recipes.ts';
import { describeApp, exported, go } from './steps.ts';

describeApp('registering and reporting', {}, (app) => {
  const panel = () => app.page.getByTestId('registered');

  it('locks a comparison of fresh seeds, shown with its hash, and says why seen ones cannot be', async () => {
    const { page } = app;
    await trained(app, recipe('narrow', { seeds: 3 }), recipe('wide', { seeds: 3, width: 64 }));
    await go(app, 'compare/1,2');
    await page.getByRole('button', { name: 'Register a comparison' }).click();
    const form = page.getByRole('form', { name: 'Register a comparison' });
    await form.getByLabel('Seeds, none run yet').fill('0..4');
    await form.getByLabel('Margin in points, if any').fill('30');
    await form.getByLabel('Question, in words').fill('Does width help?');
    await form.getByRole('button', { name: 'Lock' }).click();
    await page.getByText(/has results of 0 to 2 already, which can no longer be registered/).waitFor();
    expect(await panel().count()).toBe(0);
    await form.getByLabel('Seeds, none run yet').fill('3..4');
    await form.getByRole('button', { name: 'Lock' }).click();
    await panel()
      .getByText(/paired t-test, two-sided at 5 %, and .* margin 30\.0 points, over 2 seeds \(3 to 4\)/)
      .waitFor();
    const text = await panel().innerText();
    expect(text).toContain('Does width help?');
    expect(text).toContain('Nothing of it has finished yet.');
    const [hash] = /[0-9a-f]{64}/.exec(text) ?? [];
    expect((await credence(['register', '--list'], app.home)).stdout).toContain(`SHA-256 ${hash}`);
    expect(await seriousFindings(page)).toEqual([]);
    // On the page of each, too.
    await go(app, 'runs/2');
    await panel()
      .getByText(hash ?? 'no hash')
      .waitFor();
    expect(await page.getByRole('button', { name: 'Register a comparison' }).count()).toBe(1);
  });

  it('says what is ruled out by a margin, and what is no margin', async () => {
    const { page } = app;
    await go(app, 'compare/1,2');
    const margin = page.getByLabel('Too small to matter');
    const sentences = page.getByTestId('sentences');
    await margin.fill('99');
    await margin.press('Enter');
    await sentences
      .getByText(/No effect larger than 99\.0 points in either direction/)
      .first()
      .waitFor();
    await page.getByTestId('seeds-planner').scrollIntoViewIfNeeded();
    // Power is drawn for an effect, and with a margin for showing that there is none, too.
    const plans = page.getByTestId('plans').getByRole('img', { name: /Power by seeds: 2: (over )?\d+ %/ });
    // Of each effect, and of both at once.
    await expect.poll(() => plans.count()).toBe(6);
    await page
      .getByText(/To show that no effect is larger than 99\.0 points, where there is none, with 80 % power/)
      .first()
      .waitFor();
    await margin.fill('lots');
    await margin.press('Enter');
    await page.getByRole('alert').filter({ hasText: '"lots" is no size of an effect' }).waitFor();
    await margin.fill('');
    await margin.press('Enter');
    await expect.poll(() => sentences.getByText('99.0').count()).toBe(0);
    await expect.poll(() => plans.count()).toBe(3);
    await page.getByRole('radio', { name: 'Both' }).click();
    await page
      .getByTestId('plans')
      .getByText(/by the t-test and the permutation test together takes .* Simulated, 1000 experiments/)
      .first()
      .waitFor();
    expect(page.url()).toContain('plan=both');
    await page.getByRole('radio', { name: 't-test' }).click();
    await expect.poll(() => page.getByTestId('plans').getByText('Simulated').count()).toBe(1);
    await page.getByText(/To show all 2 at once, each as large as the one seen, with p corrected/).waitFor();
    expect(await sentences.innerText()).toMatch(/Paired by seed: both ran the same 3\./);
  });

  it('gives the report as a page and as PDF, and the tables', async () => {
    const { page } = app;
    const taken = (item: string) => exported(page, 'Report', item);
    const html = (await taken('Page (HTML)')).toString('utf8');
    expect(html).toContain('<title>wide against narrow – Credence comparison</title>');
    expect(html).toContain('Does width help?');
    expect((await taken('PDF')).subarray(0, 5).toString('latin1')).toBe('%PDF-');
    expect((await taken('LaTeX (booktabs)')).toString('utf8')).toContain(String.raw`\toprule`);
    const csv = (await taken('Every seed (CSV)')).toString('utf8');
    const file = `${app.home}/seeds.csv`;
    await credence(['compare', '1', '2', '--csv', file], app.home);
    expect(csv).toBe(readFileSync(file, 'utf8'));
  });
});
