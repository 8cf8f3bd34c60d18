/** Nothing of the config is reachable in YAML only: every field of the schema has a control in the design view. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { ConfigField } from '#shared/config-fields.ts';
import { DATASET_KINDS } from '#shared/config/dataset.ts';
import { writeIn } from '../credence.ts';
import { recipe } from './recipes.ts';
import { describeApp, importConfig } from './steps.ts';

const PEOPLE = [
  'person,craft,town',
  ...Array.from(
    { length: 60 },
    (_, i) => `Person ${i},${['baker', 'judge'][i % 2]},${['Riga', 'Oslo'][i % 2]}`,
  ),
].join('\n');

function prepare(home: string): void {
  mkdirSync(path.join(home, 'datasets'));
  writeIn(path.join(home, 'datasets'), 'people.csv', PEOPLE);
}

const DATASETS = DATASET_KINDS.map((kind) => (kind === 'csv' ? { kind, path: 'people.csv' } : { kind }));
const PATIENT = { timeout: 60_000 };
/** Some fields are there in one style only. */
const STYLES = ['tags', 'sources', 'is-isnt'];

describeApp('every field', { prepare }, (app) => {
  /** Opens a config and what is folded. @returns the fields with a control that can be used */
  async function reachable(changes: Record<string, unknown>): Promise<string[]> {
    const { page } = app;
    const name = JSON.stringify(changes).slice(0, 80);
    const { training, ...rest } = recipe(name);
    await importConfig(app, { ...rest, training: { ...training, pipeline: 'three-stage' }, ...changes });
    // Columns come once the table is read.
    if (name.includes('people.csv')) await page.getByLabel('Use of column person').waitFor();
    // Questions come with the preview.
    if (name.includes('people.csv'))
      await page.locator('[data-field="dataset.questions"] input').first().waitFor();
    return page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
      const CONTROLS = 'input, select, textarea, button';
      return [...document.querySelectorAll<HTMLElement>('[data-field]')]
        .filter((place) =>
          [place, ...place.querySelectorAll<HTMLElement>(CONTROLS)].some(
            (control) =>
              control.matches(CONTROLS) && !control.matches(':disabled') && control.checkVisibility(),
          ),
        )
        .map((place) => place.dataset['field'] ?? '');
    });
  }

  it('of the schema has a control in the design view, for every kind of dataset', async () => {
    const fields = await app.post<ConfigField[]>('design.fields', {});
    const found = new Set<string>();
    for (const dataset of DATASETS)
      for (const field of await reachable({ dataset }))
        found.add(field.replace(/^dataset\./, `dataset(${dataset.kind}).`));
    for (const style of STYLES)
      for (const field of await reachable({ definitions: { style } })) found.add(field);
    for (const field of await reachable({ model: {}, pretrained: { model: 'none', lora: {} } }))
      found.add(field);
    const paths = fields.map(({ path }) => path);
    expect(paths.length).toBeGreaterThan(130);
    expect(paths.filter((path) => !found.has(path))).toEqual([]);
  });

  it('says what it is and takes, and goes back to its default in one step', async () => {
    const { page } = app;
    // Everything is folded again.
    await page.reload();
    await importConfig(app, recipe('advanced'));
    const details = page.locator('details').filter({ has: page.getByLabel(/^Advanced .*: Model$/) });
    await page.getByLabel(/^Advanced .*: Model$/).click();
    const width = details.locator('[data-field="model.d_mlp"]');
    await width.getByText('Width of the MLP; null is four times d_model.').waitFor();
    await width.getByText('from 1 to 131,072').waitFor();
    await width.getByLabel('MLP width').fill('48');
    await details.getByText(/^1 of \d+ changed$/).waitFor();
    await width.getByRole('button', { name: 'Back to the default: empty' }).click();
    expect(await width.getByLabel('MLP width').inputValue()).toBe('');
    await page.getByRole('button', { name: /^Undo/ }).click();
    expect(await width.getByLabel('MLP width').inputValue()).toBe('48');
  });

  it('shows its problem even where it was folded away', async () => {
    const { page } = app;
    await importConfig(app, { ...recipe('folded'), evaluation: { tests: ['questions'] } });
    const letters = page.locator('[data-field="tags.alias_letters"]');
    await page.getByLabel(/^Advanced .*: Definitions$/).click();
    await letters.getByRole('textbox').fill('99');
    await letters.getByRole('alert').filter({ hasText: 'at most 12' }).waitFor();
    await page.getByLabel(/^Advanced .*: Definitions$/).click();
    await page.getByTestId('problems').getByRole('button').first().click();
    expect(await letters.getByRole('textbox').evaluate((input) => input === document.activeElement)).toBe(
      true,
    );
    await letters.getByRole('textbox').fill('6');
    await letters.getByRole('alert').waitFor({ state: 'detached' });
  });

  it('of a list is ticked, and what was typed is read as numbers', async () => {
    const { page } = app;
    const tests = page.getByRole('group', { name: 'Tests', exact: true });
    await tests.getByLabel('letters').check();
    await tests.getByLabel('questions').uncheck();
    const kept = () =>
      app
        .post<{ config: { evaluation: { tests: string[] }; dataset: { moduli?: number[] } } }>(
          'design.draft',
          {},
        )
        .then(({ config }) => config);
    await expect.poll(async () => (await kept()).evaluation.tests, PATIENT).toEqual(['letters']);
    await page.getByLabel('Dataset').selectOption('modular');
    await page.getByLabel('Moduli', { exact: true }).fill('2, 3, 5, 7, 11, ');
    await expect.poll(async () => (await kept()).dataset.moduli, PATIENT).toEqual([2, 3, 5, 7, 11]);
    expect(await page.getByLabel('Moduli', { exact: true }).inputValue()).toBe('2, 3, 5, 7, 11, ');
  });
});
