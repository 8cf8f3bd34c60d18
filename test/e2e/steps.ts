/** What a person does in the app, step by step, for the tests of every view. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../credence.ts';
import { hasChromium, openShared, type App, type Look } from './browser.ts';

/** How long a small training may take where other work wants the cores too. */
export const TRAINING = 240_000;

interface Options extends Look {
  /** Prepares the data folder before it is served. */
  prepare?: (home: string) => void | Promise<void>;
  /** Pages of this file report errors on purpose. */
  errors?: 'expected';
}

/** Tests over one served app, in order; at the end no page may have reported an error of its own. */
export function describeApp(title: string, options: Options, tests: (app: App) => void): void {
  describe.skipIf(!hasChromium)(title, () => {
    const app = {} as App;

    beforeAll(async () => {
      const home = temporaryFolder();
      await options.prepare?.(home);
      Object.assign(app, await openShared(home, options));
    });

    afterAll(() => app.close?.());

    tests(app);

    if (options.errors !== 'expected')
      it('reported no error of its own', () => {
        expect(app.errors).toEqual([]);
      });
  });
}

/** Goes to an address such as `runs/2`. */
export async function go({ page, origin }: App, place: string): Promise<void> {
  await page.goto(`${origin}/#/${place}`);
}

/** An experiment in the side bar, current or archived. */
export function historyLink(page: Page, name: RegExp): Locator {
  return page.getByRole('complementary', { name: 'History' }).getByRole('link', { name });
}

/** What the row of a seed says while it trains. */
export const EPOCH = /Stage \d\D+\d+\s*(of|\/)\s*\d+/;

/** Waits until an experiment in view has trained all its seeds. */
export async function seedsDone(page: Page, seeds: number): Promise<void> {
  const text = `${seeds} of ${seeds} ${seeds === 1 ? 'seed' : 'seeds'} done`;
  await page.getByText(text).waitFor({ timeout: TRAINING });
}

/** The row of a seed in the runs view, which opens its panel. */
export function seedRow(page: Page, seed: number): Locator {
  return page.getByTestId('seeds').getByRole('button', { name: new RegExp(`Seed ${seed}\\b`) });
}

/** Reads a config into the design view, through its file menu's input. */
export async function importConfig(app: App, config: Record<string, unknown>): Promise<void> {
  const file = path.join(app.home, 'design.yaml');
  writeFileSync(file, JSON.stringify(config));
  await app.page.getByRole('button', { name: 'Design', exact: true }).click();
  await app.page.getByRole('toolbar', { name: 'Design' }).waitFor();
  await app.page.locator('input[accept=".yaml,.yml"]').setInputFiles(file);
  // Until it is read, what is changed would be changed in the design before it.
  const name = app.page.getByLabel('Name of the experiment');
  await expect.poll(() => name.inputValue(), { timeout: 60_000 }).toBe(config.name);
}

/** Chooses from the menu behind a button. */
export async function choose(page: Page, menu: string, item: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: menu, exact: true }).click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
}

/** Opens a preset in the design view, found among all by its name. */
export async function openPreset(page: Page, name: string): Promise<void> {
  await choose(page, 'Presets and files', 'Open a preset…');
  await page.getByPlaceholder(/^Search \d+ presets/).fill(name);
  await page
    .getByRole('option')
    .filter({ has: page.getByText(name, { exact: true }) })
    .click();
}

/** Exports through a menu. @returns the bytes of the file that was downloaded */
export async function exported(page: Page, menu: string, item: string): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download'), choose(page, menu, item)]);
  return readFileSync(await download.path());
}
