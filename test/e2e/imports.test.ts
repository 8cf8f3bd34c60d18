/** Runs of another program in the window: looked at before they are saved, marked afterwards. */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { writeIn } from '../credence.ts';
import { seriousFindings } from './looks.ts';
import { describeApp, go } from './steps.ts';

const AUTHORS = fileURLToPath(new URL('../golden/authors-folder/tiny_two_stage', import.meta.url));

describeApp('runs of another program', {}, (app) => {
  const dialog = () => app.page.getByRole('dialog', { name: /^Import runs / });

  async function take(command: string, chosen: string | string[]): Promise<void> {
    const { page } = app;
    await page.getByRole('complementary', { name: 'History' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Search experiments and commands…').fill(command);
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('option', { name: new RegExp(command) }).click();
    await (await chooser).setFiles(chosen);
    await dialog().waitFor();
  }

  it('are shown column by column before anything is saved, and each can be read otherwise', async () => {
    await go(app, 'runs');
    const lines = ['seed;epoch;eval_d1consis_acc;eval_d2consis_acc', '0;1;75;50', '1;1;80;60', '2;1;70;40'];
    await take('Import experiments', writeIn(app.home, 'theirs.csv', lines.join('\n')));
    await dialog().getByText('no column holds a metric of a subset').waitFor();
    expect(await dialog().getByRole('button', { name: 'Import', exact: true }).isDisabled()).toBe(true);

    await dialog().getByLabel('Column (* stands for anything)').fill('*_acc');
    await dialog().getByLabel('becomes', { exact: true }).fill('exact_match%');
    await dialog().getByRole('button', { name: 'Read it so' }).click();
    await expect
      .poll(() => dialog().getByTestId('import-summary').innerText())
      .toBe('3 runs of 3 seeds, 3 evaluations of d1consis, d2consis');
    expect(await dialog().getByRole('alert').count()).toBe(0);
    const seed = dialog().getByLabel('Seed of seed 2');
    await seed.fill('9');
    await seed.press('Tab');
    await expect.poll(() => dialog().getByText('as was asked').count()).toBe(3);
    expect(await seriousFindings(app.page)).toEqual([]);
    const listed = app.page
      .getByRole('complementary', { name: 'History' })
      .getByRole('link', { name: /theirs/ });
    expect(await listed.count()).toBe(0);

    await dialog().getByLabel('Name of the experiment').fill('their runs');
    await dialog().getByRole('button', { name: 'Import', exact: true }).click();
    await app.page.getByText('Imported as experiment 1').waitFor();
  });

  it('are marked as imported, with source and hash; what needs a model says why not', async () => {
    const imported = app.page.getByTestId('imported');
    await imported.waitFor();
    expect(await imported.innerText()).toMatch(/theirs\.csv[^]*CSV[^]*[0-9a-f]{64}/);
    await imported.getByText('How 4 columns').click();
    expect(await imported.innerText()).toContain('d1consis/exact_match%');
    const copy = app.page.getByRole('button', { name: 'Run a copy' });
    expect(await copy.isDisabled()).toBe(true);
    expect(await copy.getAttribute('title')).toContain('imported from another program');
    expect(await app.page.getByRole('button', { name: 'Add seeds' }).count()).toBe(0);
    await app.page.getByTestId('results').getByText('75.0').waitFor();
    expect(await seriousFindings(app.page)).toEqual([]);
  });

  it('that Credence exported keep their name and how they ended; nothing offers to go on with them', async () => {
    const { page } = app;
    const head = 'experiment,name,run,seed,state,stage,epoch,step,subset,test,exact_match,count';
    const states = ['done', 'failed', 'running'];
    const lines = states.flatMap((state, seed) =>
      ['d1consis', 'd2consis'].map(
        (subset) => `7,ours,${seed},${seed},${state},stage1,1,9,${subset},questions,0.5,8`,
      ),
    );
    await take('Import experiments', writeIn(app.home, 'evaluations.csv', [head, ...lines].join('\n')));
    await dialog().getByRole('heading', { name: 'Import runs that Credence exported' }).waitFor();
    expect(await dialog().getByLabel('Name of the experiment').inputValue()).toBe('ours');
    await dialog().getByText('2 runs did not finish, and enter curves alone: seed 1').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('Imported as experiment 2').waitFor();
    await page.getByText('it was running when it was exported').first().waitFor();
    await page.getByText('Seed 1 failed').waitFor();
    for (const name of [/^Resume/, 'Change in design'])
      expect(await page.getByRole('button', { name }).count(), String(name)).toBe(0);
    await go(app, 'queue');
    await page.getByRole('heading', { name: 'Queue' }).waitFor();
    expect(await page.getByTestId('ended-early').count()).toBe(0);
  });

  it('of a folder of the authors’ code stand beside others, and are recognised', async () => {
    for (const said of [
      'Imported as experiment 3',
      'It is here already, as experiment 3: nothing was changed',
    ]) {
      await take('Import a folder', AUTHORS);
      await expect
        .poll(() => dialog().getByTestId('import-summary').innerText())
        .toContain('2 runs of 2 seeds');
      await dialog().getByRole('button', { name: 'Import', exact: true }).click();
      await app.page.getByText(said).waitFor();
    }
    await go(app, 'compare/1,3');
    await app.page.getByText('Not paired: with the seeds of an imported experiment').first().waitFor();
    await go(app, 'runs/3');
    await app.page.getByTestId('curves').locator('canvas').waitFor();
  });
});
