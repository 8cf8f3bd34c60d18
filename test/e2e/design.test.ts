/** The design view by hand: every part of a scheme is changed, and the texts a model will read follow. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { cardOf, previewOf, setField, shareOf, shares } from './design.ts';
import { describeApp, go } from './steps.ts';

const TAG = /^<\|[a-z]{6}\|>$/;

describeApp('designing by hand', {}, (app) => {
  const preview = () => previewOf(app.page);
  const tag = (role: string) => app.page.getByLabel(`Text of the ${role} tag`);

  it('shows the very texts a model will read, tag, alias and entity told apart', async () => {
    await go(app, 'design');
    const [definition] = await preview().definitions();
    expect(definition?.roles).toEqual(['tag', 'alias', 'entity']);
    expect(definition?.texts[0]).toMatch(TAG);
    expect(new Set(definition?.looks).size, 'looks of tag, alias and entity').toBe(3);
  });

  it('names a tag, and draws it at random again', async () => {
    await tag('reliable').fill('oracle');
    await expect.poll(() => preview().tags(), { timeout: 60_000 }).toEqual(['oracle', 'oracle', 'oracle']);
    await app.page.getByRole('button', { name: 'Draw the reliable tag at random in each run' }).click();
    expect(await tag('reliable').inputValue()).toBe('');
    await expect.poll(async () => (await preview().tags())[0], { timeout: 60_000 }).toMatch(TAG);
    const drawn = await tag('reliable').getAttribute('placeholder');
    expect(await preview().tags()).toEqual([drawn, drawn, drawn]);
  });

  it('has a fresh tag of its own, and can give every definition one', async () => {
    await tag('fresh').fill('rumour');
    await cardOf(app.page, 'd3consis').click();
    await expect.poll(() => preview().tags(), { timeout: 60_000 }).toEqual(['rumour', 'rumour', 'rumour']);
    await shareOf(app.page, 'qd4consis').fill('6');
    await shareOf(app.page, 'qd4consis').press('Enter');
    await cardOf(app.page, 'qd4consis').click();
    await expect.poll(async () => new Set(await preview().tags()).size, { timeout: 60_000 }).toBe(3);
    await shareOf(app.page, 'qd4consis').fill('0');
    await shareOf(app.page, 'qd4consis').press('Enter');
  });

  it('sets how often the tags keep their promise', async () => {
    const { page } = app;
    await cardOf(page, 'qd1incons').click();
    await preview().aside.getByText('No entity is in this subset').waitFor();
    await page.getByLabel('Truthfulness α').fill('0.75');
    await page.getByText('75 %', { exact: true }).waitFor();
    await expect.poll(() => preview().count('Stage 1', 'definitions'), { timeout: 60_000 }).toBe(50);
    await page.getByRole('button', { name: 'Reset', exact: true }).click();
    await preview().aside.getByText('No entity is in this subset').waitFor();
  });

  it('says what each engine would compute on, and why one is missing', async () => {
    const { page } = app;
    await page.getByText('Engines on this machine').click();
    await page.getByText(/^CPU \(.+ONNX Runtime/).waitFor({ timeout: 120_000 });
    const engine = page.locator('[data-field="engine"] select');
    const elsewhere = process.platform === 'win32' ? 'onnx-coreml' : 'onnx-dml';
    await engine.selectOption(elsewhere);
    await page
      .getByRole('alert')
      .filter({ hasText: `${elsewhere} is missing: onnxruntime-node has no` })
      .waitFor();
    await engine.selectOption('auto');
    await expect.poll(() => page.getByText('is missing:').count()).toBe(0);
  });

  it('changes shares by number, by slider, by dragging a border and by its arrow keys; the total stays 100 %', async () => {
    const { page } = app;
    await page.getByLabel('Share of q', { exact: true }).fill('0.08');
    expect((await shares(page))['q']).toBe(8);
    await cardOf(page, 'd1consis').click();
    await shareOf(page, 'd1consis').fill('20');
    await shareOf(page, 'd1consis').press('Tab');
    await expect.poll(() => preview().count('Stage 2', 'definitions'), { timeout: 60_000 }).toBe(160);
    const before = await shares(page);
    await drag(page, 'Border of qd1consis and qd2incons', 60);
    await expect
      .poll(async () => (await shares(page))['qd1consis'], { timeout: 60_000 })
      .toBeGreaterThan(before['qd1consis'] ?? NaN);
    const dragged = await shares(page);
    expect((dragged['qd1consis'] ?? 0) + (dragged['qd2incons'] ?? 0)).toBeCloseTo(
      (before['qd1consis'] ?? 0) + (before['qd2incons'] ?? 0),
      6,
    );
    const border = page.getByRole('separator', { name: 'Border of qd1consis and qd2incons' });
    await border.press('ArrowLeft');
    expect((await shares(page))['qd1consis']).toBeCloseTo((dragged['qd1consis'] ?? NaN) - 1, 6);
    const total = Object.values(await shares(page)).reduce((sum, share) => sum + share, 0);
    expect(total).toBeCloseTo(100, 6);
  });

  it('orders a definition by arrow keys and by dragging', async () => {
    const { page } = app;
    const order = async () => (await preview().definitions())[0]?.roles.join(' ');
    await page.getByRole('button', { name: /^tag, place 1/ }).press('ArrowRight');
    await expect.poll(order, { timeout: 60_000 }).toBe('alias tag entity');
    // The part that moves keeps the focus, so that it can be moved on.
    await page.keyboard.press('ArrowRight');
    await expect.poll(order, { timeout: 60_000 }).toBe('alias entity tag');
    await page
      .getByRole('button', { name: /^tag, place 3/ })
      .dragTo(page.getByRole('button', { name: /^alias, place 1/ }));
    await expect.poll(order, { timeout: 60_000 }).toBe('tag alias entity');
  });

  it('sizes data, model, optimiser, stages and seeds', async () => {
    const { page } = app;
    await setField(page, 'Data', 'Entities', '300');
    await expect.poll(() => preview().count('Stage 2', 'definitions'), { timeout: 60_000 }).toBe(60);
    const weights = await preview().fact('Model');
    await setField(page, 'Model', 'Width', '64');
    await expect.poll(() => preview().fact('Model'), { timeout: 60_000 }).not.toBe(weights);
    const steps = await preview().fact('Stage 2');
    await setField(page, 'Stage 2', 'Batch size', '8');
    await expect.poll(() => preview().fact('Stage 2'), { timeout: 60_000 }).not.toBe(steps);
    await setField(page, 'Stage 2', 'Learning rate', '1e-3');
    await page.getByLabel('Name', { exact: true }).selectOption('adafactor');
    await page.getByLabel(/^Seeds/).fill('600..602');
    await page.getByRole('button', { name: 'Run 3 seeds' }).waitFor();
  });

  it('takes everything back, and brings it again', async () => {
    const { page } = app;
    const undo = page.getByRole('button', { name: /^Undo/ });
    const redo = page.getByRole('button', { name: /^Redo/ });
    await page.getByRole('heading', { name: 'Definitions', exact: true }).click();
    while (await undo.isEnabled()) await page.keyboard.press('Control+z');
    await page.getByRole('button', { name: 'Run 6 seeds' }).waitFor();
    expect(await tag('fresh').inputValue()).toBe('');
    expect(await page.getByLabel('Entities').inputValue()).toBe('800');
    while (await redo.isEnabled()) await redo.click();
    await page.getByRole('button', { name: 'Run 3 seeds' }).waitFor();
    expect(await tag('fresh').inputValue()).toBe('rumour');
    expect(await page.getByLabel('Entities').inputValue()).toBe('300');
    expect((await shares(page))['d1consis']).toBe(20);
  });

  it('says what is wrong where it is wrong, and does not run it', async () => {
    const { page } = app;
    const run = page.getByRole('button', { name: /^Run( \d+ seeds?)?$/ });
    const entities = page.getByLabel('Entities');
    // The texts of the design as it was are there.
    await preview().definitions();
    let judged = 0;
    page.on('response', (response) => {
      if (response.url().endsWith('/api/design.resolve')) judged += 1;
    });
    await entities.fill('many');
    const problem = page.getByRole('alert').filter({ hasText: 'dataset.n_entities' });
    await problem.waitFor();
    expect(await entities.inputValue()).toBe('many');
    expect(await entities.getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByTestId('problems').innerText()).toContain('"many"');
    const hint = page.getByText('As it was before what is to be mended');
    // Once for what is wrong, once for the texts, of which no new ones come: those that were there stay.
    await expect.poll(() => judged).toBeGreaterThan(1);
    await expect.poll(() => hint.count()).toBe(2);
    expect((await preview().definitions()).length).toBe(3);
    expect(await run.isDisabled()).toBe(true);
    await entities.fill('300');
    await problem.waitFor({ state: 'detached' });
    await expect.poll(() => hint.count()).toBe(0);
    await setField(page, 'Model', 'Heads', '3');
    await page.getByRole('alert').filter({ hasText: 'model.n_heads' }).waitFor();
    expect(await run.isDisabled()).toBe(true);
    await page.getByRole('button', { name: /^Undo/ }).click();
    await expect.poll(() => run.isEnabled(), { timeout: 60_000 }).toBe(true);
  });
});

/** Drags a border of the share bar sideways by some pixels. */
async function drag(page: Page, name: string, by: number): Promise<void> {
  const border = page.getByRole('separator', { name });
  await border.hover();
  const box = await border.boundingBox();
  if (!box) throw new Error(`${name} is not in sight`);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.down();
  await page.mouse.move(x + by / 2, y);
  await page.mouse.move(x + by, y);
  await page.mouse.up();
}
