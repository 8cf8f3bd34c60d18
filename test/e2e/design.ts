/** The parts of the design view as a test reads them. */
import type { Locator, Page } from 'playwright-core';
import { SUBSET_NAMES, type SubsetName } from '#shared/subsets.ts';

/** One line of the preview, in its parts. */
interface Line {
  roles: string[];
  texts: string[];
  /** Text and background colour. */
  looks: string[];
}

export interface PreviewReader {
  aside: Locator;
  /** Definitions of the chosen subset. */
  definitions(): Promise<Line[]>;
  /** Their tags. */
  tags(): Promise<string[]>;
  /** How many documents of a kind a stage has of the chosen subset; null before it is shown. */
  count(stage: string, kind: string): Promise<number | null>;
  /** What the panel "On this machine" says of something. */
  fact(name: string): Promise<string>;
}

export function previewOf(page: Page): PreviewReader {
  const aside = page.getByRole('complementary', { name: 'Preview' });
  const definitions = async () => {
    await aside.locator('span.tag').first().waitFor();
    const lines = await aside.locator('li').evaluateAll((items) =>
      items.map((item) => {
        const parts = [...item.querySelectorAll('span')].filter(({ className }) =>
          ['tag', 'alias', 'entity'].some((role) => className.includes(role)),
        );
        return {
          roles: parts.map(({ className }) => className.split(' ')[0] ?? ''),
          texts: parts.map(({ textContent }) => textContent.trim()),
          looks: parts.map((part) => {
            const { color, backgroundColor } = getComputedStyle(part);
            return `${color} on ${backgroundColor}`;
          }),
        };
      }),
    );
    return lines.filter(({ roles }) => roles.includes('tag'));
  };
  return {
    aside,
    definitions,
    tags: async () => (await definitions()).map(({ roles, texts }) => texts[roles.indexOf('tag')] ?? ''),
    count: async (stage, kind) => {
      const titles = await aside.getByRole('heading', { level: 3 }).allInnerTexts();
      const found = titles.find((title) => title.startsWith(stage) && title.endsWith(kind));
      return found ? Number(/([\d,]+) \D+$/.exec(found)?.[1]?.replace(',', '')) : null;
    },
    fact: (name) => aside.locator('dl > div').filter({ hasText: name }).locator('dd').innerText(),
  };
}

/** The card of a subset, which chooses it for the preview. */
export function cardOf(page: Page, name: SubsetName): Locator {
  return page
    .getByRole('article')
    .filter({ has: shareOf(page, name) })
    .getByRole('button');
}

/** The share of a subset as a number. */
export function shareOf(page: Page, name: SubsetName): Locator {
  return page.getByLabel(`Share of ${name} in per cent`, { exact: true });
}

/** Every share in per cent. */
export async function shares(page: Page): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const name of SUBSET_NAMES) found[name] = Number(await shareOf(page, name).inputValue());
  return found;
}

/** A field of a panel, or of a stage. */
export function fieldOf(page: Page, group: string, label: string): Locator {
  const panel = page
    .locator('section.panel')
    .filter({ has: page.getByRole('heading', { level: 2, name: group, exact: true }) })
    .or(page.getByRole('group', { name: group, exact: true }));
  return panel.getByLabel(label, { exact: true });
}

/** Types a value as a person does, key by key. */
export async function setField(page: Page, group: string, label: string, value: string): Promise<void> {
  const field = fieldOf(page, group, label);
  await field.fill('');
  await field.pressSequentially(value);
}
