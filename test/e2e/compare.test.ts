/** Two saved experiments side by side: figures, toggles, what differs, and the numbers. */
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { credence } from '../credence.ts';
import { amount } from '#shared/stats/amount.ts';
import { recipe, trained } from './recipes.ts';
import { describeApp, exported, go, historyLink } from './steps.ts';

interface Shown {
  subsets: Record<string, { stage1: { mean: number } | null; stage2: { mean: number } | null }>;
}

describeApp('the compare view', {}, (app) => {
  const figures = () => app.page.getByTestId('comparison').getByRole('img');
  const titles = () => app.page.getByTestId('comparison').locator('figcaption').allInnerTexts();
  const panel = (title: string) =>
    app.page
      .locator('section.panel')
      .filter({ has: app.page.getByRole('heading', { name: title, exact: true }) });

  it('begins empty, and is filled from the history', async () => {
    const { page } = app;
    await trained(app, recipe('narrow', { width: 16 }), recipe('wide', { width: 48, seeds: 3, epochs: 6 }));
    await go(app, 'compare');
    await page.getByText('Pick experiments to compare').waitFor();
    await historyLink(page, /narrow/).click();
    await historyLink(page, /wide/).click();
    await expect.poll(titles, { timeout: 60_000 }).toEqual(['narrow', 'wide']);
    expect(page.url()).toMatch(/#\/compare\/1,2$/);
  });

  it('is asked for once from a link, while what shows it is still being loaded', async () => {
    const page = await app.context.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url().split('/').at(-1)!));
    const early = page.waitForRequest(/analysis\.compare$/);
    await page.route(/CompareView.*\.js$/, async (route) => {
      await early;
      await route.continue();
    });
    await page.goto(`${new URL(app.page.url()).origin}/#/compare/1,2`);
    await page.getByTestId('diff').getByRole('row').first().waitFor();
    await page.getByTestId('comparison').locator('canvas[style]').nth(1).waitFor();
    const times = (method: string) => asked.filter((each) => each === method).length;
    const all = () => [
      times('analysis.compare'),
      times('analysis.comparedCurves'),
      times('analysis.differences'),
    ];
    expect(all()).toEqual([1, 1, 1]);
    // Another look at the same numbers asks for nothing.
    await page.getByRole('radio', { name: 'Overlay' }).click();
    await page.getByText('narrow (solid) · wide (dashed)').waitFor();
    expect(all()).toEqual([1, 1, 1]);
    await page.close();
  });

  it('draws small multiples, or all in one', async () => {
    const { page } = app;
    await expect.poll(() => figures().count()).toBe(2);
    await page.getByRole('radio', { name: 'Overlay' }).click();
    await expect.poll(titles).toEqual(['narrow (solid) · wide (dashed)']);
    const svg = (await exported(page, 'Export comparison', 'As shown here (SVG)')).toString('utf8');
    expect(svg).toContain('(d1consis) · narrow');
    expect(svg).toContain('(d1consis) · wide');
    expect(svg).toContain('stroke-dasharray="7,4"');
    // Their stages differ in length: one axis, on which each stage begins at the same place.
    expect(svg).toContain('Epoch within each stage');
    await page.getByRole('radio', { name: 'Side by side' }).click();
    await expect.poll(() => figures().count()).toBe(2);
  });

  it('shows the subsets one chooses', async () => {
    const { page } = app;
    const group = page.getByRole('group', { name: 'Subsets shown' });
    const toggle = (name: string) =>
      group.getByRole('button').filter({ has: page.locator(`[data-symbol="${name}"]`) });
    // The second is chosen while the curves of the first are on their way: the file has both.
    const curves = '**/api/analysis.comparedCurves';
    await page.route(curves, async (asked) => {
      await setTimeout(1000);
      await asked.continue();
    });
    await toggle('d3consis').click();
    await toggle('q').click();
    expect(await toggle('d3consis').getAttribute('aria-pressed')).toBe('false');
    expect(await toggle('q').getAttribute('aria-pressed')).toBe('true');
    const svg = (await exported(page, 'Export comparison', 'As shown here (SVG)')).toString('utf8');
    await page.unroute(curves);
    expect(svg).not.toContain('(d3consis)<');
    expect(svg).toContain('(q)<');
  });

  it('lists only what differs', async () => {
    const rows = app.page.getByTestId('diff').getByRole('row');
    const cells = async () =>
      (await rows.allInnerTexts()).map((text) => text.split('\t').map((cell) => cell.trim()));
    expect((await cells()).sort()).toEqual(
      [
        ['Field', 'narrow', 'wide'],
        ['Width d_model model.d_model', '16', '48'],
        ['Seeds seeds', '0, 1', '0, 1, 2'],
        ['Epochs, stage 2 training.stage2.epochs', '4', '6'],
      ].sort(),
    );
  });

  it('has the numbers that the command line has, after each stage', async () => {
    const { page } = app;
    const { subsets } = JSON.parse((await credence(['show', '2', '--json'], app.home)).stdout) as Shown;
    const row = panel('Exact match')
      .getByRole('row')
      .filter({ has: page.locator('[data-symbol="qd1consis"]') });
    const shown = async () => (await row.locator('td').nth(2).innerText()).trim().split(/\s/)[0];
    await expect.poll(shown).toBe(amount(subsets['qd1consis']?.stage2?.mean ?? NaN, 'exact_match'));
    await page.getByRole('radio', { name: 'After stage 1' }).click();
    await expect.poll(shown).toBe(amount(subsets['qd1consis']?.stage1?.mean ?? NaN, 'exact_match'));
  });

  it('draws both effects with their intervals, and says in a sentence how they compare', async () => {
    const { page } = app;
    await expect.poll(() => page.getByTestId('forest').getByRole('group').count()).toBe(2);
    await page
      .getByTestId('sentences')
      .getByText(/narrow.*wide|wide.*narrow/)
      .first()
      .waitFor();
  });

  it('warns of few seeds wherever an interval stands', async () => {
    const warned = (title: string) => panel(title).getByTestId('few-seeds').innerText();
    for (const title of ['Exact match', 'IML effect', 'Stage-1 effect', 'Learning curves'])
      expect(await warned(title)).toMatch(/^Only 2 to 3 seeds: /);
    expect(await app.page.getByTestId('sentences').innerText()).toContain('Only 2 to 3 seeds: ');
  });

  it('shows the others where an address names one that was deleted', async () => {
    const { page } = app;
    await go(app, 'compare/1,77,2');
    await page.getByRole('alert').filter({ hasText: '#77 is not in the history any more' }).waitFor();
    await expect.poll(titles).toEqual(['narrow', 'wide']);
    await page.getByRole('button', { name: 'Take out of the link' }).click();
    await expect.poll(() => page.url()).toMatch(/#\/compare\/1,2$/);
    await expect.poll(titles).toEqual(['narrow', 'wide']);
    await expect.poll(() => page.getByRole('alert').count()).toBe(0);
  });

  it('takes an experiment out', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Take out narrow' }).click();
    await expect.poll(titles).toEqual(['wide']);
    expect(page.url()).toMatch(/#\/compare\/2$/);
  });
});
