/** Figures for a paper from the window's menus: the very files of the command line, and a size of one's own. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { credence } from '../credence.ts';
import { seriousFindings } from './looks.ts';
import { choose, describeApp, exported, go } from './steps.ts';

describeApp('figures for a paper', {}, (app) => {
  beforeAll(async () => {
    await app.post('examples.open', {});
  });

  /** What the command line writes. */
  async function written(file: string, ...args: string[]): Promise<Buffer> {
    const target = path.join(app.home, file);
    const { code, stderr } = await credence(['figure', '1', ...args, '--out', target], app.home);
    expect([code, stderr.includes('credence:')]).toEqual([0, false]);
    return readFileSync(target);
  }

  it('come from an experiment’s page at a column’s width, the same bytes as from the command line', async () => {
    await go(app, 'runs/1');
    const pdf = await exported(app.page, 'Export', 'PDF, 3.25 in');
    expect(pdf.equals(await written('curves.pdf'))).toBe(true);
    const png = await exported(app.page, 'Export', 'PNG, 6.75 in');
    expect(png.equals(await written('curves.png', '--width', 'page'))).toBe(true);
    const csv = await exported(app.page, 'Export', 'The numbers shown (CSV)');
    expect(csv.equals(readFileSync(path.join(app.home, 'curves.csv')))).toBe(true);
  });

  it('come at a size of one’s own, shown before; a size that will not do is told', async () => {
    const { page } = app;
    await choose(page, 'Export', 'Another size…');
    const dialog = page.getByRole('dialog', { name: 'Figure for a paper' });
    const width = dialog.getByLabel('Width');
    const wide = () => dialog.getByRole('img').evaluate((image) => (image as HTMLImageElement).naturalWidth);
    await expect.poll(wide).toBe(Math.round((85 / 25.4) * 300));
    await width.fill('5 miles');
    await width.press('Enter');
    await dialog.getByRole('alert').getByText('width: "5 miles" will not do; give column').waitFor();
    expect(await dialog.getByRole('button', { name: 'PDF' }).isDisabled()).toBe(true);
    await width.fill('120mm');
    await width.press('Enter');
    await expect.poll(wide).toBe(Math.round((120 / 25.4) * 300));
    expect(await seriousFindings(page)).toEqual([]);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: 'SVG' }).click(),
    ]);
    const svg = readFileSync(await download.path());
    expect(svg.equals(await written('wide.svg', '--width', '120mm'))).toBe(true);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await dialog.waitFor({ state: 'detached' });
  });

  it('come from a comparison: only what is chosen there', async () => {
    await go(app, 'compare/1');
    const svg = await exported(app.page, 'Export forest plot: IML effect', 'SVG, 3.25 in');
    expect(svg.equals(await written('effect.svg', '--show', 'effects', '--effects', 'iml'))).toBe(true);
    expect(app.errors).toEqual([]);
  });
});
