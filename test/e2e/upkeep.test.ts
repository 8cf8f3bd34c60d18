/** Keeping a history in order: notes edited, many archived and labelled at once, presets deleted; each with its way back. */
import { expect, it } from 'vitest';
import { writeHistory } from '../../bench/app/history.ts';
import { choose, describeApp, go, historyLink } from './steps.ts';

const prepare = (home: string) => writeHistory(home, { experiments: 6, seeds: 2, evaluations: 9 });

describeApp('upkeep', { prepare }, (app) => {
  const undo = () => app.page.getByRole('button', { name: 'Undo', exact: true }).first().click();
  const rows = () => app.page.getByTestId('experiments').locator('tbody tr');
  const tick = (name: string) =>
    app.page.getByTestId('experiments').getByLabel(`Select ${name}`, { exact: true }).click();
  const bar = () => app.page.getByRole('toolbar', { name: 'Selected experiments' });

  it('edits a note in place, by keyboard, and leaves it as it was on Escape', async () => {
    const { page } = app;
    await go(app, 'runs/1');
    await page.getByPlaceholder(/What you changed/).fill('first thought');
    await page.keyboard.press('Control+Enter');
    await page.getByText('first thought').waitFor();
    const edit = page.getByRole('button', { name: 'Edit note' });
    await edit.click();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('second thought');
    await page.keyboard.press('Control+Enter');
    await page.getByText('second thought').waitFor();
    await expect.poll(() => edit.evaluate((button) => button === document.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    await page.keyboard.type(' thrown away');
    await page.keyboard.press('Escape');
    await page.getByText('second thought', { exact: true }).waitFor();
    await expect.poll(() => edit.evaluate((button) => button === document.activeElement)).toBe(true);
    await page.reload();
    await page.getByText('second thought', { exact: true }).waitFor();
    await expect.poll(() => page.getByText('first thought').count()).toBe(0);
  });

  it('brings a removed note back', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Remove note' }).click();
    await expect.poll(() => page.getByText('second thought', { exact: true }).count()).toBe(0);
    await undo();
    await page.getByText('second thought', { exact: true }).waitFor();
  });

  it('archives many at once, and undoes that', async () => {
    const { page } = app;
    await go(app, 'runs');
    await expect.poll(() => rows().count()).toBe(6);
    for (const name of ['sweep 2', 'sweep 3', 'sweep 5']) await tick(name);
    await bar().getByText('3 experiments selected').waitFor();
    await bar().getByRole('button', { name: 'Archive', exact: true }).click();
    await expect.poll(() => rows().count()).toBe(3);
    await expect.poll(() => bar().count()).toBe(0);
    await page.getByRole('button', { name: 'Show the archive' }).click();
    await historyLink(page, /sweep 5/).waitFor();
    await expect.poll(() => rows().count()).toBe(3);
    await page.getByRole('button', { name: 'Show current experiments' }).click();
    await expect.poll(() => rows().count()).toBe(3);
    await undo();
    await expect.poll(() => rows().count()).toBe(6);
  });

  it('puts a label on many, finds them by it, and takes it off again', async () => {
    const { page } = app;
    const label = () => page.getByRole('group', { name: 'Labels' }).getByRole('button', { name: 'kept' });
    for (const name of ['sweep 1', 'sweep 6']) await tick(name);
    await bar().getByRole('button', { name: 'Label' }).click();
    await page.getByPlaceholder('Label, or /folder…').fill('kept');
    await page.getByRole('option', { name: /New label/ }).click();
    await label().click();
    await expect.poll(() => rows().count()).toBe(2);
    await bar().getByRole('button', { name: 'Label' }).click();
    await page.getByRole('option', { name: /kept/ }).click();
    await expect.poll(() => label().count()).toBe(0);
    await page.keyboard.press('Escape');
    await expect.poll(() => rows().count()).toBe(6);
  });

  it('deletes a preset of one’s own, and undoes that', async () => {
    const { page } = app;
    await go(app, 'design');
    const open = () => page.getByRole('button', { name: 'Presets and files', exact: true }).click();
    await page.getByRole('toolbar', { name: 'Design' }).waitFor();
    await page.getByLabel('Name of the experiment').fill('Mine');
    await choose(page, 'Presets and files', 'Save as preset');
    await page.getByText('Saved as preset “mine”').waitFor();
    await choose(page, 'Presets and files', 'Delete preset mine');
    await page.getByText('Deleted the preset “mine”').waitFor();
    await open();
    await expect.poll(() => page.getByRole('menuitem', { name: /mine$/ }).count()).toBe(0);
    await page.keyboard.press('Escape');
    await undo();
    await open();
    await page.getByRole('menuitem', { name: 'mine', exact: true }).waitFor();
    await page.keyboard.press('Escape');
  });
});
