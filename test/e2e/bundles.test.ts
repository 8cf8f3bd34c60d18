/** Experiments from one window to another, as a file. */
import path from 'node:path';
import { expect, it } from 'vitest';
import { openShared } from './browser.ts';
import { seriousFindings } from './looks.ts';
import { recipe, trained } from './recipes.ts';
import { choose, describeApp, go } from './steps.ts';

describeApp('a .credence file', {}, (app) => {
  let file: string;

  it('is written where it says, from the page of an experiment', async () => {
    const [id] = await trained(app, recipe('travels'));
    await go(app, `runs/${id}`);
    await choose(app.page, 'Export', 'For another Credence (.credence)');
    const said = await app.page.getByText(/^Wrote 1 experiment, .*\.credence$/).innerText();
    file = said.slice(said.indexOf(app.home));
    expect(file).toBe(path.join(app.home, 'exports', 'travels.credence'));
  });

  it('is recognised where it comes from', async () => {
    const chooser = app.page.waitForEvent('filechooser');
    await app.page.keyboard.press('Control+k');
    await app.page.keyboard.type('Import experiments');
    await app.page.keyboard.press('Enter');
    await (await chooser).setFiles(file);
    await app.page.getByText('1 experiment here already, nothing came').waitFor();
  });

  it('fills an empty history, and says why a file does not', async () => {
    const other = await openShared();
    const take = async (chosen: string) => {
      const chooser = other.page.waitForEvent('filechooser');
      await other.page.getByRole('button', { name: 'Import experiments…' }).click();
      await (await chooser).setFiles(chosen);
    };
    await take(path.join(app.home, 'history.sqlite'));
    await other.page.getByText(/^"history\.sqlite" is damaged or no file of experiments/).waitFor();
    expect(await seriousFindings(other.page)).toEqual([]);
    await take(file);
    await other.page.getByText('1 experiment new').waitFor();
    await other.page
      .getByRole('link', { name: /travels/ })
      .first()
      .click();
    await other.page.getByTestId('results').waitFor();
    expect(await other.page.getByTestId('results').innerText()).toBe(
      await app.page.getByTestId('results').innerText(),
    );
    expect(other.errors).toEqual([]);
    await other.close();
  });
});
