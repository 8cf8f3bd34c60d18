/** Every view in any window (WCAG 2.2, 1.4.10): nothing sticks out, names are seen, a heading says where one is. */
import type { Page } from 'playwright-core';
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

  it('nothing is cut off at twice the size (1.4.4), in a window of 1280 by 800', async () => {
    const { page } = app;
    await page.setViewportSize({ width: 640, height: 400 });
    for (const [place, drawn] of VIEWS) {
      await go(app, place);
      await page.locator(drawn).first().waitFor();
      await expect.poll(() => overflow(page), { message: place }).toEqual([]);
      expect(await cutOff(page), place).toEqual([]);
    }
    for (const [key, role] of OVER_THE_PAGE) {
      await page.keyboard.press(key);
      await page.getByRole(role).first().waitFor();
      expect(await cutOff(page), key).toEqual([]);
      await page.keyboard.press('Escape');
    }
  });

  it.each(VIEWS)('what is on in %s is told in forced colours, and read', async (place, drawn) => {
    const { page } = app;
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.emulateMedia({ forcedColors: 'active' });
    await go(app, place);
    await page.locator(drawn).first().waitFor();
    const { on, off, unread, lost } = await forcedColours(page);
    expect(on.length * off.length).toBeGreaterThan(0);
    expect(on.filter((ground) => off.includes(ground))).toEqual([]);
    expect({ unread, lost }).toEqual({ unread: [], lost: [] });
    if (place === 'design') expect(await seriousFindings(page)).toEqual([]);
    await page.emulateMedia({ forcedColors: 'none' });
  });
});

/** Keys that open something over the page, with its role. */
const OVER_THE_PAGE = [
  ['Control+k', 'dialog'],
  ['?', 'dialog'],
] as const;

/** What lies below the edge of what is over it, where nothing scrolls there. */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    // Names for screen readers alone are a pixel high.
    const seen = (element: Element) => element.clientHeight > 1 && !element.closest('svg');
    const holds = [...document.querySelectorAll('body, body *')].filter(
      (element) =>
        seen(element) &&
        element.checkVisibility() &&
        /hidden|clip/.test(getComputedStyle(element).overflowY) &&
        element.scrollHeight > element.clientHeight + 2,
    );
    return holds.map(({ outerHTML, scrollHeight, clientHeight }) =>
      [outerHTML.slice(0, 100), scrollHeight, clientHeight].join(' '),
    );
  });
}

/** Grounds of what is on and off; texts on what is on in another colour than its; colours of data that were taken away. */
function forcedColours(page: Page) {
  return page.evaluate(() => {
    const all = (selector: string) => [...document.querySelectorAll(selector)];
    const ground = (element: Element) => getComputedStyle(element).backgroundColor;
    const on = all(
      '[role=radio][aria-checked=true], [role=switch]:checked, [aria-pressed=true], :is(a, button)[aria-current]',
    );
    const off = all(
      '[role=radio][aria-checked=false], [role=switch]:not(:checked), [aria-pressed=false], nav a:not([aria-current])',
    );
    const unread = on.flatMap((element) =>
      [...element.querySelectorAll('*')].filter(
        (each) =>
          [...each.childNodes].some((node) => node instanceof Text && node.data.trim()) &&
          !each.classList.contains('visually-hidden') &&
          getComputedStyle(each).color !== getComputedStyle(element).color,
      ),
    );
    const lost = all('.dot, .line[style], [role=progressbar] > *').filter(
      (element) => getComputedStyle(element).getPropertyValue('forced-color-adjust') !== 'none',
    );
    const shown = ({ outerHTML }: Element) => outerHTML.slice(0, 100);
    return { on: on.map(ground), off: off.map(ground), unread: unread.map(shown), lost: lost.map(shown) };
  });
}
