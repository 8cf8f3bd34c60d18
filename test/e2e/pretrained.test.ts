/** A pre-trained model chosen by hand: refused until it is there, previewed token by token, trained, undone. */
import { expect, it } from 'vitest';
import { tinyPretrained } from '../tiny-pretrained.ts';
import { overflow, seriousFindings } from './looks.ts';
import { recipe } from './recipes.ts';
import { describeApp, importConfig, seedsDone } from './steps.ts';

const model = tinyPretrained();
const PANEL = 'section.panel:has([data-field="pretrained"])';

describeApp('a pre-trained model', {}, (app) => {
  const toggle = () => app.page.getByRole('switch', { name: 'Begin with a pre-trained model' });
  const preview = () => app.page.getByRole('complementary', { name: 'Preview' });
  const field = () => app.page.locator('[data-field="pretrained.model"] input');

  it('takes the place of the fields of a model from scratch, and gives it back', async () => {
    await importConfig(app, recipe('begun', { seeds: 1, entities: 40 }));
    const { page } = app;
    await page.getByLabel('Width', { exact: false }).first().waitFor({ state: 'attached' });
    await toggle().check();
    await field().waitFor();
    expect(await page.locator('[data-field="model.d_model"]').count()).toBe(0);
    await page
      .getByTestId('problems')
      .getByText(/a folder, or the name of a model/)
      .waitFor();
    await page.keyboard.press('Control+z');
    await page.locator('[data-field="model.d_model"]').waitFor();
    expect(await toggle().isChecked()).toBe(false);
    await page.keyboard.press('Control+Shift+z');
    await field().waitFor();
  });

  it('says what is wrong with a folder, until it is right', async () => {
    const { page } = app;
    await field().fill('/nowhere');
    const missing = preview().getByText(/the model folder "\/nowhere" is not there/);
    await missing.waitFor();
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      expect(await seriousFindings(page, PANEL), theme).toEqual([]);
    }
    expect(await overflow(page)).toEqual([]);
    await field().fill(model);
    await missing.waitFor({ state: 'detached' });
    await preview()
      .getByText(/12,\d{3} weights/)
      .waitFor();
  });

  it('trains, and is named where the run is', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Run 1 seed' }).click();
    await seedsDone(page, 1);
    await page.getByText(/\/model, pre-trained/).waitFor();
  });
});
