/** Pictures: an experiment designed by hand, seen, run, copied, compared and exported. */
import { expect, it } from 'vitest';
import { cardOf, previewOf, setField } from './design.ts';
import { describeApp, exported, go, seedsDone } from './steps.ts';

describeApp('an experiment on pictures', {}, (app) => {
  const kind = (name: string) =>
    app.page.getByRole('radiogroup', { name: 'Kind of task' }).getByRole('radio', { name });
  const panel = (title: string) => app.page.getByRole('heading', { level: 2, name: title, exact: true });
  const pictures = () => previewOf(app.page).aside.getByRole('img');
  const isCurve = (axis: string) => async () =>
    (await app.page.getByTestId('curves').getByRole('img').getAttribute('aria-label'))?.startsWith(axis);

  it('is the first choice of a design, and can be taken back', async () => {
    const { page } = app;
    await go(app, 'design');
    await panel('Questions').waitFor();
    await setField(page, 'Pipeline', 'Seeds: a count, a range such as 600..604, or a list', '2');
    await kind('Images').click();
    await expect.poll(() => kind('Images').getAttribute('aria-checked')).toBe('true');
    expect(await panel('Questions').count()).toBe(0);
    expect(await page.getByLabel('Share of q_no_replacement_baseline in per cent').count()).toBe(0);
    await page.getByRole('button', { name: 'Undo (Ctrl Z)' }).click();
    await panel('Questions').waitFor();
    expect(await kind('Language').getAttribute('aria-checked')).toBe('true');
    await page.getByRole('button', { name: 'Redo (Ctrl Shift Z)' }).click();
    await panel('Questions').waitFor({ state: 'detached' });
    // The seeds came along.
    await page.getByRole('button', { name: 'Run 2 seeds' }).waitFor();
  });

  it('shows the pictures, their mark and their answer', async () => {
    const { page } = app;
    await setField(page, 'Data', 'Aliases', '60');
    await setField(page, 'Model', 'Channels of each stage', '8');
    await setField(page, 'Model', 'Blocks of each stage', '1');
    for (const stage of ['Stage 1', 'Stage 2']) {
      await setField(page, stage, 'Epochs', '2');
      await setField(page, stage, 'Evaluate every', '1');
    }
    await expect.poll(() => previewOf(page).fact('Stage 1'), { timeout: 60_000 }).toMatch(/ pictures · /);
    const captions = () =>
      pictures().evaluateAll((found) => found.map((each) => each.getAttribute('aria-label') ?? ''));
    await expect
      .poll(captions)
      .toEqual(expect.arrayContaining([expect.stringMatching(/^Digits \d \d \/ \d \d, with tag 1: [A-D] /)]));
    expect((await captions()).filter((text) => /row \d, column \d marked: [A-D]$/.test(text))).toHaveLength(
      3,
    );
    await cardOf(page, 'd2consis').click();
    await expect.poll(captions).toEqual(expect.arrayContaining([expect.stringContaining('with tag 2')]));
    const canvas = pictures().first().locator('canvas');
    const enlarged = await canvas.evaluate((each) => {
      const { width } = each as HTMLCanvasElement;
      return { by: each.clientWidth / width, rendering: getComputedStyle(each).imageRendering };
    });
    expect(enlarged).toEqual({ by: 3, rendering: 'pixelated' });
    // Something was drawn: neither all dark nor all bright.
    const bright = await canvas.evaluate((each) => {
      const { width, height } = each as HTMLCanvasElement;
      const { data } = (each as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
      return data.filter((value, i) => i % 4 === 0 && value > 127).length / (width * height);
    });
    expect(bright).toBeGreaterThan(0.02);
    expect(bright).toBeLessThan(0.6);
  });

  it('runs, with the share of cells that are right over its epochs', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Run 2 seeds' }).click();
    await seedsDone(page, 2);
    await expect.poll(isCurve('Cells right over epochs')).toBe(true);
    await page.getByText('convnext, channels 8, blocks 1').waitFor();
    await page.getByRole('radio', { name: 'Loss' }).click();
    await expect.poll(isCurve('Loss over epochs')).toBe(true);
    await page.getByText('Cells right in per cent, over 2 finished seeds').waitFor();
  });

  it('is compared with a copy, and taken away', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Run a copy' }).click();
    await expect.poll(() => page.url()).toMatch(/#\/runs\/2$/);
    await seedsDone(page, 2);
    await go(app, 'compare/1,2');
    await expect.poll(() => page.getByTestId('comparison').getByRole('img').count()).toBe(2);
    await page.getByTestId('metrics').waitFor();
    await panel('Cells right').waitFor();
    const svg = (await exported(page, 'Export comparison', 'As shown here (SVG)')).toString('utf8');
    expect(svg).toContain('Cells right (%)');
    const [head, ...rows] = (await exported(page, 'Export comparison', 'Every evaluation (CSV)'))
      .toString('utf8')
      .split('\n');
    expect(head).toContain('accuracy');
    expect(rows.length).toBeGreaterThan(20);
    const forest = page.getByTestId('forest').getByRole('group').first();
    await expect.poll(() => forest.innerHTML()).toContain('points of cells right');
  });
});
