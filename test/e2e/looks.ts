/** What can be said about the look of any view: accessible, within its bounds, still, and where the focus is. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** What is found is looked at, not what is fine, nor by which selector: most of the time goes into these. */
const FINDINGS_ALONE = { resultTypes: ['violations'] as 'violations'[], selectors: false };

/** Findings of axe that are serious or critical, with the first places. @param within a selector, instead of the page */
export async function seriousFindings(page: Page, within = ':root'): Promise<string[]> {
  const axe = new AxeBuilder({ page }).include(within).options(FINDINGS_ALONE);
  // The window has no frames: what is found in several need not be joined in a page of its own.
  const { violations } = await axe.setLegacyMode().analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => {
      const places = nodes.slice(0, 3).map(({ html, failureSummary }) => `${html} (${failureSummary})`);
      return `${id}: ${places.join(' | ')}`;
    });
}

/** What sticks out sideways: the page, the main part, or anything in it that no scrolling region holds. */
export function overflow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.scrollingElement ?? document.documentElement;
    const main = document.getElementById('main') ?? root;
    const scrolls = (element: Element | null): boolean =>
      element !== null &&
      element !== main &&
      (/auto|scroll|hidden|clip/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
    const edge = main.getBoundingClientRect().right + 0.5;
    const out = [...main.querySelectorAll('*')].filter(
      (element) => element.getBoundingClientRect().right > edge && !scrolls(element.parentElement),
    );
    return [
      ...[root, main]
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
        .map(({ tagName, scrollWidth, clientWidth }) => `${tagName}: ${scrollWidth} in ${clientWidth}`),
      ...out.slice(0, 3).map(({ outerHTML }) => outerHTML.slice(0, 120)),
    ];
  });
}

/** Adds up layout shifts from now on. @returns reads the sum, with what moved */
export async function watchShifts(page: Page): Promise<() => Promise<{ sum: number; moved: string[] }>> {
  await page.evaluate(() => {
    const shifts = { sum: 0, moved: [] as string[] };
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as LayoutShift[]) {
        if (entry.hadRecentInput) continue;
        shifts.sum += entry.value;
        for (const { node } of entry.sources)
          shifts.moved.push(node instanceof Element ? node.outerHTML.slice(0, 100) : 'text');
      }
    }).observe({ type: 'layout-shift' });
  });
  return () =>
    page.evaluate(() => (window as unknown as { shifts: { sum: number; moved: string[] } }).shifts);
}

/** Not in TypeScript's DOM yet: https://wicg.github.io/layout-instability/ */
interface LayoutShift extends PerformanceEntry {
  value: number;
  hadRecentInput: boolean;
  sources: { node: Node | null }[];
}

export interface Focus {
  tag: string;
  /** What a screen reader would call it, as far as an attribute, a label or its text says. */
  name: string;
  /** A ring (of it or of the chip around it), an inset line, or the highlight of a menu item shows it. */
  visible: boolean;
}

/** Where the focus is. */
export function focusOf(page: Page): Promise<Focus> {
  return page.evaluate(() => {
    const element = document.activeElement ?? document.body;
    const style = getComputedStyle(element);
    const labels = 'labels' in element ? [...((element as HTMLInputElement).labels ?? [])] : [];
    const name = element.getAttribute('aria-label') ?? labels[0]?.textContent ?? element.textContent ?? '';
    const ring = [element, element.parentElement ?? element].some((each) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(each);
      return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
    });
    const line = element.matches(':focus-visible') && style.boxShadow.includes('inset');
    const transparent = /^(transparent|rgba\(.*, 0\))$/.test(style.backgroundColor);
    return {
      tag: element.tagName.toLowerCase(),
      name: name.replace(/\s+/g, ' ').trim(),
      visible: ring || line || (element.hasAttribute('data-highlighted') && !transparent),
    };
  });
}
