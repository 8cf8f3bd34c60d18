/** The queue: what waits, in which order, held and let go; and runs that stop, fail and go on. */
import { expect, it } from 'vitest';
import { until } from '../credence.ts';
import { trainers } from './processes.ts';
import { ENDLESS, recipe, start } from './recipes.ts';
import { describeApp, EPOCH, go, seedRow, seedsDone, TRAINING } from './steps.ts';

interface Detail {
  runs: { seed: number; state: string; started_at: string | null }[];
}

describeApp('the queue', {}, (app) => {
  const waiting = () =>
    app.page.locator('section.panel').filter({ has: app.page.getByRole('heading', { name: 'Waiting' }) });
  /** `name seed` of the waiting runs, first to start first. */
  const order = async () =>
    (await waiting().getByRole('listitem').allInnerTexts()).map((text) =>
      text.replaceAll('\n', ' ').replace(/^.*?(\w+) seed (\d+).*$/, '$1 $2'),
    );
  const row = (name: string, seed: number) =>
    waiting()
      .getByRole('listitem')
      .filter({ hasText: name })
      .filter({ hasText: `seed ${seed}` });

  it('holds what is started, in order', async () => {
    const { page } = app;
    await go(app, 'queue');
    await page.getByText('Nothing is waiting').waitFor();
    await page.getByRole('button', { name: 'Hold the queue' }).click();
    await page.getByText('The queue is held').waitFor();
    await start(app, recipe('first', { seeds: 2 }));
    await start(app, recipe('second', { seeds: 1 }));
    await expect.poll(order, { timeout: 60_000 }).toEqual(['first 0', 'first 1', 'second 0']);
    await page.getByRole('link', { name: /Queue\s*3/ }).waitFor();
    await page.getByText('Nothing trains, 3 runs waiting').waitFor();
  });

  it('reorders by its arrows and by dragging', async () => {
    await row('second', 0).getByRole('button', { name: 'Earlier' }).click();
    await expect.poll(order).toEqual(['first 0', 'second 0', 'first 1']);
    await row('second', 0).getByRole('button', { name: 'Earlier' }).click();
    await expect.poll(order).toEqual(['second 0', 'first 0', 'first 1']);
    // The first has no earlier place: whoever moved it there by keyboard can take it back.
    const focused = () => app.page.locator(':focus').getAttribute('aria-label', { timeout: 5000 });
    await expect.poll(focused).toBe('Later');
    await row('first', 1).dragTo(row('first', 0));
    await expect.poll(order).toEqual(['second 0', 'first 1', 'first 0']);
    await row('second', 0).getByRole('button', { name: 'Later' }).click();
    await expect.poll(order).toEqual(['first 1', 'second 0', 'first 0']);
  });

  it('stops one that waits, then trains the others one at a time in that order', async () => {
    const { page } = app;
    await row('first', 0).getByRole('button', { name: 'Stop' }).click();
    await expect.poll(order).toEqual(['first 1', 'second 0']);
    await page.getByLabel('At a time').fill('1');
    await page.keyboard.press('Enter');
    const slots = async () => (await app.post<{ slots: number }>('runs.queue', {})).slots;
    await expect.poll(slots).toBe(1);
    await page.getByRole('checkbox', { name: 'Stay awake' }).uncheck();
    const kept = () => app.post<{ slots: number | null; keep_awake?: boolean }>('settings.get', {});
    await expect.poll(kept).toMatchObject({ slots: 1, keep_awake: false });
    await page.getByRole('button', { name: 'Start the queue' }).click();
    await page.getByText('Nothing is waiting').waitFor({ timeout: TRAINING });
    const [first, second] = await Promise.all(
      [1, 2].map((id) => app.post<Detail>('experiments.get', { id })),
    );
    expect(first?.runs.map(({ state }) => state)).toEqual(['cancelled', 'done']);
    expect(second?.runs.map(({ state }) => state)).toEqual(['done']);
    const begun = [first?.runs[1], second?.runs[0]].map((run) => run?.started_at ?? '');
    expect(begun).toEqual([...begun].sort());
  });

  it('resumes what was stopped', async () => {
    const { page } = app;
    await go(app, 'runs/1');
    await page.getByTestId('seeds').getByText('cancelled').first().waitFor();
    await page.getByRole('button', { name: 'Resume', exact: true }).click();
    await seedsDone(page, 2);
  });

  it.skipIf(process.platform !== 'linux')('says why a run failed, and resumes it', async () => {
    const { page } = app;
    const { experiment } = await start(app, recipe('fragile', { seeds: 1, ...ENDLESS }));
    await go(app, `runs/${experiment.id}`);
    const meter = page.getByRole('progressbar', { name: 'Seed 0' });
    await page.getByText(EPOCH).first().waitFor({ timeout: TRAINING });
    const [victim] = trainers(app.pid);
    expect(victim).toBeDefined();
    process.kill(victim ?? 0, 'SIGKILL');
    await seedRow(page, 0)
      .getByText(/killed by SIGKILL/)
      .waitFor();
    await seedRow(page, 0).click();
    await page.getByRole('heading', { name: 'Seed 0: failed' }).waitFor();
    await page.getByRole('alert').filter({ hasText: 'killed by SIGKILL' }).first().waitFor();
    await page
      .getByRole('log')
      .getByText(/killed by SIGKILL/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Resume', exact: true }).click();
    await page.getByRole('heading', { name: 'Seed 0: running' }).waitFor({ timeout: TRAINING });
    await expect.poll(async () => meter.getAttribute('aria-valuenow'), { timeout: TRAINING }).not.toBeNull();
    await until(() => trainers(app.pid).length === 1, 'a new training process', 120);
    expect(trainers(app.pid)).not.toContain(victim);
    await page
      .getByTestId('usage')
      .filter({ hasText: /B of memory · .*B free/ })
      .waitFor({ timeout: TRAINING });
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByRole('heading', { name: 'Seed 0: cancelled' }).waitFor();
  });

  it('pauses a run, lets it go on, and stops it', async () => {
    const { page } = app;
    const { experiment } = await start(app, recipe('patient', { seeds: 1, ...ENDLESS }));
    await go(app, `runs/${experiment.id}`);
    await seedRow(page, 0).click();
    await page.getByRole('heading', { name: 'Seed 0: running' }).waitFor({ timeout: TRAINING });
    await page.getByText(EPOCH).first().waitFor({ timeout: TRAINING });
    // By keyboard: what was pressed has another name then, and still has the focus.
    const press = async (name: string, then: string, state: string) => {
      await page.getByRole('button', { name, exact: true }).press('Enter');
      await page.getByRole('heading', { name: `Seed 0: ${state}` }).waitFor();
      const pressed = page.locator(':focus');
      await expect
        .poll(async () => (await pressed.getAttribute('aria-label')) ?? pressed.innerText())
        .toBe(then);
    };
    await press('Pause', 'Resume', 'paused');
    await page.getByText('0 of 1 seed done, 1 paused').waitFor();
    await press('Resume', 'Pause', 'running');
    await press('Pause seed 0', 'Resume seed 0', 'paused');
    await press('Resume seed 0', 'Pause seed 0', 'running');
    await press('Stop', 'Resume', 'cancelled');
    await until(() => trainers(app.pid).length === 0, 'the training process to end', 120);
  });
});
