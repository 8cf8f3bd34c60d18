/// <reference lib="dom" />
/** What the bench of the table does inside the page: it goes to an address of the table, and waits until that is drawn. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright-core';

const ROW = 'tr[data-at="0"]';

/** Opens the table in a page of its own. @returns milliseconds from the start of the page until its rows are drawn */
export async function openTable(
  context: BrowserContext,
  url: string,
): Promise<{ page: Page; drawn: number }> {
  const page = await context.newPage();
  await page.addInitScript((row) => {
    const look = () => {
      if (!document.querySelector(row)) return void requestAnimationFrame(look);
      setTimeout(() => Object.assign(globalThis, { __drawn: performance.now() }));
    };
    requestAnimationFrame(look);
  }, ROW);
  await page.goto(url);
  for (;;) {
    const drawn = await page.evaluate(() => (globalThis as unknown as { __drawn?: number }).__drawn);
    if (drawn !== undefined) return { page, drawn };
    await sleep(20);
  }
}

/**
 * Goes to another address of the table as its controls do.
 * @returns milliseconds until the rows, or the groups, of that address are drawn
 */
export function act(page: Page, hash: string): Promise<number> {
  return page.evaluate(async (address) => {
    const wanted = address.includes('by=') ? '/api/table.groups' : '/api/table.rows';
    const answers = () =>
      performance.getEntriesByType('resource').filter(({ name }) => name.endsWith(wanted)).length;
    performance.clearResourceTimings();
    const before = answers();
    const began = performance.now();
    location.hash = address;
    // An entry is there once the reply is; what it changes is drawn in the frame after the next.
    while (answers() === before) await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    await new Promise((resolve) => setTimeout(resolve));
    return performance.now() - began;
  }, hash);
}
