/** A pre-trained model chosen: of this machine, typed, or fetched from the Hub when asked; then trained. */
import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { temporaryFolder } from '../credence.ts';
import { COMMIT, startHub } from '../hub-server.ts';
import { factsItKnows, tinyPretrained } from '../tiny-pretrained.ts';
import { overflow, seriousFindings } from './looks.ts';
import { recipe } from './recipes.ts';
import { describeApp, importConfig, seedsDone } from './steps.ts';

const model = tinyPretrained();
const files = Object.fromEntries(
  readdirSync(model).map((name) => [name, readFileSync(path.join(model, name))]),
);
const hub = await startHub({ 'tiny/llama': { revision: COMMIT, files } });
afterAll(() => hub.close());
const env = { HF_HOME: temporaryFolder(), HF_ENDPOINT: hub.endpoint, HF_TOKEN: '', HF_HUB_CACHE: '' };
const PANEL = 'section.panel:has([data-field="pretrained"])';

describeApp('a pre-trained model', { env }, (app) => {
  const place = (name: string) => app.page.getByRole('radio', { name, exact: true });
  const preview = () => app.page.getByRole('complementary', { name: 'Preview' });
  async function looksWell(): Promise<void> {
    for (const theme of ['light', 'dark'] as const) {
      await app.page.emulateMedia({ colorScheme: theme });
      expect(await seriousFindings(app.page, PANEL), theme).toEqual([]);
    }
    expect(await overflow(app.page)).toEqual([]);
  }
  const field = () => app.page.locator('[data-field="pretrained.model"] input');

  it('takes the place of the fields of a model from scratch, and gives it back', async () => {
    await importConfig(app, recipe('begun', { seeds: 1, entities: 40 }));
    const { page } = app;
    await page.getByLabel('Width', { exact: false }).first().waitFor({ state: 'attached' });
    await place('On this machine').click();
    await field().waitFor();
    expect(await page.locator('[data-field="model.d_model"]').count()).toBe(0);
    await page
      .getByTestId('problems')
      .getByText(/a folder, or the name of a model/)
      .waitFor();
    await page.keyboard.press('Control+z');
    await page.locator('[data-field="model.d_model"]').waitFor();
    expect(await place('From scratch').isChecked()).toBe(true);
    await page.keyboard.press('Control+Shift+z');
    await field().waitFor();
  });

  it('says what is wrong with a folder, until it is right', async () => {
    const { page } = app;
    await field().fill('/nowhere');
    const missing = preview().getByText(/the model folder "\/nowhere" is not there/);
    await missing.waitFor();
    await looksWell();
    // It is the field's, so that it cannot be run, and is asked again once it was mended outside.
    const run = page.getByRole('button', { name: 'Run 1 seed' });
    await page.getByRole('button', { name: '1 problem', exact: true }).waitFor();
    expect(await run.isDisabled()).toBe(true);
    const mended = path.join(temporaryFolder(), 'model');
    await field().fill(mended);
    await preview().getByText(`the model folder "${mended}" is not there`).waitFor();
    symlinkSync(model, mended);
    await preview().getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => run.isEnabled()).toBe(true);
    // A name that this machine does not have is looked for on the Hub.
    await field().fill('nobody/nothing');
    await page.getByRole('button', { name: 'Look for it on the Hub…' }).click();
    expect(await page.getByLabel('Name on the Hugging Face Hub').inputValue()).toBe('nobody/nothing');
    await place('On this machine').click();
    // The folder around it lists what is in it.
    await field().fill(path.dirname(model));
    await place(model).check();
    expect(await field().inputValue()).toBe(model);
    await missing.waitFor({ state: 'detached' });
    await preview()
      .getByText(/12,\d{3} weights/)
      .waitFor();
  });

  it('asks the Hub when that is asked for, and fetches when that is; a fetch is stopped and gone on with', async () => {
    const { page } = app;
    const button = (name: RegExp) => page.getByRole('button', { name });
    await place('From the Hub').click();
    const name = page.getByLabel('Name on the Hugging Face Hub');
    await name.fill('tiny/llama@v9');
    expect(hub.asked).toEqual([]);
    await button(/^Look up$/).click();
    await page
      .getByRole('alert')
      .getByText(/has no such revision/)
      .waitFor();
    await name.fill('tiny/llama');
    await button(/^Look up$/).click();
    await page.getByTestId('hub-plan').getByText('model.safetensors').waitFor();
    expect(hub.sent()).toBe(0);
    hub.faults = { stallAfter: 20_000 };
    await button(/^Fetch \d+ kB from 127\.0\.0\.1:\d+$/).click();
    await page
      .getByTestId('fetch-progress')
      .getByText(/^[23]\d kB of \d+ kB/)
      .waitFor();
    await looksWell();
    await button(/^Cancel$/).click();
    await page.getByText(/^Stopped: [23]\d kB are here and stay/).waitFor();
    hub.faults = {};
    await button(/^Resume: fetch \d+ kB from/).click();
    await place('tiny/llama').waitFor();
    expect(await place('tiny/llama').isChecked()).toBe(true);
    expect(await field().inputValue()).toBe('tiny/llama');
    expect(hub.sent()).toBe(Object.values(files).reduce((sum, { length }) => sum + length, 0));
    await preview()
      .getByText(/12,\d{3} weights/)
      .waitFor();
  });

  it('shows what its tokenizer makes of a definition and a question', async () => {
    await preview().getByRole('radio', { name: 'Tokens' }).click();
    const tokens = preview().locator('li').first().locator('.token');
    const texts = await tokens.allInnerTexts();
    expect(texts.join('').replaceAll('␣', ' ').replace('\\n', '')).toMatch(
      /^<\|\w{6}\|> <\|\w{5}\|> \S+( \S+)*$/,
    );
    expect(texts.length).toBeGreaterThan(8);
    expect(await tokens.first().getAttribute('title')).toMatch(/^token \d+$/);
    const roles = await tokens.evaluateAll((spans) =>
      spans.map(({ className }) => /tag|alias|entity/.exec(className)?.[0]),
    );
    expect(new Set(roles)).toEqual(new Set(['tag', 'alias', 'entity', undefined]));
    await preview().locator('.token.answer').first().waitFor();
    expect(await seriousFindings(app.page, 'aside[aria-label="Preview"]')).toEqual([]);
  });

  it('says what memory a run of this design takes', async () => {
    const told = app.page.locator('dl div', { hasText: 'Memory' });
    await told.getByText(/^about 1\.\d GB$/).waitFor();
    await told.getByText(/^a run, [\d,.]+ GB free here$/).waitFor();
  });

  it('is asked what it knows, and what it does not know is left out', async () => {
    const { page } = app;
    await importConfig(app, factsItKnows('known'));
    const button = (name: RegExp) => page.getByRole('button', { name });
    await button(/^Ask it$/).click();
    const known = page.getByTestId('known-facts');
    await known.getByRole('row', { name: /town 2 of 6 33\.3 % \[9\.7, 70\.0\]/ }).waitFor();
    expect(await seriousFindings(page, PANEL)).toEqual([]);
    await page.getByLabel('Facts that must be known').fill('2');
    await page.getByLabel('Facts that must be known').press('Enter');
    await button(/^Keep 2 of 6$/).click();
    await page.getByText('Only 2 entities kept, by name').click();
    const names = page.locator('[data-field="dataset.keep_entities"] textarea');
    expect(await names.inputValue()).toBe('Ada Lovelace\nAlan Turing');
    await names.fill('Ada Lovelace\nAlan Turin');
    await names.blur();
    await page
      .getByTestId('problems')
      .getByText(/"Alan Turin" is not among the 6 entities .*nearest is "Alan Turing"/)
      .waitFor();
    // What it knows of each is the same whoever is kept.
    await button(/^Keep 2 of 6$/).click();
    await page.getByTestId('problems').waitFor({ state: 'detached' });
  });

  it('trains, and is named where the run is', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Run 1 seed' }).click();
    await seedsDone(page, 1);
    await page.getByText(/\/model, pre-trained/).waitFor();
  });
});
