/** How a table is read is said beside it; what may mean "not known" is one click away; typed numbers keep their meaning. */
import { expect, it } from 'vitest';
import { temporaryFolder, writeIn } from '../credence.ts';
import { fieldOf, shareOf } from './design.ts';
import { recipe } from './recipes.ts';
import { describeApp, importConfig } from './steps.ts';

const files = temporaryFolder();
const CRAFTS = ['baker', 'judge', 'smith'];
const rows = (row: (i: number) => string) => Array.from({ length: 60 }, (_, i) => row(i)).join('\n');

describeApp('reading a table', {}, (app) => {
  const data = () =>
    app.page
      .locator('section.panel')
      .filter({ has: app.page.getByRole('heading', { name: 'Data', exact: true }) });
  const add = (name: string, content: string) =>
    data()
      .locator('input[type=file]')
      .setInputFiles(writeIn(files, name, content));
  const reading = () => data().getByRole('list', { name: 'How the table was read' });

  it('says every choice with its reason', async () => {
    await importConfig(app, recipe('reading', { seeds: 1 }));
    await data().getByLabel('Dataset').selectOption('csv');
    await add(
      'years.tsv',
      `Country Name\t1990\t2000\n${rows((i) => `${i === 7 ? '"' : ''}Land ${i}\t${i % 4}.5\t${i % 9 ? i % 5 : '-'}`)}\n`,
    );
    const said = reading();
    await said.getByText('encoding: UTF-8 (all bytes are valid)').waitFor();
    await said.getByText(/^delimiter: tab /).waitFor();
    await said.getByText(/^header: yes, .*"1990".*set dataset\.header to no/).waitFor();
    await said.getByText('first entities: "Land 0", "Land 1", "Land 2"').waitFor();
    await said.getByText('rows: 60 read, 60 kept').waitFor();
    await said.getByText(/does not close.*first in line 9/).waitFor();
  });

  it('proposes what may mean "not known", and takes it so with one click', async () => {
    await reading()
      .getByText(/perhaps "not known": "-" 7 ×/)
      .waitFor();
    await data().getByRole('button', { name: '- (7)' }).click();
    await reading()
      .getByText(/taken for "not known": "-" 7 ×/)
      .waitFor();
    await expect.poll(() => data().getByRole('group', { name: 'Perhaps not known' }).count()).toBe(0);
  });

  it('shows names that would act on a page harmlessly', async () => {
    await add(
      'names.csv',
      `name,craft,town\n${rows((i) => `Ada\u202e ${i},${CRAFTS[i % 3]}\u0007,T${i % 4}`)}\n`,
    );
    await data().getByRole('cell', { name: 'Ada<U+202E> 1', exact: true }).first().waitFor();
    await reading().getByText('first entities: "Ada<U+202E> 0"').waitFor();
    expect(await app.page.locator('body').innerText()).not.toContain('\u202e');
  });

  it('takes 12,5 for 12.5, and what it cannot read for nothing', async () => {
    const { page } = app;
    await data().getByLabel('Dataset').selectOption('world');
    const share = shareOf(page, 'qd1consis');
    const type = async (text: string) => {
      await share.fill('');
      await share.pressSequentially(text);
      await share.press('Enter');
    };
    await type('12,5');
    await expect.poll(() => share.inputValue()).toBe('12.5');
    await type('125');
    await page.getByRole('alert').filter({ hasText: '125 is not from 0 to 100' }).waitFor();
    expect(await page.getByLabel('Share of qd1consis', { exact: true }).inputValue()).toBe('0.13');
    await type('1,000');
    await page.getByRole('alert').filter({ hasText: 'may be 1000 or 1.000' }).waitFor();
    await share.press('Escape');
    expect(await share.inputValue()).toBe('12.5');
    const rate = fieldOf(page, 'Stage 1', 'Learning rate');
    await rate.fill('0,0025');
    await rate.blur();
    expect(await rate.inputValue()).toBe('0.0025');
    const batch = fieldOf(page, 'Stage 1', 'Batch size');
    await batch.fill('12,5');
    await page.getByRole('alert').filter({ hasText: '12.5 is not allowed' }).first().waitFor();
  });
});
