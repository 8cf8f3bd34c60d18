/** A scheme designed wholly by hand: saved as a preset, taken to the command line, run, and read the same everywhere. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { credence, temporaryFolder, writeIn } from '../credence.ts';
import { amount } from '#shared/stats/amount.ts';
import { fieldOf, previewOf, setField } from './design.ts';
import { choose, describeApp, exported, go, seedsDone, openPreset } from './steps.ts';

interface Shown {
  subsets: Record<string, { stage1: { mean: number } | null; stage2: { mean: number } | null }>;
}

/** What is typed: panel or stage, field, value. */
const TYPED = [
  ['Data', 'Entities', '120'],
  ['Data', 'Attributes', '4'],
  ['Data', 'Values', '4'],
  ['Model', 'Width', '32'],
  ['Model', 'Layers', '1'],
  ['Model', 'Heads', '2'],
  ['Stage 0', 'Epochs', '3'],
  ['Stage 1', 'Epochs', '4'],
  ['Stage 2', 'Epochs', '3'],
  ['Stage 0', 'Batch size', '32'],
  ['Stage 1', 'Batch size', '32'],
  ['Stage 2', 'Batch size', '8'],
] as const;

describeApp('a design of one’s own', {}, (app) => {
  let yaml = '';

  it('is typed in by hand', async () => {
    const { page } = app;
    await go(app, 'design');
    await page.getByLabel('Name of the experiment').fill('By hand');
    await page.getByLabel('Text of the unreliable tag').fill('gossip');
    for (const [group, label, value] of TYPED) await setField(page, group, label, value);
    await page.getByLabel(/^Seeds/).fill('7, 8');
    await page.getByRole('button', { name: 'Run 2 seeds' }).waitFor();
    await expect.poll(() => page.getByTestId('problems').count(), { timeout: 10_000 }).toBe(0);
  });

  it('is saved as a preset that is still there after a reload', async () => {
    const { page } = app;
    await choose(page, 'Presets and files', 'Save as preset');
    await page.getByText('Saved as preset “by-hand”').waitFor();
    await openPreset(page, 'pocket');
    await expect.poll(() => page.getByLabel('Entities').inputValue()).toBe('800');
    await page.reload();
    await choose(page, 'Presets and files', 'by-hand');
    for (const [group, label, value] of TYPED)
      await expect.poll(() => fieldOf(page, group, label).inputValue()).toBe(value);
    expect(await page.getByLabel('Text of the unreliable tag').inputValue()).toBe('gossip');
  });

  it('exports YAML that the command line previews unchanged', async () => {
    yaml = writeIn(
      temporaryFolder(),
      'by-hand.yaml',
      await exported(app.page, 'Presets and files', 'Export YAML'),
    );
    const { stdout, code } = await credence(['preview', yaml], app.home);
    expect(code, stdout).toBe(0);
    expect(stdout).toContain('unreliable gossip');
    const first = async () => (await previewOf(app.page).definitions())[0]?.texts.join(' ');
    await expect.poll(async () => stdout.includes((await first()) ?? '?'), { timeout: 60_000 }).toBe(true);
  });

  it('runs, and shows the numbers that the command line shows', async () => {
    const { page } = app;
    const main = page.locator('#main');
    const scrolled = () => main.evaluate((each) => each.scrollTop);
    await main.evaluate((each) => each.scrollTo(0, each.scrollHeight));
    expect(await scrolled()).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Run 2 seeds' }).click();
    await page.getByRole('heading', { name: 'By hand' }).waitFor();
    // The page of a new run starts at its top.
    await expect.poll(scrolled).toBe(0);
    await seedsDone(page, 2);
    const { subsets } = JSON.parse((await credence(['show', '1', '--json'], app.home)).stdout) as Shown;
    expect(Object.keys(subsets).length).toBeGreaterThan(7);
    for (const [name, { stage1, stage2 }] of Object.entries(subsets)) {
      const row = page
        .getByTestId('results')
        .getByRole('row')
        .filter({ has: page.locator(`[data-symbol="${name}"]`) });
      const cells = [stage1, stage2].map((interval) =>
        interval ? amount(interval.mean, 'exact_match') : '–',
      );
      const shown = async () =>
        (await row.locator('td').allInnerTexts()).slice(1).map((text) => text.trim().split(/\s/)[0]);
      await expect.poll(shown, { timeout: 60_000, message: name }).toEqual(cells);
    }
  });

  it('gives the same numbers when the command line runs the exported file', async () => {
    const run = await credence(['run', yaml, '--json'], temporaryFolder());
    expect(run.code, run.stderr).toBe(0);
    const shown = await credence(['show', '1', '--json'], app.home);
    expect((JSON.parse(run.stdout) as Shown).subsets).toEqual((JSON.parse(shown.stdout) as Shown).subsets);
    expect(readFileSync(yaml, 'utf8')).toContain('gossip');
  });
});
