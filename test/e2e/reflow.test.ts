/** Every view in any window (WCAG 2.2, 1.4.10): nothing sticks out, names are seen, a heading says where one is. */
import { expect, it } from 'vitest';
import { overflow, seriousFindings } from './looks.ts';
import { describeApp, go } from './steps.ts';

const WIDTHS = [320, 900, 1024, 1280, 1920];

/** Each with what is there once it is drawn. */
const VIEWS: [place: string, drawn: string][] = [
  ['runs', '[data-testid=experiments] a'],
  ['runs/1', '[data-testid=results]'],
  ['runs/1/answers', '[data-testid=questions] tbody tr'],
  ['runs/1/inside', '[data-testid=inside]'],
  ['compare', 'main .empty, main h1'],
  ['compare/1', '[data-testid=metrics]'],
  ['design', 'aside span.tag'],
  ['queue', 'main h1'],
];

describeApp('in any window', {}, (app) => {
  it('the first start fits', async () => {
    const { page } = app;
    await page.getByTestId('machine').getByText('Tables of your own').waitFor();
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: width === 320 ? 256 : 800 });
      await expect.poll(() => overflow(page), { message: `${width}` }).toEqual([]);
    }
  });

  it.each(VIEWS)('%s fits, and has one heading of the first level', async (place, drawn) => {
    const { page } = app;
    await app.post('examples.open', {});
    await page.setViewportSize({ width: 1280, height: 800 });
    await go(app, place);
    await page.locator(drawn).first().waitFor();
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      await expect.poll(() => overflow(page), { message: `${place}, ${width}` }).toEqual([]);
      expect(await page.getByRole('main').getByRole('heading', { level: 1 }).count(), `h1 of ${place}`).toBe(
        1,
      );
    }
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await seriousFindings(page), `${place}, 320`).toEqual([]);
  });

  it('names are seen in the table at each width', async () => {
    const { page } = app;
    await go(app, 'runs');
    const name = page.getByTestId('experiments').getByRole('link', { name: 'Which source to trust' });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      const seen = () =>
        name.evaluate((link) => link.getBoundingClientRect().right <= innerWidth && link.clientWidth > 100);
      await expect.poll(seen, { message: `${width}` }).toBe(true);
    }
  });

  it('the history comes in a narrow one when it is asked for, and goes', async () => {
    const { page } = app;
    await page.setViewportSize({ width: 320, height: 640 });
    const side = page.getByRole('complementary', { name: 'History' });
    await expect.poll(() => side.isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Show the history' }).click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('history-search');
    expect(await seriousFindings(page)).toEqual([]);
    await side.getByRole('link', { name: /Which source to trust/ }).click();
    await expect.poll(() => side.isVisible()).toBe(false);
    await page.keyboard.press('/');
    await expect.poll(() => side.isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await expect.poll(() => side.isVisible()).toBe(false);
  });

  it('what is switched on is told in forced colours', async () => {
    const { page } = app;
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.emulateMedia({ forcedColors: 'active' });
    await go(app, 'design');
    await page.getByRole('switch').first().waitFor();
    const grounds = await page.evaluate(() => {
      const of = (selector: string) =>
        [...document.querySelectorAll(selector)].map((each) => getComputedStyle(each).backgroundColor);
      return {
        on: of('[role=radio][aria-checked=true], [role=switch]:checked'),
        off: of('[role=radio][aria-checked=false], [role=switch]:not(:checked)'),
      };
    });
    expect(grounds.on.length * grounds.off.length).toBeGreaterThan(0);
    expect(grounds.on.filter((ground) => grounds.off.includes(ground))).toEqual([]);
    expect(await seriousFindings(page)).toEqual([]);
    await page.emulateMedia({ forcedColors: 'none' });
  });
});
