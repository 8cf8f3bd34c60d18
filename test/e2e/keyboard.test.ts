/** A whole run without a mouse: designed, started, watched, compared and taken away by keys alone. */
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { writeIn } from '../credence.ts';
import { focusOf } from './looks.ts';
import { recipe } from './recipes.ts';
import { describeApp, seedsDone, TRAINING } from './steps.ts';

/** More stops than any view has. */
const MOST = 150;

/** A preset of one's own, so that little has to be typed. */
function prepare(home: string): void {
  mkdirSync(path.join(home, 'presets'));
  writeIn(path.join(home, 'presets'), 'brief.yaml', JSON.stringify(recipe('brief')));
}

describeApp('by keyboard alone', { prepare }, (app) => {
  const press = (key: string) => app.page.keyboard.press(key);
  const type = (text: string) => app.page.keyboard.type(text);

  /** Goes on with Tab until the focus is at a name; the focus must be seen at every stop on the way. */
  async function tabTo(name: RegExp, key = 'Tab'): Promise<void> {
    const seen: string[] = [];
    for (let stop = 0; stop < MOST; stop++) {
      await press(key);
      const focus = await focusOf(app.page);
      if (focus.tag === 'body') continue;
      seen.push(`${focus.tag} ${focus.name}`);
      expect(focus.visible, `focus seen at ${seen.at(-1)}`).toBe(true);
      if (name.test(focus.name)) return;
    }
    throw new Error(`no ${name} among ${seen.join('; ')}`);
  }

  /** Opens the palette and does what it offers first for some letters. */
  async function palette(letters: string, offer: RegExp): Promise<void> {
    await press('Control+k');
    await app.page.getByRole('dialog').waitFor();
    await expect.poll(async () => (await focusOf(app.page)).tag).toBe('input');
    expect((await focusOf(app.page)).visible, 'focus seen in the palette').toBe(true);
    await type(letters);
    await app.page.getByRole('option', { selected: true }).filter({ hasText: offer }).waitFor();
    await press('Enter');
    await app.page.getByRole('dialog').waitFor({ state: 'detached' });
  }

  /** In an open menu, goes down to an item and takes it. */
  async function take(item: RegExp): Promise<void> {
    await app.page.getByRole('menu').waitFor();
    for (let stop = 0; stop < 20; stop++) {
      const focus = await focusOf(app.page);
      if (item.test(focus.name)) {
        expect(focus.visible, `focus seen at ${focus.name}`).toBe(true);
        await press('Enter');
        return;
      }
      await press('ArrowDown');
    }
    throw new Error(`no ${item} in the menu`);
  }

  it('skips to the content, and stays in the view', async () => {
    await palette('design an', /Design an experiment/);
    await app.page.getByRole('toolbar', { name: 'Design' }).waitFor();
    await app.page.reload();
    await app.page.getByRole('toolbar', { name: 'Design' }).waitFor();
    await tabTo(/^Skip to the content$/);
    await press('Enter');
    await tabTo(/^Name of the experiment$/);
    expect(app.page.url()).toMatch(/#\/design$/);
  });

  it('designs: a preset, a name, a share, an order', async () => {
    const { page } = app;
    await tabTo(/^Presets and files$/);
    await press('Enter');
    await take(/^brief/);
    await page.getByRole('button', { name: 'Run 2 seeds' }).waitFor();
    await tabTo(/^Name of the experiment$/, 'Shift+Tab');
    await press('Control+a');
    await type('by keys');
    await tabTo(/^tag, place 1/);
    await press('ArrowRight');
    await page.getByRole('button', { name: /^alias, place 1/ }).waitFor();
    expect((await focusOf(page)).name).toMatch(/^tag, place 2/);
    await tabTo(/^Border of qd1consis and qd2incons$/);
    await press('ArrowRight');
    await expect.poll(() => page.getByLabel('Share of qd1consis in per cent').inputValue()).toBe('26');
    await tabTo(/^Run 2 seeds$/, 'Shift+Tab');
  });

  it('runs it, and watches it', async () => {
    const { page } = app;
    await press('Enter');
    await page.getByRole('heading', { name: 'by keys', exact: true }).waitFor();
    await tabTo(/Seed 0/);
    await press('Enter');
    await page.getByRole('heading', { name: /^Seed 0: / }).waitFor();
    await seedsDone(page, 2);
    await page.getByRole('heading', { name: 'Seed 0: done' }).waitFor();
    await tabTo(/^Close$/);
    await press('Enter');
    await page.getByRole('heading', { name: 'Seed 0: done' }).waitFor({ state: 'detached' });
  });

  it('runs a copy from the palette, and finds both in the history', async () => {
    const { page } = app;
    await palette('run a copy', /Run a copy of this experiment/);
    await page.getByRole('heading', { name: 'by keys 2' }).waitFor();
    await seedsDone(page, 2);
    await press('/');
    await expect.poll(async () => (await focusOf(page)).name).toMatch(/Search experiments/);
    await press('ArrowDown');
    await expect.poll(async () => (await focusOf(page)).name).toMatch(/by keys 2/);
    await press('ArrowDown');
    const focus = await focusOf(page);
    expect(focus.name).toMatch(/by keys(?! 2)/);
    expect(focus.visible).toBe(true);
    await press('Enter');
    await page.getByRole('heading', { name: 'by keys', exact: true }).waitFor();
  });

  it('compares them, and exports the figure', async () => {
    const { page } = app;
    await press('Alt+2');
    await page.getByRole('group', { name: 'Experiments compared' }).waitFor();
    await tabTo(/^Add experiment$/);
    await press('Enter');
    await page.getByPlaceholder('Search experiments…').waitFor();
    await expect.poll(async () => (await focusOf(page)).tag).toBe('input');
    await type('keys 2');
    await page.getByRole('option', { selected: true }).filter({ hasText: 'by keys 2' }).waitFor();
    await press('Enter');
    await page
      .getByTestId('sentences')
      .getByText(/^IML effect/)
      .waitFor({ timeout: TRAINING });
    await press('Escape');
    await page.getByPlaceholder('Search experiments…').waitFor({ state: 'detached' });
    await tabTo(/^Export comparison$/);
    await press('Enter');
    const [download] = await Promise.all([page.waitForEvent('download'), take(/^As shown here \(SVG\)$/)]);
    expect(readFileSync(await download.path(), 'utf8')).toContain('by keys 2');
  });
});
