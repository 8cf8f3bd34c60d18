/**
 * First run: one button trains the quick start, its curve moves, it is done; a second run is compared with it
 * and taken away as figure and table. The quick start is the preset `pocket`; here it comes from a folder of
 * presets that CREDENCE_PRESETS names, with a world small enough for a test.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DOMParser } from '@xmldom/xmldom';
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { credence, temporaryFolder, writeIn } from '../credence.ts';
import { recipe } from './recipes.ts';
import { describeApp, exported, seedsDone, TRAINING } from './steps.ts';

const EPOCHS = 24;
const presets = temporaryFolder();
writeIn(
  presets,
  'pocket.yaml',
  `# A small pocket\n${JSON.stringify(recipe('pocket', { width: 32, epochs: EPOCHS, entities: 240 }))}`,
);

interface Shown {
  subsets: Record<string, { stage2: { mean: number; n: number } }>;
}

describeApp('the quick start', { presets }, (app) => {
  const shown = async (id: number) =>
    JSON.parse((await credence(['show', String(id), '--json'], app.home)).stdout) as Shown;

  it('greets a first run, trains to the end from one button, and its curve moves meanwhile', async () => {
    const { page } = app;
    await page.getByRole('heading', { name: 'Do models learn which sources to trust?' }).waitFor();
    await page.getByText('No experiments yet.').waitFor();
    await page.getByRole('button', { name: 'Run the quick start' }).click();
    await page.getByRole('heading', { name: 'pocket', exact: true }).waitFor();
    const figure = page.getByTestId('curves').getByRole('img');
    const seen = new Set<string>();
    const look = async () => {
      if ((await page.getByText('2 of 2 seeds done').count()) > 0) return 'done';
      seen.add((await figure.getAttribute('aria-label')) ?? '');
      return 'training';
    };
    await expect.poll(look, { timeout: TRAINING, interval: 100 }).toBe('done');
    const drawn = [...seen].filter((text) => /\(d1consis\) \d/.test(text));
    expect(drawn.length, 'states of the curve that were drawn while it trained').toBeGreaterThan(2);
  });

  it('ends with a finding, the results, and the effects', async () => {
    const { page } = app;
    await page
      .getByText(/reliable tag|Over 2 seeds|IML|after stage 2/i)
      .first()
      .waitFor();
    await page.getByTestId('results').getByRole('row').nth(4).waitFor();
    await page.getByText('IML effect', { exact: true }).first().waitFor();
    const { subsets } = await shown(1);
    expect(subsets['d1consis']?.stage2.n).toBe(2);
  });

  it('runs a copy, and compares the two', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Run a copy' }).click();
    await page.getByRole('heading', { name: 'pocket 2' }).waitFor();
    await seedsDone(page, 2);
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    await page.getByRole('button', { name: 'Add experiment' }).click();
    await page.getByPlaceholder('Search experiments…').fill('1 pocket');
    await page.locator('[role=option]').first().waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page
      .getByTestId('sentences')
      .getByText(/^IML effect/)
      .waitFor();
    await page.getByText('Nothing: the configs are the same.').waitFor();
    // The same config and seeds: the same numbers.
    expect((await shown(2)).subsets).toEqual((await shown(1)).subsets);
  });

  it('exports the figure as SVG that holds both experiments', async () => {
    const svg = (await exported(app.page, 'Export comparison', 'As shown here (SVG)')).toString('utf8');
    const problems: string[] = [];
    const drawing = new DOMParser({ onError: (level, text) => problems.push(`${level}: ${text}`) });
    const root = drawing.parseFromString(svg, 'image/svg+xml').documentElement;
    expect(problems).toEqual([]);
    const texts = [...(root?.getElementsByTagName('text') ?? [])].map(({ textContent }) => textContent);
    for (const text of [
      'pocket',
      'pocket 2',
      'Ḋ5cons (d1consis)',
      'D̄6cons (d2consis)',
      'chance',
      'Epoch',
      'Exact match (%)',
      'Stage 2',
    ])
      expect(texts).toContain(text);
    expect(root?.getElementsByTagName('path').length).toBeGreaterThan(20);
  });

  it('exports the figure as PNG of 300 dots per inch', async () => {
    const png = await exported(app.page, 'Export comparison', 'As shown here (PNG)');
    expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual(
      [2 * 620, 410].map((pixels) => Math.trunc((pixels * 300) / 96)),
    );
    expect(png.length, 'bytes: an empty sheet would be small').toBeGreaterThan(20_000);
  });

  it('exports every evaluation as CSV, with the numbers that the command line shows', async () => {
    const text = (await exported(app.page, 'Export comparison', 'Every evaluation (CSV)')).toString('utf8');
    const rows = parse(text, { columns: true }) as Record<string, string>[];
    const last = rows.filter(
      (row) => row['stage'] === 'stage2' && row['epoch'] === String(EPOCHS) && row['subset'] === 'd1consis',
    );
    expect(last.map((row) => `${row['name']} ${row['seed']}`).sort()).toEqual([
      'pocket 0',
      'pocket 1',
      'pocket 2 0',
      'pocket 2 1',
    ]);
    const mean = last.reduce((sum, row) => sum + Number(row['exact_match']), 0) / last.length;
    expect(mean).toBeCloseTo((await shown(1)).subsets['d1consis']?.stage2.mean ?? NaN, 10);
    const file = path.join(app.home, 'first.csv');
    await credence(['export', '1', '--out', file], app.home);
    const first = parse(readFileSync(file, 'utf8'), { columns: true });
    expect(rows.filter(({ experiment }) => experiment === '1')).toEqual(first);
  });
});
