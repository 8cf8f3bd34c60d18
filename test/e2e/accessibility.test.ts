/** No view, in no state, light or dark, has a serious finding of axe; and who asks for less motion gets it. */
import { expect, it } from 'vitest';
import { trainers } from './processes.ts';
import { seriousFindings } from './looks.ts';
import { ENDLESS, recipe, start, trained } from './recipes.ts';
import { describeApp, EPOCH, go, seedRow, TRAINING } from './steps.ts';

describeApp('accessibility', {}, (app) => {
  /** Scans what is in sight in both themes, or of it what is new. */
  async function scan(what: string, within?: string): Promise<void> {
    for (const theme of ['light', 'dark'] as const) {
      await app.page.emulateMedia({ colorScheme: theme });
      await app.page.locator(`html[data-theme=${theme}]`).waitFor();
      expect(await seriousFindings(app.page, within), `${what}, ${theme}`).toEqual([]);
    }
  }

  it('of empty views', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Run the quick start' }).waitFor();
    await scan('the first run');
    await go(app, 'compare');
    await page.getByText('Pick experiments to compare').waitFor();
    await scan('an empty comparison');
    await go(app, 'queue');
    await page.getByText('Nothing is waiting').waitFor();
    await scan('an empty queue');
  });

  it('of the design view, with its menu and with problems', async () => {
    const { page } = app;
    await go(app, 'design');
    await page.getByRole('complementary', { name: 'Preview' }).locator('span.tag').first().waitFor();
    await scan('the design view');
    await page.getByRole('button', { name: 'Presets and files' }).click();
    await page.getByRole('menu').waitFor();
    await scan('an open menu', '[role=menu]');
    await page.getByRole('menuitem', { name: 'Open a preset…' }).click();
    await page.getByRole('dialog').getByRole('option').first().waitFor();
    await scan('presets to choose from', '[role=dialog]');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByLabel('Entities').fill('few');
    await page.getByTestId('problems').waitFor();
    await scan('a design with a problem');
  });

  it('of a finished experiment, its seed, and a comparison', async () => {
    const { page } = app;
    const ids = await trained(app, recipe('one'), recipe('two', { width: 16 }));
    await go(app, `runs/${ids[0]}`);
    await page.getByTestId('results').waitFor();
    await seedRow(page, 0).click();
    await page.getByRole('log').waitFor();
    await scan('a finished experiment');
    await go(app, `compare/${ids.join(',')}`);
    await page.getByTestId('forest').getByRole('group').nth(1).waitFor();
    await page.getByTestId('diff').waitFor();
    await scan('a comparison');
  });

  it('of what trains, waits and fails, and of the palette', async () => {
    const { page } = app;
    await app.post('runs.setQueue', { slots: 1 });
    const { experiment } = await start(app, recipe('busy', { seeds: 2, ...ENDLESS }));
    await go(app, `runs/${experiment.id}`);
    await page.getByText(EPOCH).first().waitFor({ timeout: TRAINING });
    await scan('a live experiment');
    await go(app, 'queue');
    await page.getByRole('button', { name: 'Later' }).waitFor();
    await scan('a busy queue');
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
    await scan('the palette', '[role=dialog]');
    await page.keyboard.press('Escape');
  });

  it('keeps still for those who want no motion, and only for them', async () => {
    const { page } = app;
    const moving = () =>
      page.evaluate(
        () =>
          [...document.querySelectorAll('*')].filter((element) => {
            const { animationDuration, transitionDuration } = getComputedStyle(element);
            return [animationDuration, transitionDuration].some((each) => /[1-9]/.test(each));
          }).length,
      );
    await page.getByRole('progressbar').first().waitFor();
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await expect.poll(moving).toBe(0);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await expect.poll(moving).toBeGreaterThan(3);
    await page.emulateMedia({ reducedMotion: 'reduce' });
  });

  it.skipIf(process.platform !== 'linux')('of a run that failed', async () => {
    const { page } = app;
    const [victim] = trainers(app.pid);
    process.kill(victim ?? 0, 'SIGKILL');
    await go(app, 'runs/3');
    await seedRow(page, 0)
      .getByText(/killed by SIGKILL/)
      .waitFor();
    await seedRow(page, 0).click();
    await page.getByRole('alert').filter({ hasText: 'killed by SIGKILL' }).first().waitFor();
    await scan('a failed run');
  });
});
