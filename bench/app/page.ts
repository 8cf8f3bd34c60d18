/// <reference lib="dom" />
/** What the bench does inside the page: it only watches, the app knows nothing of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright-core';

/** Rows of the side bar and of the table of all experiments, both there to be clicked. */
const ROWS = ['.history-link', '[data-testid="experiments"] tbody tr'];
/** What the page says once the list is drawn. */
const DRAWN = 'credence bench: list drawn';
/**
 * Milliseconds in which a blank tab has come to rest: it takes half a second of both cores, most of it for what
 * Playwright puts there.
 */
const OPENING = 700;
/** Charts of the comparison. */
const CHARTS = '[data-testid="comparison"] canvas';

/** Opens the app in a page of its own and waits until side bar and table are drawn. @returns milliseconds */
export async function openList(
  context: BrowserContext,
  url: string,
  rows: number,
): Promise<{ page: Page; asked: number; drawn: number }> {
  const page = await context.newPage();
  await page.addInitScript(watchList, { selectors: ROWS, rows, told: DRAWN });
  await sleep(OPENING);
  // Told instead of asked for: what Playwright asks with is 330 kB of script, run while the list is being drawn.
  const drawn = page.waitForEvent('console', (message) => message.text() === DRAWN);
  await page.goto(url);
  await drawn;
  const times = await page.evaluate(() => {
    const drawn = (globalThis as unknown as { __drawn: number }).__drawn;
    const requests = performance.getEntriesByType('resource');
    const asked =
      requests.find(({ name }) => /\/api\/experiments\.(newest|list)$/.test(name))?.startTime ?? 0;
    return { asked: drawn - asked, drawn };
  });
  return { page, ...times };
}

/** Notes when so many rows are there and the frame that shows them has been drawn. */
function watchList({ selectors, rows, told }: { selectors: string[]; rows: number; told: string }): void {
  const look = () => {
    if (selectors.some((selector) => document.querySelectorAll(selector).length < rows))
      return void requestAnimationFrame(look);
    // The callback runs before this frame is drawn; a task after it runs once it was.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      Object.assign(globalThis, { __drawn: performance.now() });
      console.debug(told);
    };
    port2.postMessage(null);
  };
  requestAnimationFrame(look);
}

/** Opens a comparison. @returns milliseconds until the charts in sight, and until all of them, are drawn */
export function openComparison(page: Page, ids: readonly number[]): Promise<{ sight: number; all: number }> {
  return page.evaluate(
    async ({ hash, selector, charts }) => {
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      const painted = () =>
        new Promise<void>((resolve) => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => resolve();
          port2.postMessage(null);
        });
      const inSight = (canvas: HTMLCanvasElement) => {
        const { top, bottom } = canvas.getBoundingClientRect();
        return bottom > 0 && top < innerHeight;
      };
      // Chart.js gives a canvas its size when it draws; before, it has that of an empty one.
      const isDrawn = (canvas: HTMLCanvasElement) => canvas.style.width !== '';
      const start = performance.now();
      location.hash = hash;
      let sight = 0;
      for (;;) {
        await frame();
        const found = [...document.querySelectorAll<HTMLCanvasElement>(selector)];
        const effects = document.querySelectorAll('[data-testid="forest"] svg').length;
        if (found.length < charts || effects < 2) continue;
        if (!sight && found.filter(inSight).every(isDrawn)) {
          await painted();
          sight = performance.now() - start;
        }
        if (found.every(isDrawn)) break;
      }
      await painted();
      return { sight, all: performance.now() - start };
    },
    { hash: `#/compare/${ids.join(',')}`, selector: CHARTS, charts: ids.length },
  );
}

/** Milliseconds between frames over some seconds. */
export function frameTimes(page: Page, seconds: number): Promise<number[]> {
  return page.evaluate(
    (milliseconds) =>
      new Promise<number[]>((resolve) => {
        const times: number[] = [];
        const start = performance.now();
        let last = start;
        const tick = (now: number) => {
          times.push(now - last);
          last = now;
          if (now - start < milliseconds) requestAnimationFrame(tick);
          else resolve(times.slice(1));
        };
        requestAnimationFrame(tick);
      }),
    seconds * 1000,
  );
}

/** Asks the API from inside the page. @returns milliseconds until the reply was read */
export function requestTime(page: Page, url: string, args: object): Promise<number> {
  return page.evaluate(
    async ({ url, args }) => {
      const start = performance.now();
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(args) });
      const envelope = (await response.json()) as { ok: boolean; error?: { message: string } };
      if (!envelope.ok) throw new Error(envelope.error?.message);
      return performance.now() - start;
    },
    { url, args },
  );
}
