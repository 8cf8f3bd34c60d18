/** The runs view of a finished experiment: its figures on demand, and everything that keeps a history in order. */
import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { seriousFindings } from './looks.ts';
import { recipe, trained } from './recipes.ts';
import { choose, describeApp, exported, go, historyLink, seedRow, seedsDone } from './steps.ts';

/** What a canvas shows now. */
const picture = (canvas: Locator) => canvas.evaluate((node) => (node as HTMLCanvasElement).toDataURL());

describeApp('the runs view', {}, (app) => {
  const link = (name: RegExp) => historyLink(app.page, name);

  it('draws single seeds on demand, another metric, and hides a subset', async () => {
    const { page } = app;
    const [id] = await trained(app, recipe('kept', { seeds: 2, epochs: 8 }));
    await go(app, `runs/${id}`);
    await page.getByTestId('results').waitFor();
    await page.evaluate(() => document.fonts.ready);
    const panel = page.locator('section.panel').filter({ hasText: 'Learning curves' });
    const canvas = page.getByTestId('curves').locator('canvas');
    const option = (name: string) => panel.getByRole('radio', { name, exact: true });
    // What a picture shows may be a frame behind: tried again, until both are seen.
    const differ = async (one: Locator, other: Locator) => {
      await one.click();
      const before = await picture(canvas);
      await other.click();
      return (await picture(canvas)) !== before;
    };
    const poll = { timeout: 60_000 };
    await expect.poll(() => differ(option('Mean'), option('Each seed')), poll).toBe(true);
    expect(await option('Each seed').getAttribute('aria-checked')).toBe('true');
    await option('Loss').click();
    await panel.getByRole('img', { name: /^Loss over epochs, mean over 2 seeds/ }).waitFor();
    const d1 = panel.locator('[data-symbol="d1consis"]');
    await d1.click();
    expect(await d1.getAttribute('aria-pressed')).toBe('false');
    await page.mouse.move(0, 0);
    await expect.poll(() => differ(d1, d1), poll).toBe(true);
  });

  it('tells what a symbol stands for, by pointer and by keyboard, with a story from this experiment', async () => {
    const { page } = app;
    const button = page
      .getByRole('list', { name: 'Subsets in the figure' })
      .locator('[data-symbol="d1consis"]');
    const card = page.getByRole('tooltip').filter({ hasText: 'd1consis' });
    const tells = async () => {
      await card
        .getByText('Definitions in stage 2 carry the reliable tag and name the true entity.')
        .waitFor();
      await card
        .getByText(
          /^Tag \S+ says that \S+ is .+, which is true\. Asked “.+”, right is .+ the model \(seed 0\) answered/,
        )
        .waitFor();
    };
    await page.mouse.move(0, 0);
    await button.hover();
    await tells();
    // Onto the card, where it stays; Escape takes it away without moving the pointer.
    await card.hover();
    await tells();
    await page.keyboard.press('Escape');
    await card.waitFor({ state: 'detached' });
    await button.focus();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Tab');
    await tells();
    await page.keyboard.press('Escape');
    await page.mouse.move(0, 0);
  });

  it('opens a seed: its loss, its throughput, its engine and its log', async () => {
    const { page } = app;
    await seedRow(page, 1).click();
    await page.getByRole('heading', { name: 'Seed 1: done' }).waitFor();
    await page.getByText(/^onnx · /).waitFor();
    const loss = page.getByRole('img', { name: 'Training loss of seed 1' });
    await loss.waitFor();
    await page.evaluate(() => document.fonts.ready);
    const drawn = await picture(loss.locator('canvas'));
    await page.getByRole('radio', { name: 'Throughput' }).click();
    const throughput = page.getByRole('img', { name: 'Throughput of seed 1' }).locator('canvas');
    await expect.poll(() => picture(throughput), { timeout: 60_000 }).not.toBe(drawn);
    const log = page.getByRole('log');
    for (const text of ['stage0: 2 epochs', 'evaluated after stage2, epoch 8', 'done after'])
      await log.getByText(text, { exact: false }).first().waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await log.waitFor({ state: 'detached' });
  });

  it('looks at a part of a curve by wheel and key, at its logarithm, and at less of its noise', async () => {
    const { page } = app;
    await seedRow(page, 1).click();
    for (const title of ['Learning curves', 'Seed 1: done']) {
      const panel = page.locator('section.panel').filter({ hasText: title }).last();
      const chart = panel.getByRole('group', { name: /^Part of the chart/ });
      const canvas = chart.locator('canvas');
      await chart.scrollIntoViewIfNeeded();
      const whole = await picture(canvas);
      await chart.hover();
      await page.keyboard.down('Control');
      await page.mouse.wheel(0, -200);
      await page.keyboard.up('Control');
      const all = panel.getByRole('button', { name: 'Show all' });
      await all.waitFor();
      await expect.poll(() => picture(canvas)).not.toBe(whole);
      await all.click();
      await all.waitFor({ state: 'detached' });
      await chart.focus();
      await page.keyboard.press('+');
      await all.waitFor();
      await page.keyboard.press('0');
      await all.waitFor({ state: 'detached' });
      for (const change of [
        () => panel.getByRole('button', { name: 'Log axis' }).click(),
        () => panel.getByLabel('Smooth').selectOption('3'),
      ]) {
        const before = await picture(canvas);
        await change();
        await expect.poll(() => picture(canvas), { message: title }).not.toBe(before);
      }
    }
    await page.getByRole('button', { name: 'Close', exact: true }).click();
  });

  it('is restored from its link as it was looked at; changes are taken back; what cannot be is told', async () => {
    const { page } = app;
    const hash = () => decodeURIComponent(new URL(page.url()).hash);
    const place = hash().split('?')[0]!;
    await go(app, place.slice(2));
    const legend = page.getByRole('list', { name: 'Subsets in the figure' });
    const d2consis = legend.locator('[data-symbol=d2consis]');
    await d2consis.click();
    await page.getByRole('radio', { name: 'Each seed' }).click();
    const curves = page.locator('section.panel').filter({ hasText: 'Learning curves' });
    await curves.getByLabel('Smooth').selectOption('3');
    await seedRow(page, 1).click();
    const run = page.locator('section.panel').filter({ hasText: 'Seed 1: done' }).last();
    await run.getByRole('button', { name: 'Log axis' }).click();
    await run.getByRole('radio', { name: 'Throughput' }).click();
    const shown = new RegExp(
      `^${place}\\?hidden=d2consis&each=1&smooth=3&run=\\d+&run-log=1&trace=examples_per_second$`,
    );
    await expect.poll(hash).toMatch(shown);

    await page.keyboard.press('Control+z');
    await expect
      .poll(() => run.getByRole('radio', { name: 'Training loss' }).getAttribute('aria-checked'))
      .toBe('true');
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await run.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Redo (Ctrl Shift Z)' }).click();
    await page.keyboard.press('Control+Shift+z');
    await page.keyboard.press('Control+Shift+z');
    await expect.poll(hash).toMatch(shown);

    const asShown = async () => {
      await run.waitFor();
      expect(hash()).toMatch(shown);
      expect(await d2consis.getAttribute('aria-pressed')).toBe('false');
      expect(await page.getByRole('radio', { name: 'Each seed' }).getAttribute('aria-checked')).toBe('true');
      expect(await curves.getByLabel('Smooth').inputValue()).toBe('3');
      expect(await run.getByRole('radio', { name: 'Throughput' }).getAttribute('aria-checked')).toBe('true');
      expect(await run.getByRole('button', { name: 'Log axis' }).getAttribute('aria-pressed')).toBe('true');
    };
    await page.reload();
    await asShown();
    // Another part of the page, and another view: the tab and the browser's back button lead here again.
    await page.getByRole('link', { name: 'Answers', exact: true }).click();
    await expect.poll(hash).toBe(`${place}/answers`);
    await page.getByRole('link', { name: 'Results', exact: true }).click();
    await asShown();
    await go(app, 'design');
    await expect.poll(hash).toMatch(/^#\/design/);
    await page.goBack();
    await asShown();
    await page.getByRole('button', { name: 'As it was opened at first' }).click();
    await expect.poll(hash).toBe(place);

    await go(app, `${place.slice(2)}?run=999&smooth=4&test=grid&each=1`);
    const alert = page.getByRole('alert').filter({ hasText: 'run 999 is none of this experiment' });
    await alert.waitFor();
    expect(await alert.innerText()).toContain('The link’s smooth="4" is left out');
    expect(await alert.innerText()).toContain('test grid is none that this experiment ran');
    await alert.getByRole('button', { name: 'Take out of the link' }).click();
    await expect.poll(hash).toBe(`${place}?each=1`);
    await go(app, place.slice(2));
  });

  it('takes more seeds, and says then that they came later', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Add seeds' }).click();
    const field = page.getByLabel('More seeds');
    expect(await field.inputValue()).toBe('2..6');
    await field.fill('1');
    await page.getByText(/^seeds: the experiment has seed 0 already/).waitFor();
    expect(await page.getByRole('button', { name: 'Add seeds', exact: true }).isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Add seeds' }).click();
    await field.fill('[5]');
    await page.getByRole('button', { name: 'Add 1 seed', exact: true }).click();
    await seedRow(page, 5).waitFor();
    await seedsDone(page, 3);
    await page
      .getByTestId('seeds-note')
      .getByText(/1 seed on .*, when 2 seeds had finished/)
      .waitFor();
  });

  it('keeps name, notes and labels over a reload', async () => {
    const { page } = app;
    await page.getByLabel('Name of the experiment').fill('kept for good');
    await page.keyboard.press('Enter');
    await link(/kept for good/).waitFor();
    await page.getByLabel('New note').fill('Both seeds agree.');
    await page.getByRole('button', { name: 'Add note' }).click();
    await page.getByLabel('Add a label').fill('pilot');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove label pilot' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'kept for good' }).waitFor();
    await page.getByText('Both seeds agree.').waitFor();
    await page.getByRole('button', { name: 'Remove label pilot' }).waitFor();
    await page.getByRole('button', { name: 'Remove note' }).click();
    await page.getByText('Both seeds agree.').waitFor({ state: 'detached' });
  });

  it('runs a copy, found among the others by search and by label', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Run a copy' }).click();
    await page.getByRole('heading', { name: 'kept for good 2' }).waitFor();
    await seedsDone(page, 3);
    const search = page.getByLabel('Search experiments');
    await search.fill('good 2');
    await expect.poll(() => link(/kept/).count()).toBe(1);
    await search.fill('');
    await page.getByRole('group', { name: 'Labels' }).getByRole('button', { name: 'pilot' }).click();
    await expect.poll(() => link(/kept/).count()).toBe(1);
    await page.getByRole('group', { name: 'Labels' }).getByRole('button', { name: 'pilot' }).click();
    await expect.poll(() => link(/kept/).count()).toBe(2);
  });

  it('archives, and takes back from the archive', async () => {
    const { page } = app;
    await choose(page, 'More actions', 'Archive');
    await expect.poll(() => link(/kept/).count()).toBe(1);
    await page.getByRole('button', { name: 'Show the archive' }).click();
    await link(/kept for good 2/).waitFor();
    await link(/kept for good 2/).hover();
    await choose(page, 'Actions for kept for good 2', 'Take from the archive');
    await page.getByText('The archive is empty').first().waitFor();
    await page.getByRole('button', { name: 'Show current experiments' }).click();
    await expect.poll(() => link(/kept/).count()).toBe(2);
  });

  it('says on the page of an archived experiment that it is one, and leads back', async () => {
    const { page } = app;
    await link(/kept for good 2/).click();
    await page.getByRole('heading', { name: 'kept for good 2' }).waitFor();
    const address = page.url();
    await choose(page, 'More actions', 'Archive');
    await expect.poll(() => link(/kept/).count()).toBe(1);
    await page.goto(address);
    const note = page.getByRole('note').filter({ hasText: 'This experiment is in the archive' });
    await note.getByRole('button', { name: 'Take from the archive' }).click();
    await note.waitFor({ state: 'detached' });
    await expect.poll(() => link(/kept/).count()).toBe(2);
  });

  it('deletes, and takes that back', async () => {
    const { page } = app;
    await link(/kept for good 2/).click();
    await page.getByRole('heading', { name: 'kept for good 2' }).waitFor();
    await choose(page, 'More actions', 'Delete');
    await expect.poll(() => link(/kept/).count()).toBe(1);
    const told = page.getByRole('listitem').filter({ hasText: 'Deleted 1 experiment' });
    expect(await told.evaluate((toast) => getComputedStyle(toast).fontFamily)).toMatch(/^"Inter Variable"/);
    expect(await seriousFindings(page, '[data-sonner-toaster]')).toEqual([]);
    await told.getByRole('button', { name: 'Undo', exact: true }).click();
    await expect.poll(() => link(/kept/).count()).toBe(2);
  });

  it('gives an experiment away as report, figure, table, config and everything', async () => {
    const { page } = app;
    await link(/kept for good 2/).click();
    await page.getByRole('heading', { name: 'kept for good 2' }).waitFor();
    const starts: [item: string, pattern: RegExp][] = [
      ['Report (HTML)', /^<!doctype html>/i],
      ['SVG, 3.25 in', /^<svg /],
      ['Every evaluation (CSV)', /^experiment,name,run,seed/],
      ['Config (YAML)', /^name: kept for good 2\n/m],
      ['Everything (JSON)', /^\{/],
    ];
    for (const [item, pattern] of starts)
      expect((await exported(page, 'Export', item)).toString('utf8').trimStart(), item).toMatch(pattern);
  });

  it('is trained longer, as an experiment of its own', async () => {
    const { page } = app;
    const [id] = await trained(app, recipe('brief', { seeds: 1 }));
    await go(app, `runs/${id}`);
    await page.getByRole('button', { name: 'Train longer' }).click();
    const field = page.getByLabel('Epochs of stage 2 in all');
    expect(await field.inputValue()).toBe('8');
    await field.fill('4');
    await page.getByText(/^epochs: "4" is no whole number above 4, which stage 2 has already/).waitFor();
    await field.fill('6');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByLabel('Name of the experiment').inputValue()).toBe('brief, 6 epochs');
    await seedsDone(page, 1);
    await page.getByText(/^Experiment \d+ with 6 epochs of stage 2; 1 of its runs begin/).waitFor();
  });

  it('counts runs, and tells them apart, where each seed has several', async () => {
    const { page } = app;
    const nested = { ...recipe('nested', { seeds: 2, epochs: 1 }), seeds_stage2: [0, 7] };
    const [id] = await trained(app, nested);
    await go(app, `runs/${id}`);
    await page.getByText('4 of 4 runs done').waitFor();
    await page.getByText('over 2 finished seeds, each the mean of its stage-2 runs (4 in all)').waitFor();
    await page.getByRole('button', { name: /Seed 1, stage-2 seed 7\b/ }).click();
    await page.getByRole('heading', { name: 'Seed 1, stage-2 seed 7: done' }).waitFor();
    await go(app, 'runs');
    const row = page
      .getByRole('row')
      .filter({ has: page.getByRole('link', { name: 'nested', exact: true }) });
    await row.getByRole('cell', { name: '4 of 4', exact: true }).waitFor();
    await page.getByRole('columnheader', { name: 'Runs' }).waitFor();
  });
});
