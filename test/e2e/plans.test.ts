/** How many seeds would decide a comparison of several experiments, in the window. */
import { expect, it } from 'vitest';
import { writeHistory } from '../../bench/app/history.ts';
import { seriousFindings } from './looks.ts';
import { describeApp, go } from './steps.ts';

const ASKED = '**/api/analysis.plan';

describeApp(
  'seeds planned for several experiments',
  {
    prepare: (home) => writeHistory(home, { experiments: 4, seeds: 8, evaluations: 9 }),
  },
  (app) => {
    const planner = () => app.page.getByTestId('seeds-planner');
    const captions = () => planner().locator('figcaption').allInnerTexts();
    const planned = (test: string) => planner().getByRole('radio', { name: test });

    it('is asked for when one comes near, and shown as waited for until then', async () => {
      const { page } = app;
      let asked = 0;
      const held = Promise.withResolvers<void>();
      await page.route(ASKED, async (request) => {
        asked++;
        await held.promise;
        await request.continue();
      });
      await go(app, 'compare/1,2,3');
      await page.getByTestId('sentences').waitFor();
      await planner().waitFor();
      await page.getByTestId('diff').waitFor();
      expect(asked).toBe(0);
      await planner().scrollIntoViewIfNeeded();
      await planner().getByRole('status', { name: 'Planning how many seeds' }).waitFor();
      await expect.poll(() => asked).toBe(1);
      held.resolve();
      await expect.poll(captions).toHaveLength(5);
      await page.unroute(ASKED);
      const [all, ...each] = await captions();
      expect(all).toBe('All of them at once');
      for (const side of ['(2)', '(3)'])
        expect(each.filter((name) => name.includes(`${side} against`) && name.endsWith('(1)'))).toHaveLength(
          2,
        );
      await planner()
        .getByText(/To show all 4 at once, each as large as the one seen, with p corrected for all 4/)
        .waitFor();
      expect(await seriousFindings(page)).toEqual([]);
    });

    it('tells how far it is where it is simulated, and can be stopped and asked for again', async () => {
      const { page } = app;
      await planned('Both').click();
      const under = planner().getByRole('progressbar', { name: 'Planning' });
      await under.waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await planner().getByRole('button', { name: 'Cancel' }).click();
      await planner().getByRole('alert').getByText('Planning was stopped.').waitFor();
      await planner().getByRole('button', { name: 'Try again' }).click();
      await expect.poll(captions).toHaveLength(5);
      await planner()
        .getByText(
          /Of fewer than 6 pairs, no permutation test can be below 5 %: there the t-test decides alone\./,
        )
        .first()
        .waitFor();
    });

    it('says what went wrong, and tries again', async () => {
      const { page } = app;
      const error = { name: 'UserError', code: 'x', message: 'no memory: close other programs', field: null };
      await page.route(ASKED, (request) => request.fulfill({ status: 422, json: { ok: false, error } }));
      await planned('t-test').click();
      await planner().getByRole('alert').getByText(error.message).waitFor();
      expect(await planner().locator('figure').count()).toBe(0);
      expect(await seriousFindings(page)).toEqual([]);
      await page.unroute(ASKED);
      await planner().getByRole('button', { name: 'Try again' }).click();
      await expect.poll(captions).toHaveLength(5);
    });

    it('ends on the host when one leaves', async () => {
      const { page } = app;
      const name = (body: string | null) => (JSON.parse(body ?? '{}') as { task?: string }).task;
      const [asked] = await Promise.all([page.waitForRequest(ASKED), planned('Both').click()]);
      await planner().getByRole('progressbar', { name: 'Planning' }).waitFor();
      const [ended] = await Promise.all([page.waitForRequest('**/api/tasks.cancel'), go(app, 'runs/1')]);
      expect(name(asked.postData())).toMatch(/^plans-/);
      expect(name(ended.postData())).toBe(name(asked.postData()));
    });

    it('shows the first of many, the rest when asked, and of one what it can', async () => {
      const { page } = app;
      await go(app, 'compare/1,2,3,4');
      await planner().scrollIntoViewIfNeeded();
      await expect.poll(captions).toHaveLength(6);
      await planner().getByRole('button', { name: 'Show 1 more' }).click();
      await expect.poll(captions).toHaveLength(7);
      await go(app, 'compare/1');
      await expect.poll(() => page.getByTestId('sentences').innerText()).not.toContain('against');
      await planner().scrollIntoViewIfNeeded();
      await expect.poll(captions).toEqual([expect.stringMatching(/^IML effect, ".*" \(1\)$/)]);
    });
  },
);
