/** Every kind of dataset by hand: what is there, what is missing, its first entities, and a large file that is stopped. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { DATASET_KINDS } from '#shared/config/dataset.ts';
import { writeIn } from '../credence.ts';
import { overflow, seriousFindings } from './looks.ts';
import { recipe } from './recipes.ts';
import { describeApp, importConfig } from './steps.ts';

const PATIENT = { timeout: 90_000 };
const PLACES = ['Europe', 'Asia', 'Africa'];
const COLUMNS =
  'name,birth,death,gender,level3_main_occ,string_citizenship_raw_d,un_region,wiki_readers_2015_2018';

/** A table in the columns of the published one. */
const CVDB = [
  COLUMNS,
  ...Array.from({ length: 90 }, (_, i) => {
    const [trade, country] = [['painter', 'judge', 'pilot'][i % 3], ['France', 'Japan', 'Kenya'][i % 3]];
    const years = `${1800 + i},${1880 + i}`;
    return `Person_${i},${years},${i % 2 ? 'Female' : 'Male'},${trade},'${country}',${PLACES[i % 3]},${1000 + i}`;
  }),
].join('\n');

/** A list of triples as T-REx is cleaned to. */
const TREX = JSON.stringify(
  Array.from({ length: 90 }, (_, i) =>
    [
      ['P50', `Writer${i % 7} Smith`],
      ['P577', String(1950 + (i % 40))],
      ['P136', ['novel', 'poetry', 'drama'][i % 3]],
      ['P407', ['Polish', 'German'][i % 2]],
    ].map(([predicate, obj]) => ({ subj: `Work ${i}`, predicate, obj })),
  ).flat(),
);

/** Takes seconds to read. */
const LARGE = [
  'person,craft,town,remark',
  ...Array.from(
    { length: 700_000 },
    (_, i) => `Person ${i},craft ${i % 9},town ${i % 8},"seen, in ${i % 50}"`,
  ),
].join('\n');

function prepare(home: string): void {
  const folder = path.join(home, 'datasets');
  mkdirSync(path.join(folder, 'trex'), { recursive: true });
  writeIn(path.join(folder, 'trex'), 'triples.json', TREX);
  writeIn(folder, 'large.csv', LARGE);
}

/** Where the dataset is chosen and shown. */
const PANEL = 'section.panel:has([data-field="dataset.kind"])';

describeApp('the data of a design', { prepare }, (app) => {
  const data = () =>
    app.page
      .locator('section.panel')
      .filter({ has: app.page.getByRole('heading', { name: 'Data', exact: true }) });
  const kind = (name: string) => data().getByLabel('Dataset', { exact: true }).selectOption(name);
  const cells = () => data().getByTestId('dataset-table').locator('tbody td').allInnerTexts();
  const shows = (pattern: RegExp) =>
    expect.poll(async () => (await cells()).some((text) => pattern.test(text)), PATIENT).toBe(true);

  it('of the pocket world, of sets and of remainders are shown as they are', async () => {
    await importConfig(app, recipe('kinds', { seeds: 1 }));
    await expect.poll(async () => (await cells()).length, PATIENT).toBeGreaterThan(8);
    await kind('set_inclusion');
    await data().getByLabel('Variables', { exact: true }).fill('300');
    await shows(/^x % \d.* = (true|false)/);
    await data()
      .getByText(/The first 8 of 300/)
      .waitFor();
    await kind('modular');
    await data().getByLabel('Variables', { exact: true }).fill('300');
    await shows(/^x \d \d = \d \d/);
    await expect.poll(() => app.page.getByText('Questions about variables are equations').count()).toBe(1);
  });

  it('that are published: what to download and where to put it, until it is there', async () => {
    const { page } = app;
    await kind('cvdb');
    const missing = data().getByTestId('missing');
    await missing.waitFor();
    const told = await missing.innerText();
    expect(told).toContain('cross-verified-database.csv.gz');
    expect(told).toContain('data.sciencespo.fr');
    expect(told).toContain(path.join(app.home, 'datasets'));
    await page.getByTestId('problems').getByText('dataset.path').waitFor();
    writeIn(path.join(app.home, 'datasets'), 'cross-verified-database.csv', CVDB);
    await data().getByLabel('Entities').fill('80');
    await missing.getByRole('button', { name: 'Look again' }).click();
    await data().getByTestId('found').getByText('cross-verified-database.csv').waitFor();
    await shows(/^Person \d+$/);
    await page.getByTestId('problems').waitFor({ state: 'detached' });
  });

  it('are taken from anywhere, a wrong path is said at once', async () => {
    const file = writeIn(app.home, 'elsewhere.csv', CVDB.replaceAll('Person_', 'Other_'));
    const field = data().getByLabel('File', { exact: true });
    await field.fill(path.join(app.home, 'nowhere.csv'));
    await field.press('Enter');
    await data().getByTestId('missing').waitFor();
    await field.fill(file);
    await field.press('Enter');
    await data().getByTestId('found').getByText('elsewhere.csv').waitFor();
    await shows(/^Other \d+$/);
  });

  it('of T-REx are found in their folder', async () => {
    await kind('trex');
    await data().getByLabel('Entities').fill('60');
    await data().getByTestId('found').getByText('triples.json').waitFor();
    await shows(/^Work \d+$/);
  });

  it('that are large tell how far they are, and can be stopped', async () => {
    const { page } = app;
    await kind('csv');
    await data().getByLabel('Table', { exact: true }).selectOption({ label: 'large.csv' });
    const reading = data().getByRole('progressbar', { name: 'Reading the table' });
    await reading.waitFor();
    await data().getByRole('button', { name: 'Cancel' }).click();
    await data().getByRole('alert').filter({ hasText: 'Reading the data was stopped.' }).waitFor();
    await expect.poll(() => reading.count()).toBe(0);
    // A table that was looked at before it was stopped is a step of its own.
    while ((await data().getByLabel('Dataset', { exact: true }).inputValue()) === 'csv')
      await page.getByRole('button', { name: /^Undo/ }).click();
    await shows(/^Work \d+$/);
  });

  it('that are not asked for any more keep nobody waiting', async () => {
    const { page } = app;
    const asked = page.waitForRequest(
      (of) => of.url().endsWith('/api/design.preview') && of.postData()!.includes('large.csv'),
    );
    await kind('csv');
    await data().getByLabel('Table', { exact: true }).selectOption({ label: 'large.csv' });
    const request = await asked;
    await kind('trex');
    const reply = await request.response();
    expect(await reply!.json()).toMatchObject({ ok: false, error: { code: 'task.cancelled' } });
    await shows(/^Work \d+$/);
    expect(await data().getByRole('alert').count()).toBe(0);
  });

  it('fit and read well, whatever they are', async () => {
    const { page } = app;
    for (const each of DATASET_KINDS) {
      await kind(each);
      await page.waitForTimeout(600);
      expect(await overflow(page), each).toEqual([]);
      expect(await seriousFindings(page, PANEL), each).toEqual([]);
    }
  });
});
