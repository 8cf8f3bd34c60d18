/** Nothing sticks out at either size, and nothing jumps while results stream in. */
import { expect, it } from 'vitest';
import { previewOf } from './design.ts';
import { overflow, watchShifts } from './looks.ts';
import { recipe, start, trained } from './recipes.ts';
import { describeApp, go, seedRow, seedsDone } from './steps.ts';

const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];
/** What web.dev calls good: https://web.dev/articles/cls */
const GOOD_SHIFT = 0.1;

describeApp('the layout', {}, (app) => {
  async function fits(what: string): Promise<void> {
    for (const size of SIZES) {
      await app.page.setViewportSize(size);
      await expect.poll(() => overflow(app.page), { message: `${what}, ${size.width}` }).toEqual([]);
    }
  }

  it('fits where there is nothing yet', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Run the quick start' }).waitFor();
    await fits('first run');
    for (const [place, text] of [
      ['compare', 'Pick experiments to compare'],
      ['queue', 'Nothing is waiting'],
    ] as const) {
      await go(app, place);
      await page.getByText(text).waitFor();
      await fits(place);
    }
    await go(app, 'design');
    await previewOf(page).definitions();
    await fits('design');
  });

  it('does not jump while results stream in', async () => {
    const { page } = app;
    await page.setViewportSize({ width: 1280, height: 800 });
    const { experiment } = await start(
      app,
      recipe('streaming', { seeds: 2, width: 64, entities: 240, epochs: 40 }),
    );
    await go(app, `runs/${experiment.id}`);
    await page
      .getByTestId('curves')
      .getByRole('img', { name: /Latest: \S+( QA\S+)? \(\w+\) \d/ })
      .waitFor();
    await page.evaluate(() => document.fonts.ready);
    const shifts = await watchShifts(page);
    await seedsDone(page, 2);
    await page.getByTestId('results').waitFor();
    const { sum, moved } = await shifts();
    expect(sum, moved.join('\n')).toBeLessThan(GOOD_SHIFT);
  });

  it('fits long names, and everything there is of an experiment', async () => {
    const { page } = app;
    const name = 'a rather long name that somebody gave an experiment to tell it from all the others '.repeat(
      2,
    );
    const ids = await trained(app, recipe(name.trim()), recipe('short', { width: 16 }));
    await go(app, `runs/${ids[0]}`);
    await page.getByTestId('results').waitFor();
    await seedRow(page, 0).click();
    await page.getByRole('log').waitFor();
    await fits('a finished experiment');
    await go(app, `compare/1,${ids.join(',')}`);
    await page.getByTestId('diff').waitFor();
    await fits('a comparison');
    await page.getByRole('radio', { name: 'Overlay' }).click();
    await fits('an overlay');
    await app.post('runs.setQueue', { held: true });
    await start(app, recipe(name.trim(), { seeds: 3 }));
    await go(app, 'queue');
    await page.getByRole('button', { name: 'Later' }).first().waitFor();
    await fits('a queue that waits');
  });

  it('lets charts fill their place when the window grows', async () => {
    const { page } = app;
    await page.setViewportSize({ width: 1280, height: 800 });
    await go(app, 'runs/1');
    const canvas = page.getByTestId('curves').locator('canvas');
    const unfilled = () =>
      canvas.evaluate((chart) => (chart.parentElement?.clientWidth ?? 0) - chart.clientWidth);
    await expect.poll(unfilled, { timeout: 60_000 }).toBe(0);
    const before = await canvas.evaluate(({ clientWidth }) => clientWidth);
    await page.setViewportSize({ width: 1920, height: 1080 });
    await expect
      .poll(() => canvas.evaluate(({ clientWidth }) => clientWidth), { timeout: 60_000 })
      .toBeGreaterThan(before);
    await expect.poll(unfilled, { timeout: 60_000 }).toBe(0);
  });
});
