/** Sweeps in the app: designed by hand, run, followed, stopped, resumed, taken away, and those of the command line. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { amount, signedAmount } from '#shared/stats/amount.ts';
import { credence, startCredence, temporaryFolder, TINY, writeIn } from '../credence.ts';
import { overflow, seriousFindings } from './looks.ts';
import { recipe } from './recipes.ts';
import { choose, describeApp, exported, go, importConfig, TRAINING, openPreset } from './steps.ts';

interface Shown {
  cells: {
    experiment: number;
    cell: Record<string, unknown>;
    n: number;
    effects: Record<'iml' | 'stage1', { mean: number; low: number; high: number } | null>;
  }[];
}

describeApp('a sweep', {}, (app) => {
  const sweepLink = (page: Page, name: RegExp) =>
    page.getByRole('complementary', { name: 'History' }).locator('a[data-sweep]').filter({ hasText: name });
  const values = (field: string) => app.page.locator(`[data-field="sweep.over.${field}"] input`);
  const progress = (page: Page) => page.getByTestId('sweep-progress');
  const allDone = (page: Page, cells: number) =>
    progress(page)
      .waitFor({ state: 'detached', timeout: TRAINING })
      .then(() =>
        page
          .getByTestId('cells')
          .getByText('done', { exact: true })
          .nth(cells - 1)
          .waitFor(),
      );
  let yaml = '';

  async function add(field: string): Promise<void> {
    await app.page.getByRole('button', { name: /^Sweep a(nother)? field$/ }).click();
    await app.page.getByPlaceholder('Search fields and their help…').fill(field);
    await app.page.locator('.sweep-menu').getByRole('option').first().click();
    await values(field).waitFor();
  }

  it('is designed by hand: fields, values, combinations, problems, undo', async () => {
    const { page } = app;
    await importConfig(app, recipe('swept', { width: 16, epochs: 2 }));
    await page.getByRole('button', { name: 'Run 2 seeds' }).waitFor();
    await add('tags.correlation');
    await values('tags.correlation').fill('0.5..3 step 0.5');
    await page
      .getByTestId('problems')
      .getByText(/tags\.correlation/)
      .first()
      .waitFor();
    expect(await page.getByRole('button', { name: 'Run the sweep' }).isDisabled()).toBe(true);
    await values('tags.correlation').fill('0.5..1 step 0.5');
    await page.getByRole('button', { name: 'Run 4 runs' }).waitFor();
    await page.getByTestId('sweep-summary').getByText('2 combinations × 2 seeds = 4 runs').waitFor();
    await page
      .getByTestId('sweep-summary')
      .getByText(/on this machine/)
      .waitFor();
    expect(await page.getByTestId('combinations').locator('tbody tr').allInnerTexts()).toEqual([
      '1\t0.5',
      '2\t1',
    ]);
    await add('tags.order');
    await values('tags.order').fill('tve, vte, etv');
    await page.getByRole('button', { name: 'Run 12 runs' }).waitFor();
    const undo = page.getByRole('button', { name: 'Undo (Ctrl Z)' });
    const place = await undo.boundingBox();
    await page.getByRole('radio', { name: 'Paired' }).click();
    await page
      .getByTestId('problems')
      .getByText(/has 3 values and tags\.correlation has 2/)
      .waitFor();
    await page.getByRole('button', { name: '1 problem', exact: true }).waitFor();
    expect(await undo.boundingBox(), 'under the mouse for one more click').toEqual(place);
    await page.getByRole('button', { name: 'Do not sweep Definition order' }).click();
    await page.getByRole('button', { name: 'Run 4 runs' }).waitFor();
    await page.getByRole('button', { name: 'Undo (Ctrl Z)' }).click();
    await values('tags.order').waitFor();
    await page.getByRole('button', { name: 'Redo (Ctrl Shift Z)' }).click();
    await values('tags.order').waitFor({ state: 'detached' });
  });

  it('is still there after a reload, and goes out and in as YAML', async () => {
    const { page } = app;
    await page.reload();
    await expect
      .poll(() => values('tags.correlation').inputValue(), { timeout: 60_000 })
      .toBe('0.5..1 step 0.5');
    const file = await exported(page, 'Presets and files', 'Export YAML');
    yaml = writeIn(temporaryFolder(), 'swept.yaml', file);
    expect(file.toString()).toContain('tags.correlation: [ 0.5, 1 ]');
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await page.getByRole('button', { name: 'Run 2 seeds' }).waitFor();
    await page.locator('input[accept=".yaml,.yml"]').setInputFiles(yaml);
    await expect.poll(() => values('tags.correlation').inputValue(), { timeout: 60_000 }).toBe('0.5, 1');
    await openPreset(page, 'sweep-model-size');
    await expect
      .poll(() => values('model.d_model').inputValue(), { timeout: 60_000 })
      .toBe('32, 64, 128, 256');
    await page.getByRole('button', { name: 'Run 20 runs' }).waitFor();
    await page.getByRole('button', { name: 'Undo (Ctrl Z)' }).click();
    await page.getByRole('button', { name: 'Run 4 runs' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('runs, is followed live over a reload, and is done', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Run 4 runs' }).click();
    await page.getByRole('heading', { name: 'swept', exact: true }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'swept', exact: true }).waitFor();
    await sweepLink(page, /swept/).waitFor();
    await allDone(page, 2);
    await sweepLink(page, /4\/4/).waitFor();
    await page
      .getByTestId('trends')
      .getByText(/^The IML effect /)
      .waitFor();
    await page.getByRole('img', { name: /^IML effect against Truthfulness α\. 0\.5: / }).waitFor();
  });

  it('shows the numbers that the command line shows, and those of the same sweep run there', async () => {
    const { page, home } = app;
    const shown = JSON.parse((await credence(['show', 's1', '--json'], home)).stdout) as Shown;
    const cells = page.getByTestId('cells').locator('tbody tr');
    for (const [i, { cell, effects }] of shown.cells.entries()) {
      const texts = (await cells.nth(i).locator('td').allInnerTexts()).map((text) => text.trim());
      expect(texts[2]).toBe(String(cell['tags.correlation']));
      const { iml, stage1 } = effects;
      expect(texts[5].split(/\s/)[0]).toBe(signedAmount(iml?.mean ?? NaN, 'exact_match'));
      expect(texts[5]).toContain(amount(iml?.high ?? NaN, 'exact_match'));
      expect(texts[7].split(/\s/)[0]).toBe(signedAmount(stage1?.mean ?? NaN, 'exact_match'));
    }
    const run = await credence(['sweep', yaml, '--json'], temporaryFolder());
    expect(run.code, run.stderr).toBe(0);
    const effectsOf = ({ cells: all }: Shown) => all.map(({ cell, n, effects }) => ({ cell, n, effects }));
    expect(effectsOf(JSON.parse(run.stdout) as Shown)).toEqual(effectsOf(shown));
  });

  it('gives away its figure and its table', async () => {
    const { page } = app;
    const svg = (await exported(page, 'Export figure: IML effect', 'SVG, 3.25 in')).toString();
    expect(svg).toMatch(/^<svg [\s\S]*>IML\u00a0effect<[\s\S]*>Truthfulness\u00a0α</);
    expect(svg).not.toContain('>Stage-1\u00a0effect<');
    const png = await exported(page, 'Export figure: Stage-1 effect', 'PNG, 3.25 in');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    const csv = await exported(page, 'Export', 'Effects of all combinations (CSV)');
    expect(csv.toString().trimEnd().split('\n')).toHaveLength(5);
    const again = await exported(page, 'Export', 'Config with its sweep (YAML)');
    expect(again.toString()).toContain('tags.correlation: [ 0.5, 1 ]');
  });

  it('is a group in side bar and table, opened and ticked by keyboard, compared', async () => {
    const { page } = app;
    await sweepLink(page, /swept/).focus();
    await page.keyboard.press('ArrowRight');
    const cell = page.getByRole('link', { name: /^done correlation=0\.5/ });
    await cell.waitFor();
    await page.keyboard.press('x');
    await page.getByText('2 experiments selected').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('ArrowLeft');
    await cell.waitFor({ state: 'detached' });
    await go(app, 'runs');
    const table = page.getByTestId('experiments');
    await expect.poll(() => table.locator('tbody tr').count()).toBe(1);
    await table.getByRole('button', { name: 'Show the combinations of swept' }).click();
    await expect.poll(() => table.locator('tbody tr').count()).toBe(3);
    await table.getByRole('link', { name: 'swept', exact: true }).click();
    await page.getByTestId('cells').waitFor();
    await page.getByRole('button', { name: 'Compare all' }).click();
    await page.getByTestId('forest').getByRole('group').nth(1).waitFor();
  });

  it('is stopped, resumed, archived and deleted with undo, and found in the palette', async () => {
    const { page } = app;
    await app.post('runs.setQueue', { slots: 1 });
    const config = {
      ...recipe('slow', { seeds: 1, width: 32, entities: 240, epochs: 60, every: 5 }),
      sweep: { over: { 'tags.correlation': [0.5, 1] } },
    };
    const { sweep } = await app.post<{ sweep: { id: number } }>('sweeps.create', { config });
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Search experiments and commands…').fill('slow sweep');
    await page.getByRole('option', { name: /slow\s+sweep s2/ }).click();
    await page.getByRole('heading', { name: 'slow' }).waitFor();
    await progress(page).getByText('1 training, 1 waiting').waitFor({ timeout: TRAINING });
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await progress(page).getByText('2 stopped').waitFor({ timeout: TRAINING });
    await page.getByRole('button', { name: 'Resume', exact: true }).click();
    await page.getByText('2 runs queued again').waitFor();
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      expect(await seriousFindings(page), `a busy sweep, ${theme}`).toEqual([]);
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await allDone(page, 2);
    await page.getByLabel('Name of the sweep').fill('slow but sure');
    await page.keyboard.press('Enter');
    await sweepLink(page, /slow but sure/).waitFor();
    await choose(page, 'More actions', 'Archive');
    await sweepLink(page, /slow/).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await sweepLink(page, /slow but sure/).click();
    await page.getByRole('heading', { name: 'slow but sure' }).waitFor();
    await choose(page, 'More actions', 'Delete');
    await sweepLink(page, /slow/).waitFor({ state: 'detached' });
    const undo = page.getByRole('listitem').filter({ hasText: 'Deleted the sweep' });
    await undo.getByRole('button', { name: 'Undo', exact: true }).click();
    await sweepLink(page, /slow but sure/).waitFor();
    expect(await app.post('sweeps.list', {})).toMatchObject([{ id: sweep.id }, { id: 1 }]);
  });

  it('of the command line is shown and followed, a grid as lines or as a table', async () => {
    const { page, home } = app;
    const file = writeIn(home, 'tiny.yaml', TINY);
    const over = ['--over', 'tags.correlation=0.5,1', '--over', 'tags.order=tve,vte'];
    const run = startCredence(['sweep', file, ...over, '--seeds', '1', '--name', 'by command'], home);
    await sweepLink(page, /by command/).click({ timeout: TRAINING });
    await page.getByRole('heading', { name: 'by command' }).waitFor();
    await allDone(page, 4);
    expect((await run.finished).code).toBe(0);
    await page.getByRole('img', { name: /^IML effect against .* Definition order: vte: / }).waitFor();
    await page.getByRole('radio', { name: 'Table' }).first().click();
    const table = page.getByRole('table', {
      name: 'IML effect: Truthfulness α across, Definition order down',
    });
    await expect.poll(() => table.locator('tbody tr').count()).toBe(2);
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      expect(await seriousFindings(page), `a finished sweep, ${theme}`).toEqual([]);
    }
    await page.emulateMedia({ colorScheme: 'light' });
    for (const [width, height] of [
      [1280, 800],
      [1920, 1080],
    ] as const) {
      await page.setViewportSize({ width, height });
      expect(await overflow(page), `overflow at ${width}`).toEqual([]);
    }
  });

  it('tells of which combinations runs failed, once per kind of cause, and keeps the others', async () => {
    const { page } = app;
    await app.post('runs.setQueue', { slots: 2 });
    await app.post('sweeps.create', { config: DIVERGING });
    await sweepLink(page, /learning rates/).click({ timeout: TRAINING });
    await page.getByRole('heading', { name: 'learning rates' }).waitFor();
    const note = page.getByRole('alert');
    await note.getByRole('heading', { name: '2 runs failed' }).waitFor({ timeout: TRAINING });
    await progress(page).getByText('2 of 4 runs done').waitFor({ timeout: TRAINING });
    // Each seed at a step of its own, which is one cause; the same settings are not offered again.
    await expect.poll(() => note.count()).toBe(1);
    expect(
      await note
        .getByText(/^training\.stage1\.lr: 10 made the loss NaN at steps \d+ to \d+ of stage1/)
        .count(),
    ).toBe(1);
    await note.getByText('The same settings would diverge again.').waitFor();
    await expect.poll(() => note.getByRole('button', { name: 'Resume from checkpoint' }).count()).toBe(0);
    const links = note.getByRole('link');
    expect(await links.allInnerTexts()).toEqual(['training.stage1.lr=10']);
    const cells = page.getByTestId('cells').locator('tbody tr');
    await cells.nth(0).getByText('done', { exact: true }).waitFor();
    await cells.nth(1).getByText('failed', { exact: true }).waitFor();
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      expect(await seriousFindings(page), `a sweep with failures, ${theme}`).toEqual([]);
    }
    await links.first().click();
    await page.getByRole('button', { name: 'Change in design' }).waitFor();
  });
});

/** Clipped by nothing, weights under a rate of 10 and a decay of 0.3 double until the loss is no number. */
const DIVERGING = {
  name: 'learning rates',
  dataset: { kind: 'world', n_entities: 120, n_attributes: 4, n_values: 4 },
  model: { architecture: 'gpt2', d_model: 32, n_layers: 2, n_heads: 2 },
  training: {
    loss: 'targets',
    optimizer: { name: 'adamw', beta2: 0.99, eps: 1e-6, weight_decay: 0.3, clip_norm: null },
    stage1: { epochs: 12, batch_size: 16, lr: 1e-3, definition_repeats: 2 },
    stage2: { epochs: 1, batch_size: 16, lr: 1e-3 },
  },
  evaluation: { tests: ['questions'] },
  seeds: 2,
  sweep: { over: { 'training.stage1.lr': [1e-3, 10] } },
};
