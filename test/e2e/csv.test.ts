/** A table of one's own: a bad file is refused in place and loses nothing, a good one is mapped, shown and trained on. */
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { temporaryFolder, writeIn } from '../credence.ts';
import { previewOf } from './design.ts';
import { recipe } from './recipes.ts';
import { seriousFindings } from './looks.ts';
import { describeApp, go, importConfig, seedsDone } from './steps.ts';

const files = temporaryFolder();
const DECADES = ['1900s', '1910s', '1920s', '1930s'];
const CRAFTS = ['painter', 'pilot', 'baker', 'judge'];
const TOWNS = ['Riga', 'Lima', 'Oslo', 'Pune'];

/** Sixty people; one comes twice, one has no name. */
const PEOPLE = [
  'id,person,born,craft,town,remark',
  ...Array.from(
    { length: 60 },
    (_, i) =>
      `${i},Person ${i},${DECADES[i % 4]},${CRAFTS[(i >> 2) % 4]},${TOWNS[(i >> 4) % 4]},seen in ${i}`,
  ),
  '60,Person 3,1900s,pilot,Riga,again',
  '61,,1900s,pilot,Riga,nameless',
].join('\n');

describeApp('a table of one’s own', {}, (app) => {
  const data = () =>
    app.page
      .locator('section.panel')
      .filter({ has: app.page.getByRole('heading', { name: 'Data', exact: true }) });
  const add = (name: string, content: string | Uint8Array) =>
    data()
      .locator('input[type=file]')
      .setInputFiles(writeIn(files, name, content));
  const use = (column: string) => data().getByLabel(`Use of column ${column}`);

  it('says in place what is wrong with a file that is no table', async () => {
    const { page } = app;
    await importConfig(app, recipe('people', { seeds: 1 }));
    await page.getByRole('button', { name: 'Run 1 seed', exact: true }).waitFor();
    await data().getByLabel('Dataset').selectOption('csv');
    // Nothing is chosen yet: that is a problem, and nothing else is trained instead.
    await page.getByTitle('dataset.path: is empty', { exact: false }).waitFor();
    expect(await page.getByRole('button', { name: 'Run', exact: true }).isDisabled()).toBe(true);
    await add('empty.csv', '');
    await data().getByRole('alert').filter({ hasText: 'empty.csv' }).waitFor();
    await add(
      'picture.csv',
      Uint8Array.from({ length: 400 }, (_, i) => (i * 7) % 256),
    );
    await data().getByRole('alert').filter({ hasText: 'picture.csv' }).waitFor();
    await add('single.csv', 'name\nAda\nBob\n');
    await data()
      .getByRole('alert')
      .filter({ hasText: /attribute|column/ })
      .waitFor();
    await add('table.xlsx', 'not a table');
    await data().getByRole('alert').filter({ hasText: 'table.xlsx' }).waitFor();
  });

  it('loses nothing by it: the world is as it was', async () => {
    const { page } = app;
    await data().getByLabel('Dataset').selectOption('world');
    await expect.poll(() => page.getByLabel('Entities').inputValue()).toBe('120');
    expect(await page.getByLabel('Name of the experiment').inputValue()).toBe('people');
    await expect.poll(() => previewOf(page).count('Stage 2', 'definitions'), { timeout: 60_000 }).toBe(10);
    const run = page.getByRole('button', { name: 'Run 1 seed', exact: true });
    await expect.poll(() => run.isEnabled(), { timeout: 60_000 }).toBe(true);
  });

  it('takes a good file: its columns are mapped by hand, what is dropped is said', async () => {
    const { page } = app;
    await data().getByLabel('Dataset').selectOption('csv');
    await add('people.csv', PEOPLE);
    await expect.poll(() => use('id').inputValue(), { timeout: 60_000 }).toBe('entity');
    await use('person').selectOption('entity');
    await use('remark').selectOption('unused');
    await data().getByText('60 of 62 rows can be used.').waitFor();
    const uses = ['id', 'person', 'born', 'craft', 'town', 'remark'].map((column) =>
      use(column).inputValue(),
    );
    expect(await Promise.all(uses)).toEqual([
      'unused',
      'entity',
      'attribute',
      'attribute',
      'attribute',
      'unused',
    ]);
    const report = await data().getByRole('list', { name: 'How the table was read' }).innerText();
    expect(report).toMatch(
      /left out 1: name already taken .*line 62: "Person 3".*left out 1: no name .*line 63/s,
    );
    await data().getByRole('cell', { name: 'Person 2', exact: true }).waitFor();
    const texts = async () => (await previewOf(page).definitions())[0]?.texts.at(-1);
    await expect.poll(texts, { timeout: 60_000 }).toMatch(/^Person \d+$/);
  });

  it('trains on it to the end', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Run 1 seed', exact: true }).click();
    await page.getByRole('heading', { name: 'people', exact: true }).waitFor();
    await seedsDone(page, 1);
    await page.getByText(/people\.csv/).waitFor();
    await page.getByTestId('results').getByRole('row').nth(4).waitFor();
  });

  it('lists the tables of the data folder with what reads them, removes one, and takes it back', async () => {
    const { page } = app;
    await go(app, 'design');
    await data().getByLabel('Dataset').selectOption('csv');
    await data().getByText('Tables in the data folder').first().click();
    const list = data().getByRole('list', { name: 'Tables in the data folder' });
    const item = (name: string) => list.getByRole('listitem').filter({ hasText: name });
    await item('people.csv')
      .getByText(/read by #1/)
      .waitFor();
    await item('single.csv').getByText('read by no experiment').waitFor();
    await item('single.csv').getByRole('button', { name: 'Remove the table single.csv' }).click();
    await item('single.csv').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await item('single.csv').waitFor();
  });

  it('tells removed tables with what needs them, and removes for good only what is confirmed', async () => {
    const { page } = app;
    const kept = data().getByRole('list', { name: 'Tables in the data folder' });
    // What is there after the first is told late, when the second is removed, too.
    let asked = 0;
    const told = Promise.withResolvers<void>();
    await page.route(/datasets\.removed$/, async (route) => {
      const isFirst = asked++ === 0;
      const response = await route.fetch();
      if (isFirst) await setTimeout(1000);
      await route.fulfill({ response });
      if (isFirst) told.resolve();
    });
    for (const name of ['single.csv', 'people.csv'])
      await kept.getByRole('button', { name: `Remove the table ${name}` }).click();
    await told.promise;
    await data().getByText('Removed tables').first().click();
    const list = data().getByRole('list', { name: 'Removed tables' });
    const item = (name: string) => list.getByRole('listitem').filter({ hasText: name });
    await item('people.csv')
      .getByText(/still needed by #1/)
      .waitFor();
    expect(await item('single.csv').innerText()).not.toContain('needed');

    const all = data().getByRole('button', { name: 'Remove for good…' });
    await data()
      .getByText(/^1 table, .*; what is still needed stays$/)
      .waitFor();
    await all.click();
    const dialog = page.getByRole('alertdialog', { name: /^Remove 1 table, .* for good\?$/ });
    await dialog.getByText('single.csv: until now each could be restored').waitFor();
    expect(await seriousFindings(page, '[role=alertdialog]')).toEqual([]);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    await item('people.csv').getByRole('button', { name: 'Remove the table people.csv for good' }).click();
    const alone = page.getByRole('alertdialog');
    await alone.getByText('people.csv is still needed by #1').waitFor();
    await page.keyboard.press('Escape');
    await alone.waitFor({ state: 'detached' });

    await all.click();
    await dialog.getByRole('button', { name: 'Remove for good' }).click();
    await item('single.csv').waitFor({ state: 'detached' });
    await item('people.csv').getByRole('button', { name: 'Restore the table people.csv' }).click();
    await kept.getByRole('listitem').filter({ hasText: 'people.csv' }).waitFor();
    expect(await data().getByText('Removed tables').count()).toBe(0);
  });

  it('leads to each part of the design from its outline, and marks the one with a problem', async () => {
    const { page } = app;
    const outline = page.getByRole('navigation', { name: 'Parts of the design' });
    await outline.getByRole('button', { name: 'Model', exact: true }).click();
    await expect.poll(() => page.getByLabel('Width', { exact: true }).isVisible()).toBe(true);
    const model = page.getByRole('heading', { name: 'Model', exact: true });
    await expect.poll(async () => (await model.boundingBox())!.y, { timeout: 10_000 }).toBeLessThan(300);
    await page.getByLabel('Width', { exact: true }).fill('wide');
    await outline.getByRole('button', { name: 'Model has a problem' }).waitFor();
    await page.getByLabel('Width', { exact: true }).fill('32');
    await outline.getByRole('button', { name: 'Model', exact: true }).waitFor();
  });
});
