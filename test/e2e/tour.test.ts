/** A first start: what this machine has, the guided tour over the example by mouse and by keys, and never in the way again. */
import { expect, it } from 'vitest';
import { focusOf, overflow, seriousFindings } from './looks.ts';
import { describeApp, go } from './steps.ts';

/** Pictures, and steps over views. */
const STEPS = 12;

describeApp('a first start', {}, (app) => {
  const card = () => app.page.getByRole('dialog');
  const at = (step: number) => card().getByText(`Step ${step} of ${STEPS}`).waitFor();
  const inView = () =>
    card().evaluate((element) => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      return left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
    });

  it('says what was found on this machine, each with why or where', async () => {
    const { page } = app;
    const machine = page.getByTestId('machine');
    await machine.getByText('CPU (onnx)').waitFor();
    await machine.getByText(/^GPU \(onnx-cuda\)/).waitFor();
    await machine
      .getByText(/Hub cache|in Design › Model|safetensors|,/)
      .first()
      .waitFor();
    await machine.getByText('Tables of your own').waitFor();
    await expect.poll(() => machine.locator('[aria-busy=true]').count()).toBe(0);
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('is walked by mouse: four pictures, then real views of the example', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Take the tour, five minutes' }).click();
    for (let step = 1; step <= STEPS; step++) {
      await at(step);
      expect(await card().getByRole('img').count(), `pictures of step ${step}`).toBe(step <= 4 ? 1 : 0);
      expect(await page.locator('.spot').count(), `what step ${step} points at`).toBe(step <= 4 ? 0 : 1);
      await expect.poll(inView, { message: `step ${step} in view` }).toBe(true);
      expect(await seriousFindings(page, '[role=dialog]'), `step ${step}`).toEqual([]);
      await card()
        .getByRole('button', { name: step < STEPS ? 'Next' : 'Done' })
        .click();
    }
    await card().waitFor({ state: 'detached' });
    expect(await app.post('settings.get', {})).toMatchObject({ tour_seen: true });
  });

  it('stays in view, with what it points at, when the page moves that, and when one scrolls away', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Help', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Guided tour' }).click();
    for (let step = 1; step < 6; step++) {
      await at(step);
      await card().getByRole('button', { name: 'Next' }).click();
    }
    await at(6);
    const curves = page.locator('[data-tour=curves]');
    const inWindow = () => curves.evaluate((chart) => chart.getBoundingClientRect().top < innerHeight);
    await expect.poll(inView).toBe(true);
    // What comes above it later.
    await curves.evaluate((chart) => {
      const late = document.createElement('div');
      late.style.height = '4000px';
      chart.closest('section')!.before(late);
    });
    await expect.poll(inView).toBe(true);
    await expect.poll(inWindow).toBe(true);
    // Higher than the window: no room is left beside it.
    await curves.evaluate((chart) => (chart.style.minHeight = '1500px'));
    await expect.poll(inView).toBe(true);
    await curves.evaluate((chart) => (chart.style.minHeight = ''));
    await page.mouse.move(640, 60);
    await page.mouse.wheel(0, -6000);
    await expect.poll(inWindow).toBe(false);
    await expect.poll(inView).toBe(true);
    await page.keyboard.press('Escape');
    await page.reload();
  });

  it('is not in the way again: the list stands there, the example marked', async () => {
    const { page } = app;
    await go(app, 'runs');
    await page.reload();
    const row = page.getByTestId('experiments').getByRole('row', { name: /Which source to trust/ });
    await row.getByText('example', { exact: true }).waitFor();
    expect(await page.getByTestId('machine').count()).toBe(0);
    expect(await card().count()).toBe(0);
  });

  it('is walked by keys in a narrow window, from the palette, with the focus in it', async () => {
    const { page } = app;
    await page.setViewportSize({ width: 320, height: 640 });
    await page.keyboard.press('Control+k');
    await card().waitFor();
    await page.keyboard.type('guided tour');
    await page.getByRole('option', { name: 'Guided tour', selected: true }).waitFor();
    await page.keyboard.press('Enter');
    for (let step = 1; step <= STEPS; step++) {
      await at(step);
      const next = step < STEPS ? 'Next' : 'Done';
      await expect.poll(() => focusOf(page)).toMatchObject({ name: next, visible: true });
      await expect.poll(inView, { message: `step ${step} in view` }).toBe(true);
      await expect.poll(() => overflow(page), { message: `step ${step}` }).toEqual([]);
      if (step === 6) {
        await page.keyboard.press('ArrowLeft');
        await at(5);
        await page.keyboard.press('ArrowRight');
        await at(6);
      }
      await page.keyboard.press('Enter');
    }
    await card().waitFor({ state: 'detached' });
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('ends with Escape at any step, the focus in the content', async () => {
    const { page } = app;
    await page.setViewportSize({ width: 1280, height: 800 });
    for (const steps of [0, 5]) {
      await page.getByRole('button', { name: 'Help', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Guided tour' }).click();
      await at(1);
      for (let step = 1; step <= steps; step++) {
        await page.keyboard.press('ArrowRight');
        await at(step + 1);
      }
      await page.keyboard.press('Escape');
      await card().waitFor({ state: 'detached' });
      await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('main');
    }
  });

  it('brings the example back that was deleted', async () => {
    const { page } = app;
    await app.post('experiments.delete', { ids: [1] });
    await page.getByRole('button', { name: 'Help', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Open the example' }).click();
    await page.getByRole('heading', { name: 'Which source to trust' }).waitFor();
  });

  it('has settings in which the question for updates is off, and its words said', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Help', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Settings' }).click();
    const ask = page.getByRole('checkbox', { name: 'Say so when a newer release exists' });
    await expect.poll(() => ask.isEnabled()).toBe(true);
    expect(await ask.isChecked()).toBe(false);
    await page.getByText('https://registry.npmjs.org/credence/latest').waitFor();
    expect(await seriousFindings(page, '[role=dialog]')).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Help', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Words and symbols' }).click();
    await page.getByTestId('words-subsets').getByText('qd1consis', { exact: true }).waitFor();
    expect(await seriousFindings(page, '[role=dialog]')).toEqual([]);
    await page.keyboard.press('Escape');
  });
});
