/** The toy regression in the window: its picture, its run, and an error whose effects are turned. */
import { expect, it } from 'vitest';
import { recipe, trained } from './recipes.ts';
import { previewOf, setField } from './design.ts';
import { describeApp, go, historyLink, seedsDone } from './steps.ts';

describeApp('the toy regression', {}, (app) => {
  const panel = (title: string) => app.page.getByRole('heading', { level: 2, name: title, exact: true });

  it('shows both functions and the points on them, output by output', async () => {
    const { page } = app;
    await go(app, 'design');
    await page.getByRole('radio', { name: 'Toy regression' }).click();
    const chart = () => page.getByTestId('toy-picture').getByRole('img').getAttribute('aria-label');
    await expect.poll(chart, { timeout: 60_000 }).toMatch(/^Output 1: two step functions of 70 steps/);
    for (const title of ['Definitions', 'Subsets', 'Questions', 'Pipeline'])
      expect(await panel(title).count()).toBe(0);
    await page.getByLabel('Output', { exact: true }).selectOption('3');
    await expect.poll(chart).toMatch(/^Output 3: (?=.*circles)(?=.*triangles)(?=.*squares)/);
    await setField(page, 'Data', 'Outputs', '2');
    await expect.poll(chart).toMatch(/^Output 2: /);
    await expect
      .poll(() => previewOf(page).aside.getByRole('listitem').allInnerTexts())
      .toEqual(expect.arrayContaining([expect.stringMatching(/^circle at x = \d+, output [12] → /)]));
  });

  it('runs, and words its error so that more is better', async () => {
    const { page } = app;
    await setField(page, 'Data', 'Points per cluster', '20');
    await setField(page, 'Seeds', 'Seeds: a count, a range such as 600..604, or a list', '3');
    await setField(page, 'Stage 1', 'Epochs', '2');
    await setField(page, 'Model', 'Units of each', '32');
    await page.getByRole('button', { name: 'Run 3 seeds' }).click();
    await seedsDone(page, 3);
    await page.getByText('Mean squared error, over 3 finished seeds').waitFor();
    await page.getByText('mlp, 2 × 32').waitFor();
    const effect = historyLink(page, /toy/).locator('.effect');
    await expect.poll(() => effect.getAttribute('title')).toBe('IML effect, mean squared error');
    expect(await effect.innerText()).toMatch(/^[+−]?\d+(\.\d+)?(e-\d+)?$/);
    const answered = page.getByTestId('toy-picture').getByRole('img');
    const described = () => answered.getAttribute('aria-label');
    await panel('What was answered').waitFor();
    await expect
      .poll(described)
      .toMatch(/^Output 1: two step functions.*; [1-9]\d* answers at test points\.$/);
    await page.getByText('seed 0, at the end').waitFor();
    await page
      .getByTestId('seeds')
      .getByRole('button', { name: /Seed 1/ })
      .first()
      .click();
    await page.getByText('seed 1, at the end').waitFor();
    // One test and one metric are no choice.
    expect(await page.getByRole('radiogroup', { name: /Metric|Test/ }).count()).toBe(0);
  });

  it('shares neither axes nor differences with what is measured otherwise', async () => {
    const { page } = app;
    await trained(app, recipe('texts', { width: 16, seeds: 1 }));
    await go(app, 'compare/1,2');
    await page.getByText(/different metrics, mean squared error \(experiment 1\) and exact match/).waitFor();
    await expect.poll(() => page.getByTestId('forest').count()).toBe(2);
    expect(await page.getByTestId('metrics').count()).toBe(2);
    for (const title of ['Exact match', 'Mean squared error']) await panel(title).waitFor();
    await page.getByRole('radio', { name: 'Overlay' }).click();
    await expect
      .poll(() => page.getByTestId('comparison').locator('figcaption').allInnerTexts())
      .toEqual(['toy (solid)', 'texts (solid)']);
  });
});
